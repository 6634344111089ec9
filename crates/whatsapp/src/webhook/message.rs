//! One message: who, when, in answer to what, and what it says.

use serde_json::Value;

use super::api_error::{self, ApiError};
use super::batch::Around;
use super::contacts::{self, Contact};
use super::content::{self, Content};
use super::identity::{Ids, PhoneText};
use super::json;

/// A message between a person and one of our numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The `wamid`: the same on every redelivery.
    pub id: String,
    /// Unix seconds; absent when Meta's text is no moment.
    pub timestamp: Option<i64>,
    /// The sender's phone number. It may be absent: the user id then stands alone.
    pub from: Option<PhoneText>,
    /// The sender's business-scoped user id.
    pub from_user_id: Option<String>,
    /// The sender's user id shared by a group of businesses.
    pub from_parent_user_id: Option<String>,
    /// The person an echo went to.
    pub to: Option<PhoneText>,
    /// The same person's user id.
    pub to_user_id: Option<String>,
    /// The group it was written in.
    pub group_id: Option<String>,
    /// The name the person (not we) gave their profile.
    pub profile_name: Option<String>,
    /// The person's username, without `@` and in lower case.
    pub username: Option<String>,
    /// The number WhatsApp knows the person by; may differ from `from`.
    pub wa_id: Option<PhoneText>,
    /// Changes when the person installs WhatsApp anew.
    pub identity_key_hash: Option<String>,
    /// What it refers to.
    pub context: Option<Context>,
    /// The advertisement it came from.
    pub referral: Option<Referral>,
    /// What Meta could not deliver of it.
    pub errors: Vec<ApiError>,
    /// What it says.
    pub content: Content,
    /// The message as it came.
    pub raw: Value,
}

/// What a message refers to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Context {
    /// The message it answers.
    pub id: Option<String>,
    /// Who wrote that message.
    pub from: Option<PhoneText>,
    /// The same, where the phone number is not shown.
    pub from_user_id: Option<String>,
    /// The product it asks about.
    pub referred_product: Option<ReferredProduct>,
    /// Passed on from another chat.
    pub forwarded: bool,
    /// Passed on more than five times.
    pub frequently_forwarded: bool,
}

/// A product of the catalogue that a message asks about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferredProduct {
    /// The catalogue.
    pub catalog_id: Option<String>,
    /// The article number in it.
    pub product_retailer_id: Option<String>,
}

/// The advertisement or post that a person tapped before writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    /// Where it leads.
    pub source_url: Option<String>,
    /// Its id.
    pub source_id: Option<String>,
    /// `ad` or `post`.
    pub source_type: Option<String>,
    /// Its headline.
    pub headline: Option<String>,
    /// Its text.
    pub body: Option<String>,
    /// `image` or `video`.
    pub media_type: Option<String>,
    /// Its picture or video.
    pub media_url: Option<String>,
    /// A small picture of it.
    pub thumbnail_url: Option<String>,
    /// The click, for reporting a sale back to Meta.
    pub ctwa_clid: Option<String>,
    /// The greeting the advertisement showed.
    pub welcome_text: Option<String>,
}

/// Who wrote a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Theirs,
    Ours,
}

/// Reads one message. Only a message without an id is refused: it could never be told from its redelivery.
pub(super) fn read(raw: Value, side: Side, around: &Around<'_>, place: usize) -> Result<Message, (Value, String)> {
    let Some(id) = json::text(&raw, "id") else { return Err((raw, "it has no `id`".to_owned())) };
    let from = Ids::read(&raw, &["from"], &["from_user_id"], &["from_parent_user_id"]);
    let to = Ids::read(&raw, &["to"], &["to_user_id"], &["to_parent_user_id"]);
    let person = if side == Side::Theirs { &from } else { &to };
    let contact = contacts::belonging_to(around.contacts, person, place);
    let message = Message {
        id,
        timestamp: json::seconds(&raw, "timestamp"),
        from: from.phone,
        from_user_id: from.user_id,
        from_parent_user_id: from.parent_user_id,
        to: to.phone,
        to_user_id: to.user_id,
        group_id: json::text(&raw, "group_id"),
        profile_name: None,
        username: None,
        wa_id: None,
        identity_key_hash: None,
        context: json::member(&raw, "context").filter(|context| context.is_object()).map(read_context),
        referral: json::member(&raw, "referral").filter(|referral| referral.is_object()).map(read_referral),
        errors: api_error::read_all(&raw),
        content: content::read(&raw),
        raw,
    };
    Ok(match contact {
        Some(contact) => with_contact(message, contact, side),
        None => message,
    })
}

/// Adds what the contact knows. What the message says itself stays.
fn with_contact(mut message: Message, contact: &Contact, side: Side) -> Message {
    match side {
        Side::Theirs => {
            message.from_user_id = message.from_user_id.or_else(|| contact.user_id.clone());
            message.from_parent_user_id = message.from_parent_user_id.or_else(|| contact.parent_user_id.clone());
        }
        Side::Ours => message.to_user_id = message.to_user_id.or_else(|| contact.user_id.clone()),
    }
    message.profile_name = contact.profile_name.clone();
    message.username = contact.username.clone();
    message.wa_id = contact.wa_id.clone();
    message.identity_key_hash = contact.identity_key_hash.clone();
    message
}

fn read_context(raw: &Value) -> Context {
    let ids = Ids::read(raw, &["from"], &["from_user_id", "user_id"], &[]);
    let product = json::member(raw, "referred_product").map(|product| ReferredProduct {
        catalog_id: json::text(product, "catalog_id"),
        product_retailer_id: json::text(product, "product_retailer_id"),
    });
    Context {
        id: json::first_text(raw, &["id", "message_id"]),
        from: ids.phone,
        from_user_id: ids.user_id,
        referred_product: product,
        forwarded: json::flag(raw, "forwarded"),
        frequently_forwarded: json::flag(raw, "frequently_forwarded"),
    }
}

fn read_referral(raw: &Value) -> Referral {
    Referral {
        source_url: json::text(raw, "source_url"),
        source_id: json::text(raw, "source_id"),
        source_type: json::text(raw, "source_type"),
        headline: json::text(raw, "headline"),
        body: json::text(raw, "body"),
        media_type: json::text(raw, "media_type"),
        media_url: json::first_text(raw, &["image_url", "video_url"]),
        thumbnail_url: json::text(raw, "thumbnail_url"),
        ctwa_clid: json::text(raw, "ctwa_clid"),
        welcome_text: json::member(raw, "welcome_message").and_then(|welcome| json::text(welcome, "text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::Metadata;
    use serde_json::json;

    fn message(raw: Value, contacts: Value) -> Message {
        let contacts = contacts::read_all(Some(&contacts));
        let around = Around { field: "messages", metadata: &Metadata::default(), contacts: &contacts };
        read(raw, Side::Theirs, &around, 0).unwrap()
    }

    #[test]
    fn a_sender_without_a_phone_number_is_known_by_the_user_id() {
        let message = message(
            json!({"id": "wamid.1", "from": "", "from_user_id": "US.1", "type": "text", "text": {"body": "hi"}}),
            json!([{"profile": {"name": "Sheena", "username": "@Sheena"}, "user_id": "US.1"}]),
        );

        assert_eq!((message.from, message.wa_id), (None, None));
        assert_eq!(message.from_user_id.as_deref(), Some("US.1"));
        assert_eq!((message.profile_name.as_deref(), message.username.as_deref()), (Some("Sheena"), Some("sheena")));
    }

    #[test]
    fn a_user_id_that_only_the_contact_has_reaches_the_message() {
        let message =
            message(json!({"id": "wamid.1", "type": "text"}), json!([{"wa_id": "US.1", "profile": {"name": "Ana"}}]));

        assert_eq!(message.from_user_id.as_deref(), Some("US.1"));
        assert_eq!(message.wa_id, None);
    }

    #[test]
    fn the_message_wins_where_its_contact_has_a_typo() {
        let message = message(
            json!({"id": "wamid.1", "from": "1650", "from_user_id": "US.1", "type": "text", "text": {"body": "hi"}}),
            json!([{"wa_id": "1650", "user_id": "uUS.1"}]),
        );

        assert_eq!(message.from_user_id.as_deref(), Some("US.1"));
    }

    #[test]
    fn a_timestamp_may_be_text_a_number_or_nonsense() {
        for (timestamp, read) in [
            (json!("1749416383"), Some(1_749_416_383)),
            (json!(1_669_233_778), Some(1_669_233_778)),
            (json!("x"), None),
        ] {
            assert_eq!(message(json!({"id": "wamid.1", "timestamp": timestamp}), json!([])).timestamp, read);
        }
    }

    #[test]
    fn a_forwarded_message_answers_nothing() {
        let context =
            message(json!({"id": "wamid.1", "context": {"forwarded": true, "frequently_forwarded": true}}), json!([]))
                .context;

        assert_eq!(context, Some(Context { forwarded: true, frequently_forwarded: true, ..Context::default() }));
    }

    #[test]
    fn an_advertisement_brings_its_greeting_along() {
        let raw = json!({"id": "wamid.1", "referral": {"source_type": "ad", "video_url": "https://v", "welcome_message": {"text": "Hi"}}});
        let referral = message(raw, json!([])).referral.unwrap();

        assert_eq!((referral.media_url.as_deref(), referral.welcome_text.as_deref()), (Some("https://v"), Some("Hi")));
    }
}

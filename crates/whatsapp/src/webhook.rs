//! A body that Meta posted to the webhook, as values.
//!
//! One rule governs every file below: whatever Meta wrote comes out as an item of its own, so that one odd part never costs the
//! other 999 of its batch. What is not understood keeps its JSON and says why.

mod account;
mod api_error;
mod batch;
mod call;
mod change;
mod contacts;
pub mod content;
mod history;
mod identity;
pub(crate) mod json;
mod message;
mod preference;
mod standby;
mod status;
mod surrogates;
mod template;

use serde_json::Value;

pub use account::{AccountUpdate, NumberNews, NumberUpdate, Restriction};
pub use api_error::ApiError;
pub use batch::{AppContact, Batch, Item, Metadata, UserIdChange};
pub use call::Call;
pub use change::{Change, ChangeValue};
pub use contacts::Contact;
pub use content::Content;
pub use history::{HistoryChunk, Thread};
pub use identity::{PhoneText, is_parent_user_id, is_user_id};
pub use message::{Context, Message, Referral, ReferredProduct};
pub use preference::{Preference, PreferenceValue};
pub use status::{Conversation, Pricing, Status, StatusKind};
pub use template::{TemplateNews, TemplateRef, TemplateUpdate};

/// Everything one POST of Meta's carried.
#[derive(Debug, Clone, PartialEq)]
pub struct Envelope {
    /// `whatsapp_business_account`; empty if Meta left it out.
    pub object: String,
    /// One for each business account, in the order of the body.
    pub entries: Vec<Entry>,
}

/// What happened on one WhatsApp Business Account.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The WhatsApp Business Account id.
    pub id: Option<String>,
    /// Unix seconds; only account and template fields carry it.
    pub time: Option<i64>,
    /// In the order of the body.
    pub changes: Vec<Change>,
}

/// The body cannot be taken apart; only its bytes are worth keeping.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a webhook body: {reason}")]
pub struct NotAnEnvelope {
    /// Why, in words for the person who finds it.
    pub reason: String,
}

/// Takes a webhook body apart. Only a body that is no JSON, or has no list of entries, is refused as a whole.
///
/// ```
/// use whatsapp::webhook::{ChangeValue, Item};
///
/// let body = br#"{"object": "whatsapp_business_account", "entry": [{"id": "1022", "changes": [{"field": "messages", "value": {
///     "metadata": {"display_phone_number": "15550783881", "phone_number_id": "1065"},
///     "contacts": [{"profile": {"name": "Sheena", "username": "@sheena"}, "user_id": "US.1349"}],
///     "messages": [{"id": "wamid.1", "from_user_id": "US.1349", "timestamp": "1749416383", "type": "text",
///         "text": {"body": "Is my order on its way?"}}]}}]}]}"#;
///
/// let envelope = whatsapp::parse(body)?;
/// let ChangeValue::Batch(batch) = &envelope.entries[0].changes[0].value else { panic!() };
/// let Item::Message(message) = &batch.items[0] else { panic!() };
///
/// assert_eq!(message.from, None); // a person may have no phone number
/// assert_eq!(message.from_user_id.as_deref(), Some("US.1349"));
/// assert_eq!(message.profile_name.as_deref(), Some("Sheena"));
/// assert_eq!(message.content.text(), Some("Is my order on its way?"));
/// # Ok::<(), whatsapp::webhook::NotAnEnvelope>(())
/// ```
pub fn parse(body: &[u8]) -> Result<Envelope, NotAnEnvelope> {
    let mut root = read_json(body).map_err(|reason| NotAnEnvelope { reason })?;
    let object = json::text(&root, "object").unwrap_or_default();
    match json::take(&mut root, "entry") {
        Some(Value::Array(entries)) => Ok(Envelope { object, entries: entries.into_iter().map(entry).collect() }),
        Some(_) => Err(NotAnEnvelope { reason: "`entry` is not a list".into() }),
        None => Err(NotAnEnvelope { reason: "it has no `entry`".into() }),
    }
}

fn read_json(body: &[u8]) -> Result<Value, String> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    let text = std::str::from_utf8(body).map_err(|error| format!("invalid UTF-8: {error}"))?;
    match serde_json::from_str(text) {
        Ok(root) => Ok(root),
        // Half an emoji (a name cut at so many UTF-16 units) is no reason to lose the batch it came in.
        Err(error) => match surrogates::repair(text) {
            Some(repaired) => serde_json::from_str(&repaired).map_err(|error| format!("invalid JSON: {error}")),
            None => Err(format!("invalid JSON: {error}")),
        },
    }
}

fn entry(mut raw: Value) -> Entry {
    let (id, time) = (json::text(&raw, "id"), json::seconds(&raw, "time"));
    let field = json::text(&raw, "field");
    let changes = match json::take(&mut raw, "changes") {
        Some(Value::Array(changes)) => changes.into_iter().map(|raw| change::read(raw, field.as_deref())).collect(),
        Some(other) => vec![Change::malformed(other, "`changes` is not a list")],
        None => vec![Change::malformed(raw, "an entry without `changes`")],
    };
    Entry { id, time, changes }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &[u8]) -> String {
        parse(body).expect_err("the body should be refused").reason
    }

    #[test]
    fn a_body_that_is_no_json_is_refused_with_its_reason() {
        assert!(refusal(b"").starts_with("invalid JSON"));
        assert!(refusal(b"\xff\xfe").starts_with("invalid UTF-8"));
        assert!(refusal(b"{\"entry\":[").starts_with("invalid JSON"));
        assert_eq!(refusal(b"[1,2]"), "it has no `entry`");
        assert_eq!(refusal(br#"{"entry":{}}"#), "`entry` is not a list");
    }

    #[test]
    fn endless_nesting_is_refused_and_not_followed() {
        let body = format!(r#"{{"entry":{}{}}}"#, "[".repeat(200_000), "]".repeat(200_000));

        assert!(refusal(body.as_bytes()).contains("recursion limit"));
    }

    #[test]
    fn a_byte_order_mark_is_no_obstacle() {
        let envelope = parse(b"\xEF\xBB\xBF{\"object\":\"whatsapp_business_account\",\"entry\":[]}").unwrap();

        assert_eq!(envelope.object, "whatsapp_business_account");
        assert!(envelope.entries.is_empty());
    }

    #[test]
    fn an_entry_of_an_unknown_shape_is_kept_as_it_is() {
        let envelope = parse(br#"{"entry":[7,{"id":1,"time":"1700000000","messaging":[]},{"changes":"x"}]}"#).unwrap();

        assert_eq!(envelope.entries.len(), 3);
        assert_eq!(envelope.entries[1].id.as_deref(), Some("1"));
        assert_eq!(envelope.entries[1].time, Some(1_700_000_000));
        for entry in &envelope.entries {
            assert!(matches!(entry.changes[..], [Change { value: ChangeValue::Malformed { .. }, .. }]));
        }
    }

    #[test]
    fn half_an_emoji_does_not_cost_the_batch() {
        let body =
            br#"{"entry":[{"changes":[{"field":"messages","value":{"messages":[{"id":"wamid.1","from":"525512345678",
            "type":"text","text":{"body":"hola \ud83d"}}]}}]}]}"#;

        let envelope = parse(body).unwrap();

        let ChangeValue::Batch(batch) = &envelope.entries[0].changes[0].value else { panic!("{envelope:?}") };
        let Item::Message(message) = &batch.items[0] else { panic!("{batch:?}") };
        assert_eq!(message.content.text(), Some("hola \u{fffd}"));
    }
}

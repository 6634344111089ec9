//! WhatsApp's word that a person changed number, user id or device.

use serde_json::Value;

use super::Content;
use super::read::Reading;
use crate::webhook::identity::{Ids, PhoneText, is_parent_user_id, is_user_id};
use crate::webhook::json;

/// A person is now known by other ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct System {
    /// What changed.
    pub kind: SystemKind,
    /// Meta's sentence about it, with the person's name in it.
    pub body: Option<String>,
    /// The new phone number, if it may be shown.
    pub wa_id: Option<PhoneText>,
    /// The new user id.
    pub user_id: Option<String>,
    /// The new user id shared by a group of businesses.
    pub parent_user_id: Option<String>,
    /// The old phone number, if it may be shown.
    pub previous_wa_id: Option<PhoneText>,
    /// The old user id.
    pub previous_user_id: Option<String>,
    /// The old user id shared by a group of businesses.
    pub previous_parent_user_id: Option<String>,
    /// What identifies the person's installation, for `IdentityChanged`.
    pub identity_key_hash: Option<String>,
}

/// What changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SystemKind {
    /// The phone number, and with it the user id.
    NumberChanged,
    /// The user id, of a person whose numbers are not shown.
    UserIdChanged,
    /// The installation. Sends are refused until the change is acknowledged.
    IdentityChanged,
    /// A change Meta invented later.
    Other(String),
}

pub(super) fn read(body: &Value, message: &Value) -> Reading {
    let new = Ids::read(body, &["wa_id", "new_wa_id"], &["user_id"], &["parent_user_id"]);
    let mut old = previous(body, message);
    let sentence = json::text(body, "body");
    // Until August 2026 the old user id stood nowhere but in the sentence.
    let (told_old, told_new) = sentence.as_deref().map(told_user_ids).unwrap_or_default();
    old.user_id = old.user_id.or(told_old);
    Ok(Content::System(System {
        kind: kind(json::text(body, "type")),
        body: sentence,
        wa_id: new.phone,
        user_id: new.user_id.or(told_new),
        parent_user_id: new.parent_user_id,
        previous_wa_id: old.phone,
        previous_user_id: old.user_id,
        previous_parent_user_id: old.parent_user_id,
        identity_key_hash: json::first_text(body, &["identity_key_hash", "identity", "hash"]),
    }))
}

fn kind(word: Option<String>) -> SystemKind {
    match word.as_deref() {
        Some("user_changed_number" | "customer_changed_number") => SystemKind::NumberChanged,
        Some("user_changed_user_id") => SystemKind::UserIdChanged,
        Some("customer_identity_changed" | "user_identity_changed") => SystemKind::IdentityChanged,
        other => SystemKind::Other(other.unwrap_or_default().to_owned()),
    }
}

/// The old ids: named in the body, or the sender, which for such a message is the person as they were.
fn previous(body: &Value, message: &Value) -> Ids {
    let named = Ids::read(body, &["customer"], &["previous_user_id"], &["previous_parent_user_id"]);
    let sender = Ids::read(message, &["from"], &[], &[]);
    Ids {
        phone: sender.phone.or(named.phone),
        user_id: named.user_id.or(sender.user_id),
        parent_user_id: named.parent_user_id.or(sender.parent_user_id),
    }
}

/// The user ids in "… changed from A to B". It is read from its end, because the person chose the name at its beginning.
fn told_user_ids(sentence: &str) -> (Option<String>, Option<String>) {
    let mut words = sentence.trim_end_matches('.').rsplit(' ');
    let (new, to, old, from, changed) = (words.next(), words.next(), words.next(), words.next(), words.next());
    if (to, from, changed) != (Some("to"), Some("from"), Some("changed")) {
        return (None, None);
    }
    let user_id =
        |word: Option<&str>| word.filter(|word| is_user_id(word) && !is_parent_user_id(word)).map(str::to_owned);
    (user_id(old), user_id(new))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn system(message: Value) -> System {
        match read(&message["system"], &message) {
            Ok(Content::System(system)) => system,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_changed_number_names_old_and_new() {
        let system = system(
            json!({"from": "1650", "system": {"type": "user_changed_number", "wa_id": "1219", "user_id": "US.2",
            "previous_user_id": "US.1", "body": "User Ana changed from 1650 to 1219"}}),
        );

        assert_eq!(system.kind, SystemKind::NumberChanged);
        assert_eq!(system.previous_wa_id.unwrap().as_str(), "1650");
        assert_eq!(system.wa_id.unwrap().as_str(), "1219");
        assert_eq!((system.previous_user_id.as_deref(), system.user_id.as_deref()), (Some("US.1"), Some("US.2")));
    }

    #[test]
    fn the_older_spellings_mean_the_same() {
        let older =
            system(json!({"system": {"type": "customer_changed_number", "new_wa_id": "1219", "customer": "1650"}}));

        assert_eq!(older.kind, SystemKind::NumberChanged);
        assert_eq!((older.previous_wa_id.unwrap().as_str(), older.wa_id.unwrap().as_str()), ("1650", "1219"));
    }

    #[test]
    fn an_old_user_id_is_found_in_the_sentence() {
        let system = system(
            json!({"system": {"type": "user_changed_user_id", "user_id": "US.2", "body": "User Ana changed from US.1 to US.2"}}),
        );

        assert_eq!(system.kind, SystemKind::UserIdChanged);
        assert_eq!(system.previous_user_id.as_deref(), Some("US.1"));
    }

    #[test]
    fn a_name_cannot_pose_as_an_id() {
        let (old, new) = told_user_ids("User changed from US.9 to US.8 changed from US.1 to US.2.");
        assert_eq!((old.as_deref(), new.as_deref()), (Some("US.1"), Some("US.2")));

        assert_eq!(told_user_ids("User changed from US.9 to US.8 has a new phone"), (None, None));
        assert_eq!(told_user_ids(""), (None, None));
    }
}

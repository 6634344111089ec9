//! A person's word on marketing messages: the opt-out that binds.

use serde_json::Value;

use super::batch::Around;
use super::contacts;
use super::identity::{Ids, PhoneText};
use super::json;

/// A person stopped or resumed a category of messages, in WhatsApp's own settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Preference {
    /// The person's phone number, if it may be shown.
    pub wa_id: Option<PhoneText>,
    /// The person's business-scoped user id.
    pub user_id: Option<String>,
    /// `marketing_messages`.
    pub category: Option<String>,
    /// What they want.
    pub value: PreferenceValue,
    /// Meta's sentence about it.
    pub detail: Option<String>,
    /// Unix seconds.
    pub timestamp: Option<i64>,
    /// As it came.
    pub raw: Value,
}

/// What a person wants of a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PreferenceValue {
    /// No more of it.
    Stop,
    /// Again.
    Resume,
    /// A wish Meta invented later.
    Other(String),
}

pub(super) fn read(raw: Value, around: &Around<'_>, place: usize) -> Result<Preference, (Value, String)> {
    let value = match json::text(&raw, "value").as_deref() {
        Some("stop") => PreferenceValue::Stop,
        Some("resume") => PreferenceValue::Resume,
        Some(other) => PreferenceValue::Other(other.to_owned()),
        None => return Err((raw, "it has no `value`".to_owned())),
    };
    let ids = Ids::read(&raw, &["wa_id"], &["user_id"], &["parent_user_id"]);
    let contact = contacts::belonging_to(around.contacts, &ids, place);
    Ok(Preference {
        user_id: ids.user_id.or_else(|| contact?.user_id.clone()),
        wa_id: ids.phone.or_else(|| contact?.wa_id.clone()),
        category: json::text(&raw, "category"),
        value,
        detail: json::text(&raw, "detail"),
        timestamp: json::seconds(&raw, "timestamp"),
        raw,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::Metadata;
    use serde_json::json;

    #[test]
    fn an_opt_out_names_the_person_and_the_moment() {
        let contacts = contacts::read_all(Some(&json!([{"wa_id": "1650", "user_id": "US.1"}])));
        let around = Around { field: "user_preferences", metadata: &Metadata::default(), contacts: &contacts };
        let raw =
            json!({"wa_id": "1650", "category": "marketing_messages", "value": "stop", "timestamp": 1_731_705_721});

        let preference = read(raw, &around, 0).unwrap();

        assert_eq!(preference.value, PreferenceValue::Stop);
        assert_eq!(preference.user_id.as_deref(), Some("US.1"));
        assert_eq!(preference.timestamp, Some(1_731_705_721));
    }
}

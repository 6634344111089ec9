//! What became of a message of ours.

use serde_json::Value;

use super::api_error::{self, ApiError};
use super::batch::Around;
use super::contacts::{self, Contact};
use super::identity::{Ids, PhoneText};
use super::json;

/// One step of a sent message on its way. Steps come out of order and more than once.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// The `wamid` that the send answered with.
    pub id: String,
    /// The step.
    pub status: StatusKind,
    /// Unix seconds.
    pub timestamp: Option<i64>,
    /// The recipient's phone number, if it may be shown.
    pub recipient_id: Option<PhoneText>,
    /// The recipient's business-scoped user id.
    pub recipient_user_id: Option<String>,
    /// The recipient's user id shared by a group of businesses.
    pub recipient_parent_user_id: Option<String>,
    /// `group` if it went to one.
    pub recipient_type: Option<String>,
    /// The group it went to.
    pub group_id: Option<String>,
    /// The member of the group this step is about.
    pub participant: Option<PhoneText>,
    /// Changes when the recipient installs WhatsApp anew.
    pub identity_key_hash: Option<String>,
    /// What we put into the send (`biz_opaque_callback_data`), to find it again. Do not count on it when the send failed.
    pub opaque: Option<String>,
    /// The conversation it was billed under, on older API versions.
    pub conversation: Option<Conversation>,
    /// What it costs.
    pub pricing: Option<Pricing>,
    /// Why it failed.
    pub errors: Vec<ApiError>,
    /// What Meta knows about the recipient.
    pub contact: Option<Contact>,
    /// The status as it came.
    pub raw: Value,
}

/// The steps of a sent message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StatusKind {
    /// It left Meta.
    Sent,
    /// It reached the phone.
    Delivered,
    /// It was seen. `Delivered` may never come.
    Read,
    /// A voice message was listened to.
    Played,
    /// It will not arrive.
    Failed,
    /// It was taken back.
    Deleted,
    /// A step Meta invented later.
    Other(String),
}

impl StatusKind {
    /// Meta's word for it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
            Self::Played => "played",
            Self::Failed => "failed",
            Self::Deleted => "deleted",
            Self::Other(word) => word,
        }
    }

    fn from_word(word: String) -> Self {
        match word.as_str() {
            "sent" => Self::Sent,
            "delivered" => Self::Delivered,
            "read" => Self::Read,
            "played" => Self::Played,
            "failed" => Self::Failed,
            "deleted" => Self::Deleted,
            _ => Self::Other(word),
        }
    }
}

/// What Meta used to bill by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its id.
    pub id: Option<String>,
    /// What opened it: `service`, `marketing`, `referral_conversion`, …
    pub origin: Option<String>,
    /// Unix seconds.
    pub expires_at: Option<i64>,
}

/// What a message costs. `kind` and `category` decide; `billable` is being retired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pricing {
    /// Whether Meta charges for it, where it still says so.
    pub billable: Option<bool>,
    /// `PMP` (each message) or `CBP` (each conversation).
    pub model: Option<String>,
    /// `regular`, `free_customer_service`, `free_entry_point`, or a later one (Meta's `type`).
    pub kind: Option<String>,
    /// `marketing`, `utility`, `authentication`, `service`, …
    pub category: Option<String>,
}

/// Reads one status. Without an id or a step there is nothing to apply.
pub(super) fn read(raw: Value, around: &Around<'_>, place: usize) -> Result<Status, (Value, String)> {
    let Some(id) = json::text(&raw, "id") else { return Err((raw, "it has no `id`".to_owned())) };
    let Some(word) = json::text(&raw, "status") else { return Err((raw, "it has no `status`".to_owned())) };
    let recipient_type = json::text(&raw, "recipient_type");
    let to_group = recipient_type.as_deref() == Some("group");
    let ids = Ids::read(
        &raw,
        if to_group { &[] } else { &["recipient_id"] },
        &["recipient_user_id"],
        &["recipient_parent_user_id", "parent_recipient_user_id", "parent_user_id"],
    );
    let participant = Ids::read(&raw, &["recipient_participant_id"], &["recipient_participant_user_id"], &[]);
    let person = if ids.is_empty() { &participant } else { &ids };
    let contact = contacts::belonging_to(around.contacts, person, place).cloned();
    Ok(Status {
        id,
        status: StatusKind::from_word(word),
        timestamp: json::seconds(&raw, "timestamp"),
        recipient_id: ids.phone,
        recipient_user_id: ids.user_id.or(participant.user_id),
        recipient_parent_user_id: ids.parent_user_id,
        group_id: if to_group { json::text(&raw, "recipient_id") } else { None },
        recipient_type,
        participant: participant.phone,
        identity_key_hash: json::text(&raw, "recipient_identity_key_hash"),
        opaque: json::text(&raw, "biz_opaque_callback_data"),
        conversation: json::member(&raw, "conversation").map(read_conversation),
        pricing: json::member(&raw, "pricing").map(read_pricing),
        errors: api_error::read_all(&raw),
        contact,
        raw,
    })
}

fn read_conversation(raw: &Value) -> Conversation {
    Conversation {
        id: json::text(raw, "id"),
        origin: json::member(raw, "origin").and_then(|origin| json::text(origin, "type")),
        expires_at: json::seconds(raw, "expiration_timestamp"),
    }
}

fn read_pricing(raw: &Value) -> Pricing {
    Pricing {
        billable: raw.get("billable").and_then(Value::as_bool),
        model: json::text(raw, "pricing_model"),
        kind: json::text(raw, "type"),
        category: json::text(raw, "category"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::Metadata;
    use serde_json::json;

    fn status(raw: Value, contacts: Value) -> Status {
        let contacts = contacts::read_all(Some(&contacts));
        let around = Around { field: "messages", metadata: &Metadata::default(), contacts: &contacts };
        read(raw, &around, 0).unwrap()
    }

    #[test]
    fn a_step_meta_invented_later_keeps_its_word() {
        let status = status(json!({"id": "wamid.1", "status": "in_orbit"}), json!([]));

        assert_eq!(status.status, StatusKind::Other("in_orbit".into()));
        assert_eq!(status.status.as_str(), "in_orbit");
    }

    #[test]
    fn a_recipient_without_a_phone_number_is_known_by_the_user_id() {
        let status = status(
            json!({"id": "wamid.1", "status": "delivered", "recipient_user_id": "US.1", "parent_user_id": "US.ENT.2",
                "biz_opaque_callback_data": "send-7"}),
            json!([{"profile": {"name": "Pablo"}, "user_id": "US.1"}]),
        );

        assert_eq!(status.recipient_id, None);
        assert_eq!(status.recipient_parent_user_id.as_deref(), Some("US.ENT.2"));
        assert_eq!(status.opaque.as_deref(), Some("send-7"));
        assert_eq!(status.contact.unwrap().profile_name.as_deref(), Some("Pablo"));
    }

    #[test]
    fn a_group_is_not_a_phone_number() {
        let status = status(
            json!({"id": "wamid.1", "status": "read", "recipient_type": "group", "recipient_id": "Y2FwaV9n", "recipient_participant_id": "5511"}),
            json!([]),
        );

        assert_eq!((status.recipient_id, status.group_id.as_deref()), (None, Some("Y2FwaV9n")));
        assert_eq!(status.participant.unwrap().as_str(), "5511");
    }

    #[test]
    fn a_price_says_its_kind_and_category() {
        let raw = json!({"id": "wamid.1", "status": "sent", "pricing": {"pricing_model": "PMP", "type": "regular", "category": "service"}});
        let pricing = status(raw, json!([])).pricing.unwrap();

        assert_eq!(
            (pricing.kind.as_deref(), pricing.category.as_deref(), pricing.billable),
            (Some("regular"), Some("service"), None)
        );
    }
}

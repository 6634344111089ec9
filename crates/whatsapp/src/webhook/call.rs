//! A call on one of our numbers. It opens the customer service window like a message does.

use serde_json::Value;

use super::identity::{Ids, PhoneText};
use super::json;

/// Something about one call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The call's id.
    pub id: Option<String>,
    /// `connect`, `terminate`, `call_recording_available`, …
    pub event: Option<String>,
    /// `USER_INITIATED` or `BUSINESS_INITIATED`.
    pub direction: Option<String>,
    /// The caller's phone number, if it may be shown.
    pub from: Option<PhoneText>,
    /// The caller's business-scoped user id.
    pub from_user_id: Option<String>,
    /// Unix seconds.
    pub timestamp: Option<i64>,
    /// As it came.
    pub raw: Value,
}

pub(super) fn read(raw: Value) -> Call {
    let from = Ids::read(&raw, &["from"], &["from_user_id"], &[]);
    Call {
        id: json::text(&raw, "id"),
        event: json::text(&raw, "event"),
        direction: json::text(&raw, "direction"),
        from: from.phone,
        from_user_id: from.user_id,
        timestamp: json::seconds(&raw, "timestamp"),
        raw,
    }
}

//! What a person sets for the chat with the business. Of these, the business hears only of the legal opt-out.

use std::sync::Arc;

use serde_json::json;

use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::webhook::payload::{self, Username};
use crate::webhook::{Label, Lane};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Marketing {
    Stop,
    Resume,
}

const TYPING: i64 = 25 * 1000; // how long it shows when nothing follows

/// The business never hears of it.
pub(super) fn type_something(platform: &Platform, phone: usize) -> String {
    lock(&platform.world).phones[phone].composing_until = platform.now() + TYPING;
    "typing".to_owned()
}

/// The business sees only that messages stay at `sent`.
pub(super) fn set_blocked(platform: &Platform, phone: usize, blocked: bool) -> String {
    lock(&platform.world).phones[phone].blocked = blocked;
    if blocked { "blocked" } else { "unblocked" }.to_owned()
}

/// The event has no id; the word that was set is returned instead.
pub(super) fn set_marketing(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    wanted: Marketing,
) -> String {
    let (value, detail) = match wanted {
        Marketing::Stop => ("stop", "User requested to stop marketing messages"),
        Marketing::Resume => ("resume", "User requested to resume marketing messages"),
    };
    lock(&platform.world).phones[phone].opted_out = wanted == Marketing::Stop;
    let identity = platform.shown(phone, number);
    let mut preference = json!({
        "user_id": identity.user_id,
        "detail": detail,
        "category": "marketing_messages",
        "value": value,
        // An integer here, unlike in messages and statuses.
        "timestamp": payload::seconds(platform.now()),
    });
    if let Some(wa_id) = &identity.number {
        preference["wa_id"] = json!(wa_id);
    }
    if let Some(parent) = &identity.parent_user_id {
        preference["parent_user_id"] = json!(parent);
    }
    let change = json!({
        "contacts": [payload::contact(&identity, Username::Shown)],
        "user_preferences": [preference],
    });
    let label = Label::new("user_preferences", value, "", identity.id());
    drop(platform.post(number, Lane::Phone(phone), &label, change));
    value.to_owned()
}

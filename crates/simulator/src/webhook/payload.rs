//! The JSON of webhooks. What a person does not show is absent, never an empty string.

use serde_json::{Value, json};

use crate::accept::{Address, Outbound};
use crate::identity::Identity;
use crate::settings::BusinessNumber;

/// The number of the business that a change is about.
pub(super) fn metadata(number: &BusinessNumber) -> Value {
    json!({ "display_phone_number": number.display_phone_number, "phone_number_id": number.phone_number_id })
}

/// A message from a phone, with the person beside it.
pub(crate) fn message(identity: &Identity, message: Value) -> Value {
    json!({ "contacts": [contact(identity, Username::Shown)], "messages": [message] })
}

/// The fields that every message of a person begins with.
pub(crate) fn message_head(identity: &Identity, wamid: &str, kind: &str, now: i64) -> Value {
    let mut head = json!({
        "from_user_id": identity.user_id,
        "id": wamid,
        "timestamp": seconds(now).to_string(),
        "type": kind,
    });
    if let Some(number) = &identity.number {
        head["from"] = json!(number);
    }
    if let Some(parent) = &identity.parent_user_id {
        head["from_parent_user_id"] = json!(parent);
    }
    head
}

pub(crate) struct Status<'a> {
    pub(crate) message: &'a Outbound,
    pub(crate) identity: Option<&'a Identity>,
    pub(crate) status: &'static str,
    /// `pricing` or `errors`.
    pub(crate) extra: &'a Value,
    pub(crate) now: i64,
}

pub(crate) fn status(of: &Status<'_>) -> Value {
    let mut status = json!({
        "id": of.message.wamid,
        "status": of.status,
        "timestamp": seconds(of.now).to_string(),
    });
    match (of.identity, &of.message.address) {
        (Some(identity), _) => status = with_recipient(status, identity),
        (None, Address::Number(digits)) => status["recipient_id"] = json!(digits),
        (None, Address::UserId(id) | Address::MisplacedUserId(id)) => status["recipient_user_id"] = json!(id),
    }
    if let (Value::Object(status), Value::Object(extra)) = (&mut status, of.extra) {
        status.extend(extra.clone());
    }
    let failed = of.status == "failed";
    // Nothing says that failed statuses echo it; a client that relies on it there must fail here.
    if let (Some(opaque), false) = (&of.message.opaque, failed) {
        status["biz_opaque_callback_data"] = json!(opaque);
    }
    let mut value = json!({ "statuses": [status] });
    if let (Some(identity), false) = (of.identity, failed) {
        let username = if of.status == "sent" { Username::Hidden } else { Username::Shown };
        value["contacts"] = json!([contact(identity, username)]);
    }
    value
}

/// A status with the names of the person whom the message was for.
pub(crate) fn with_recipient(mut status: Value, identity: &Identity) -> Value {
    status["recipient_user_id"] = json!(identity.user_id);
    if let Some(number) = &identity.number {
        status["recipient_id"] = json!(number);
    }
    if let Some(parent) = &identity.parent_user_id {
        status["recipient_parent_user_id"] = json!(parent);
    }
    if let Some(hash) = &identity.key_hash {
        status["recipient_identity_key_hash"] = json!(hash);
    }
    status
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Username {
    Shown,
    Hidden,
}

pub(crate) fn contact(identity: &Identity, username: Username) -> Value {
    let mut contact = json!({ "profile": { "name": identity.name }, "user_id": identity.user_id });
    if let Some(number) = &identity.number {
        contact["wa_id"] = json!(number);
    }
    if let Some(parent) = &identity.parent_user_id {
        contact["parent_user_id"] = json!(parent);
    }
    if let Some(hash) = &identity.key_hash {
        contact["identity_key_hash"] = json!(hash);
    }
    if let (Some(name), Username::Shown) = (&identity.username, username) {
        contact["profile"]["username"] = json!(name);
    }
    contact
}

pub(crate) fn seconds(now: i64) -> i64 {
    now.div_euclid(1000)
}

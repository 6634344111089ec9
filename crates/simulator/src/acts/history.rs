//! What a business's phone app shares when its number is connected: earlier chats and its address book.

use std::sync::Arc;

use serde_json::{Value, json};

use super::act::PastMessage;
use super::message::digits_of;
use crate::identity::Identity;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::wamid::{Direction, wamid};
use crate::webhook::payload;
use crate::webhook::{Label, Lane};

const HOUR: i64 = 60 * 60 * 1000;

/// Shares them in one chunk. The event has no id; the field is returned instead.
pub(super) fn share(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    messages: &[PastMessage],
) -> String {
    let now = platform.now();
    let identity = platform.shown(phone, number);
    let past: Vec<Value> = messages.iter().map(|message| past(platform, number, &identity, message, now)).collect();
    let oldest = messages.iter().map(|message| message.hours_ago).max().unwrap_or_default();
    let chunk = json!({
        "metadata": { "phase": phase(oldest), "chunk_order": 1, "progress": 100 },
        "threads": [{ "id": identity.id(), "messages": past }],
    });
    let label = Label::new("history", "chunk", "", identity.id());
    drop(platform.post(number, Lane::Phone(phone), &label, json!({ "history": [chunk] })));
    "history".to_owned()
}

/// Phases go back a day, ninety days and a hundred and eighty.
fn phase(hours_ago: u32) -> u8 {
    match hours_ago / 24 {
        0 => 0,
        1..90 => 1,
        _ => 2,
    }
}

fn past(platform: &Platform, number: &BusinessNumber, identity: &Identity, message: &PastMessage, now: i64) -> Value {
    let direction = if message.from_business { Direction::FromBusiness } else { Direction::FromPhone };
    let at = now - i64::from(message.hours_ago) * HOUR;
    let mut past = json!({
        "id": wamid(direction, identity.id(), &platform.random),
        "timestamp": payload::seconds(at).to_string(),
        "type": "text",
        "text": { "body": message.text },
        "history_context": { "status": "READ" },
    });
    if message.from_business {
        past["from"] = json!(digits_of(number));
        past["to"] = json!(identity.id());
    } else {
        past["from"] = json!(identity.id());
    }
    past
}

pub(super) fn sync_contact(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    removed: bool,
) -> String {
    let now = platform.now();
    // Whom the business has in its address book shows their number to it.
    lock(&platform.world).phones[phone].in_address_book = !removed;
    let identity = platform.shown(phone, number);
    let action = if removed { "remove" } else { "add" };
    let mut contact = json!({ "user_id": identity.user_id });
    if let Some(wa_id) = &identity.number {
        contact["phone_number"] = json!(wa_id);
    }
    if !removed {
        contact["full_name"] = json!(identity.name);
        contact["first_name"] = json!(identity.name.split(' ').next());
    }
    let sync = json!({
        "type": "contact",
        "contact": contact,
        "action": action,
        "metadata": { "timestamp": payload::seconds(now).to_string() },
    });
    let label = Label::new("smb_app_state_sync", action, "", identity.id());
    drop(platform.post(number, Lane::Phone(phone), &label, json!({ "state_sync": [sync] })));
    action.to_owned()
}

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

/// Shares them in one chunk.
pub(crate) fn share_history(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    messages: &[PastMessage],
) {
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

/// Whom the business has in its address book shows their number to it. The event has no id; what was done is returned.
pub(super) fn save_contact(platform: &Arc<Platform>, phone: usize, number: &Arc<BusinessNumber>) -> String {
    lock(&platform.world).phones[phone].in_address_book = true;
    share_contact(platform, phone, number);
    "add".to_owned()
}

pub(super) fn remove_contact(platform: &Arc<Platform>, phone: usize, number: &Arc<BusinessNumber>) -> String {
    let contact = contact(&platform.shown(phone, number));
    lock(&platform.world).phones[phone].in_address_book = false;
    sync(platform, phone, number, "remove", contact);
    "remove".to_owned()
}

pub(crate) fn share_contact(platform: &Arc<Platform>, phone: usize, number: &Arc<BusinessNumber>) {
    let identity = platform.shown(phone, number);
    let mut contact = contact(&identity);
    contact["full_name"] = json!(identity.name);
    contact["first_name"] = json!(identity.name.split(' ').next());
    sync(platform, phone, number, "add", contact);
}

fn contact(identity: &Identity) -> Value {
    let mut contact = json!({ "user_id": identity.user_id });
    if let Some(wa_id) = &identity.number {
        contact["phone_number"] = json!(wa_id);
    }
    contact
}

fn sync(platform: &Platform, phone: usize, number: &Arc<BusinessNumber>, action: &str, contact: Value) {
    let sync = json!({
        "type": "contact",
        "contact": contact,
        "action": action,
        "metadata": { "timestamp": payload::seconds(platform.now()).to_string() },
    });
    let label = Label::new("smb_app_state_sync", action, "", platform.shown(phone, number).id());
    drop(platform.post(number, Lane::Phone(phone), &label, json!({ "state_sync": [sync] })));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phases_of_a_history_reach_back_a_day_ninety_days_and_half_a_year() {
        assert_eq!([0, 23, 24, 89 * 24, 90 * 24, 180 * 24].map(phase), [0, 0, 1, 1, 2, 2]);
    }
}

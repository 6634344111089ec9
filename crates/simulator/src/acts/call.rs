//! A call that nobody takes. It opens the 24-hour window as a message does.

use std::sync::Arc;

use serde_json::json;

use super::message::digits_of;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::wamid::{Direction, wamid};
use crate::webhook::{Label, Lane, payload};
use crate::world::WINDOW;

pub(super) fn call(platform: &Platform, phone: usize, number: &Arc<BusinessNumber>) -> String {
    let now = platform.now();
    let identity = platform.shown(phone, number);
    let id = wamid(Direction::FromPhone, identity.id(), &platform.random).replace("wamid.", "wacid.");
    lock(&platform.world).phones[phone].windows.insert(number.phone_number_id.clone(), now + WINDOW);
    let mut call = json!({
        "id": id,
        "to": digits_of(number),
        "from_user_id": identity.user_id,
        "event": "terminate",
        "direction": "USER_INITIATED",
        "status": "FAILED",
        "timestamp": payload::seconds(now).to_string(),
    });
    if let Some(from) = &identity.number {
        call["from"] = json!(from);
    }
    let contact = payload::contact(&identity, payload::Username::Shown);
    let label = Label::new("calls", "terminate", &id, identity.id());
    drop(platform.post(number, Lane::Phone(phone), &label, json!({ "contacts": [contact], "calls": [call] })));
    id
}

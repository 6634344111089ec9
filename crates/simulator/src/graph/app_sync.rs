//! `/{phone_number_id}/smb_app_data`: asks the phone app of a number for its address book and its earlier chats.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::request::{Fields, Number};
use crate::acts::{self, PastMessage};
use crate::codes::Refusal;
use crate::part::Part;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::world::Phone;

const DAY: i64 = 24 * 60 * 60 * 1000; // how long after its connection a number may ask
const HOUR: i64 = 60 * 60 * 1000;

pub(super) async fn request(
    State(platform): State<Arc<Platform>>,
    Number(number): Number,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let request = fields.for_whatsapp()?;
    let wanted = Part::of(&request).at("sync_type");
    check(&platform, &number)?;
    match wanted.text()? {
        "smb_app_state_sync" => share_contacts(&platform, &number),
        "history" => share_history(&platform, &number),
        _ => return Err(wanted.refuse("must be `smb_app_state_sync` or `history`")),
    }
    Ok(Json(json!({ "messaging_product": "whatsapp", "request_id": platform.random.id() })))
}

fn check(platform: &Platform, number: &BusinessNumber) -> Result<(), Refusal> {
    let health = lock(&platform.desks).desk(&number.phone_number_id).health;
    if !health.on_business_app {
        return Err(Refusal::parameter("this number is not used in the business's phone app"));
    }
    if health.connected_at + DAY <= platform.now() {
        return Err(Refusal::parameter("what the phone app holds must be asked for within 24 hours of its connection"));
    }
    Ok(())
}

fn share_contacts(platform: &Arc<Platform>, number: &Arc<BusinessNumber>) {
    let saved: Vec<usize> = {
        let world = lock(&platform.world);
        (0..world.phones.len()).filter(|phone| world.phones[*phone].in_address_book).collect()
    };
    saved.into_iter().for_each(|phone| acts::share_contact(platform, phone, number));
}

fn share_history(platform: &Arc<Platform>, number: &Arc<BusinessNumber>) {
    let chats: Vec<Vec<PastMessage>> = {
        let world = lock(&platform.world);
        world.phones.iter().map(|phone| chat(phone, number, platform.now())).collect()
    };
    for (phone, messages) in chats.into_iter().enumerate().filter(|(_, messages)| !messages.is_empty()) {
        acts::share_history(platform, phone, number, &messages);
    }
}

/// The texts of both sides, oldest first.
fn chat(phone: &Phone, number: &BusinessNumber, now: i64) -> Vec<PastMessage> {
    let id = &number.phone_number_id;
    let past = |at: i64, text: &Option<String>, from_business| {
        let hours_ago = u32::try_from((now - at) / HOUR).unwrap_or_default();
        text.as_ref().map(|text| (at, PastMessage { text: text.clone(), from_business, hours_ago }))
    };
    let said = phone.said.iter().filter(|said| said.phone_number_id == *id);
    let received =
        phone.inbox.iter().map(|entry| &entry.message).filter(|message| message.number.phone_number_id == *id);
    let said = said.filter_map(|said| past(said.at, &said.text, false));
    let received = received.filter_map(|message| past(message.at, &message.content.text, true));
    let mut chat: Vec<_> = said.chain(received).collect();
    chat.sort_by_key(|(at, _)| *at);
    chat.into_iter().map(|(_, message)| message).collect()
}

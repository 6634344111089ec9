//! Second thoughts: editing and deleting an own message. Neither opens the 24-hour window.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::error::PhoneError;
use crate::phones::SaidView;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::wamid::{Direction, wamid};
use crate::webhook::{Label, Lane, payload};

const EDITABLE: i64 = 15 * 60 * 1000;
const REVOCABLE: i64 = 2 * 24 * 60 * 60 * 1000;

pub(super) fn edit(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    original: &str,
    text: &str,
) -> Result<String, PhoneError> {
    let kind = own_message(platform, phone, original, EDITABLE, "edit", |said| said.text = Some(text.to_owned()))?;
    let message = match kind.as_str() {
        "text" => json!({ "type": "text", "text": { "body": text } }),
        media => json!({ "type": media, media: { "caption": text } }),
    };
    let body = json!({ "original_message_id": original, "message": message });
    Ok(correct(platform, phone, number, "edit", body))
}

pub(super) fn revoke(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    original: &str,
) -> Result<String, PhoneError> {
    own_message(platform, phone, original, REVOCABLE, "revoke", |said| said.text = None)?;
    Ok(correct(platform, phone, number, "revoke", json!({ "original_message_id": original })))
}

/// Changes the phone's copy, if the message is its own and young enough; returns the message's type.
fn own_message(
    platform: &Platform,
    phone: usize,
    original: &str,
    reach: i64,
    verb: &'static str,
    change: impl FnOnce(&mut SaidView),
) -> Result<String, PhoneError> {
    let now = platform.now();
    let mut world = lock(&platform.world);
    let said = world.phones[phone].said.iter_mut().find(|said| said.wamid == original);
    let said = said.ok_or_else(|| PhoneError::NoMessage(original.into()))?;
    if said.at + reach < now {
        return Err(PhoneError::TooLate(verb));
    }
    change(said);
    Ok(said.kind.clone())
}

/// The event has an id of its own.
fn correct(platform: &Platform, phone: usize, number: &Arc<BusinessNumber>, kind: &str, body: Value) -> String {
    let now = platform.now();
    let identity = lock(&platform.world).phones[phone].shown(now);
    let wamid = wamid(Direction::FromPhone, identity.id(), &platform.random);
    let mut message = payload::message_head(&identity, &wamid, kind, now);
    message[kind] = body;
    let label = Label::new("messages", kind, &wamid, identity.id());
    drop(platform.post(number, Lane::Phone(phone), &label, payload::message(&identity, message)));
    wamid
}

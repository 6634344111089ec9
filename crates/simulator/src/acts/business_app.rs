//! Somebody at the business answers from its phone app. It neither obeys nor opens the 24-hour window.

use std::sync::Arc;

use serde_json::{Value, json};

use super::correct::Correction;
use super::message::digits_of;
use crate::accept::{Address, Outbound};
use crate::content::Content;
use crate::error::PhoneError;
use crate::identity::Identity;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::wamid::{Direction, wamid};
use crate::webhook::{Label, Lane, payload};

pub(super) fn answer(platform: &Arc<Platform>, phone: usize, number: &Arc<BusinessNumber>, text: &str) -> String {
    let wamid = put_on_phone(platform, phone, number, text);
    post_echo(platform, phone, number, &wamid, "text", json!({ "body": text }));
    wamid
}

/// Corrects what was written in the app before.
pub(super) fn correct(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    original: &str,
    correction: Correction<'_>,
) -> Result<String, PhoneError> {
    let is_known = lock(&platform.world).phones[phone].has_echo(original);
    if !is_known {
        return Err(PhoneError::NoMessage(original.into()));
    }
    let wamid = wamid(Direction::FromBusiness, platform.shown(phone, number).id(), &platform.random);
    post_echo(platform, phone, number, &wamid, correction.kind(), correction.body(original, "text"));
    Ok(wamid)
}

/// The person gets a text that the API did not send.
pub(super) fn put_on_phone(platform: &Platform, phone: usize, number: &Arc<BusinessNumber>, text: &str) -> String {
    let identity = platform.shown(phone, number);
    let wamid = wamid(Direction::FromBusiness, identity.id(), &platform.random);
    let message = Outbound {
        wamid: wamid.clone(),
        number: Arc::clone(number),
        address: Address::UserId(identity.user_id.clone()),
        phone: Some(phone),
        person: identity.id().to_owned(),
        content: Content::free_form("text", Some(text.to_owned())),
        pricing: None,
        opaque: None,
        context: None,
        body: json!({ "type": "text", "text": { "body": text } }),
        at: platform.now(),
    };
    lock(&platform.world).phones[phone].receive(Arc::new(message), true);
    wamid
}

fn post_echo(platform: &Platform, phone: usize, number: &Arc<BusinessNumber>, wamid: &str, kind: &str, body: Value) {
    let identity = platform.shown(phone, number);
    let mut echo = json!({
        "from": digits_of(number),
        "id": wamid,
        "timestamp": payload::seconds(platform.now()).to_string(),
        "type": kind,
        kind: body,
    });
    name_recipient(&mut echo, &identity);
    let label = Label::new("smb_message_echoes", kind, wamid, identity.id());
    drop(platform.post(number, Lane::Phone(phone), &label, json!({ "message_echoes": [echo] })));
}

fn name_recipient(echo: &mut Value, identity: &Identity) {
    echo["to_user_id"] = json!(identity.user_id);
    if let Some(to) = &identity.number {
        echo["to"] = json!(to);
    }
    if let Some(parent) = &identity.parent_user_id {
        echo["to_parent_user_id"] = json!(parent);
    }
}

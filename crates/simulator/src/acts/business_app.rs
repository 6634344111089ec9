//! Somebody at the business answers from its phone app. It neither obeys nor opens the 24-hour window.

use std::sync::Arc;

use serde_json::{Value, json};

use super::message::digits_of;
use crate::accept::{Address, Outbound};
use crate::content::Content;
use crate::error::PhoneError;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::wamid::{Direction, wamid};
use crate::webhook::{Label, Lane, payload};

pub(super) fn answer(platform: &Arc<Platform>, phone: usize, number: &Arc<BusinessNumber>, text: &str) -> String {
    post_echo(platform, phone, number, ECHOES, &Typed::Text(text))
}

pub(super) fn edit(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    original: &str,
    text: &str,
) -> Result<String, PhoneError> {
    known_echo(platform, phone, original)?;
    Ok(post_echo(platform, phone, number, ECHOES, &Typed::Edit { original, text }))
}

pub(super) fn revoke(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    original: &str,
) -> Result<String, PhoneError> {
    known_echo(platform, phone, original)?;
    Ok(post_echo(platform, phone, number, ECHOES, &Typed::Revoke { original }))
}

const ECHOES: &str = "smb_message_echoes";

/// What was typed where the API does not see it.
pub(super) enum Typed<'a> {
    Text(&'a str),
    Edit { original: &'a str, text: &'a str },
    Revoke { original: &'a str },
}

impl Typed<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Edit { .. } => "edit",
            Self::Revoke { .. } => "revoke",
        }
    }

    fn body(&self) -> Value {
        match self {
            Self::Text(text) => json!({ "body": text }),
            Self::Edit { original, text } => {
                let message = json!({ "type": "text", "text": { "body": text } });
                json!({ "original_message_id": original, "message": message })
            }
            Self::Revoke { original } => json!({ "original_message_id": original }),
        }
    }
}

fn known_echo(platform: &Platform, phone: usize, wamid: &str) -> Result<(), PhoneError> {
    let world = lock(&platform.world);
    let known = world.phones[phone].inbox.iter().any(|entry| entry.echo && entry.message.wamid == wamid);
    if known { Ok(()) } else { Err(PhoneError::NoMessage(wamid.into())) }
}

pub(super) fn post_echo(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    field: &'static str,
    typed: &Typed<'_>,
) -> String {
    let now = platform.now();
    let identity = lock(&platform.world).phones[phone].shown(now);
    let wamid = wamid(Direction::FromBusiness, identity.id(), &platform.random);
    let mut echo = json!({
        "from": digits_of(number),
        "to_user_id": identity.user_id,
        "id": wamid,
        "timestamp": payload::seconds(now).to_string(),
        "type": typed.kind(),
        typed.kind(): typed.body(),
    });
    if let Some(to) = &identity.number {
        echo["to"] = json!(to);
    }
    if let Typed::Text(text) = typed {
        let message = Outbound {
            wamid: wamid.clone(),
            number: Arc::clone(number),
            address: Address::UserId(identity.user_id.clone()),
            phone: Some(phone),
            person: identity.id().to_owned(),
            content: Content::free_form("text", Some((*text).to_owned())),
            pricing: None,
            opaque: None,
            context: None,
            body: echo.clone(),
            at: now,
        };
        lock(&platform.world).phones[phone].receive(Arc::new(message), true);
    }
    let label = Label::new(field, typed.kind(), &wamid, identity.id());
    drop(platform.post(number, Lane::Phone(phone), &label, json!({ "message_echoes": [echo] })));
    wamid
}

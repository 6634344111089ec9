//! Second thoughts, whoever wrote the message: its text is corrected, or it is deleted for everybody. Neither opens the
//! 24-hour window.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::error::PhoneError;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::wamid::{Direction, wamid};
use crate::webhook::{Label, Lane, payload};

const EDITABLE: i64 = 15 * 60 * 1000;
const REVOCABLE: i64 = 2 * 24 * 60 * 60 * 1000;

#[derive(Clone, Copy)]
pub(super) enum Correction<'a> {
    Edit(&'a str),
    Revoke,
}

impl Correction<'_> {
    pub(super) fn kind(self) -> &'static str {
        match self {
            Self::Edit(_) => "edit",
            Self::Revoke => "revoke",
        }
    }

    /// What it says about the message, which was of this type: of a file only the caption can be corrected.
    pub(super) fn body(self, original: &str, kind: &str) -> Value {
        let message = match (self, kind) {
            (Self::Revoke, _) => return json!({ "original_message_id": original }),
            (Self::Edit(text), "text") => json!({ "type": "text", "text": { "body": text } }),
            (Self::Edit(text), media) => json!({ "type": media, media: { "caption": text } }),
        };
        json!({ "original_message_id": original, "message": message })
    }

    fn text(self) -> Option<String> {
        match self {
            Self::Edit(text) => Some(text.to_owned()),
            Self::Revoke => None,
        }
    }

    /// How old the message may be.
    fn reach(self) -> i64 {
        match self {
            Self::Edit(_) => EDITABLE,
            Self::Revoke => REVOCABLE,
        }
    }
}

/// A person corrects an own message. The event has an id of its own.
pub(super) fn correct(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    original: &str,
    correction: Correction<'_>,
) -> Result<String, PhoneError> {
    let body = correction.body(original, &change_own(platform, phone, original, correction)?);
    let (now, kind) = (platform.now(), correction.kind());
    let identity = platform.shown(phone, number);
    let wamid = wamid(Direction::FromPhone, identity.id(), &platform.random);
    let mut message = payload::message_head(&identity, &wamid, kind, now);
    message[kind] = body;
    let label = Label::new("messages", kind, &wamid, identity.id());
    drop(platform.post(number, Lane::Phone(phone), &label, payload::message(&identity, message)));
    Ok(wamid)
}

/// Changes the phone's copy, if the message is its own and young enough; returns the message's type.
fn change_own(
    platform: &Platform,
    phone: usize,
    original: &str,
    correction: Correction<'_>,
) -> Result<String, PhoneError> {
    let mut world = lock(&platform.world);
    let said = world.phones[phone].said.iter_mut().find(|said| said.wamid == original);
    let said = said.ok_or_else(|| PhoneError::NoMessage(original.into()))?;
    if said.at + correction.reach() < platform.now() {
        return Err(PhoneError::TooLate(correction.kind()));
    }
    said.text = correction.text();
    Ok(said.kind.clone())
}

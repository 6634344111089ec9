//! A tap on a reply button, a list row or a template's quick reply.

use std::sync::Arc;

use serde_json::json;

use super::act::Tap;
use super::message::{self, Draft};
use crate::error::PhoneError;
use crate::phones::{Button, ButtonKind};
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::world::Phone;

/// Taps, and answers the number that sent the buttons, whichever that was.
pub(crate) fn tap(platform: &Arc<Platform>, phone: usize, tap: &Tap) -> Result<String, PhoneError> {
    let (wamid, number, button) = find(&lock(&platform.world).phones[phone], tap)?;
    let draft = answer(&button).with("context", message::context(&number, &wamid));
    Ok(message::say(platform, phone, &number, draft))
}

fn find(phone: &Phone, tap: &Tap) -> Result<(String, Arc<BusinessNumber>, Button), PhoneError> {
    let wanted = |button: &&Button| button.id == tap.button || button.title == tap.button;
    let newest_first = phone.inbox.iter().rev().map(|entry| &entry.message);
    newest_first
        .filter(|message| tap.message_id.as_ref().is_none_or(|wamid| *wamid == message.wamid))
        .find_map(|message| {
            let button = message.content.buttons.iter().find(wanted)?;
            Some((message.wamid.clone(), Arc::clone(&message.number), button.clone()))
        })
        .ok_or_else(|| PhoneError::NothingToTap(tap.button.clone()))
}

fn answer(button: &Button) -> Draft {
    let Button { id, title, description, kind } = button;
    match kind {
        ButtonKind::Reply => {
            let reply = json!({ "type": "button_reply", "button_reply": { "id": id, "title": title } });
            Draft::new("interactive", Some(title), reply)
        }
        ButtonKind::Row => {
            let mut row = json!({ "id": id, "title": title });
            if let Some(description) = description {
                row["description"] = json!(description);
            }
            Draft::new("interactive", Some(title), json!({ "type": "list_reply", "list_reply": row }))
        }
        ButtonKind::QuickReply => Draft::new("button", Some(title), json!({ "payload": id, "text": title })),
    }
}

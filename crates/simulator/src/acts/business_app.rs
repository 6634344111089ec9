//! Somebody at the business answers from its phone app. It neither obeys nor opens the 24-hour window.

use std::sync::Arc;

use serde_json::json;

use crate::accept::{Address, Outbound};
use crate::content::Content;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::wamid::{Direction, wamid};
use crate::webhook::{Label, Lane, payload};

pub(super) fn answer(platform: &Arc<Platform>, phone: usize, number: &Arc<BusinessNumber>, text: &str) -> String {
    let (now, identity) = (platform.now(), lock(&platform.world).phones[phone].identity.clone());
    let wamid = wamid(Direction::FromBusiness, identity.id(), &platform.random);
    let from: String = number.display_phone_number.chars().filter(char::is_ascii_digit).collect();
    let mut echo = json!({
        "from": from,
        "to_user_id": identity.user_id,
        "id": wamid,
        "timestamp": payload::seconds(now).to_string(),
        "type": "text",
        "text": { "body": text },
    });
    if let Some(to) = &identity.number {
        echo["to"] = json!(to);
    }
    let message = Outbound {
        wamid: wamid.clone(),
        number: Arc::clone(number),
        address: Address::UserId(identity.user_id.clone()),
        phone: Some(phone),
        person: identity.id().to_owned(),
        content: Content::free_form("text", Some(text.to_owned())),
        opaque: None,
        context: None,
        body: echo.clone(),
        at: now,
    };
    lock(&platform.world).phones[phone].receive(Arc::new(message), true);
    let label = Label::new("smb_message_echoes", "text", &wamid, identity.id());
    drop(platform.post(number, Lane::Phone(phone), label, json!({ "message_echoes": [echo] })));
    wamid
}

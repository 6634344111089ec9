//! Messages proper: they reach the business with the person beside them, and open the 24-hour window.

use std::sync::Arc;
use std::time::Instant;

use serde_json::{Map, Value, json};

use super::act::OrderItem;
use crate::codes;
use crate::error::PhoneError;
use crate::life;
use crate::phones::SaidView;
use crate::platform::{Platform, lock};
use crate::pricing::EntryPoint;
use crate::settings::BusinessNumber;
use crate::verdict::REACTION_REACH;
use crate::wamid::{Direction, wamid};
use crate::webhook::{Label, Lane, payload};
use crate::world::{NUMBER_KNOWN, WINDOW};

const CALLABLE: i64 = 7 * 24 * 60 * 60 * 1000; // how long a permission to call lasts

/// A message before it has an id.
pub(super) struct Draft {
    pub(super) kind: String,
    /// What the phone shows.
    pub(super) text: Option<String>,
    /// The fields beside `id`, `timestamp` and `type`.
    pub(super) fields: Map<String, Value>,
}

impl Draft {
    pub(super) fn new(kind: &str, text: Option<&str>, body: Value) -> Self {
        let fields = Map::from_iter([(kind.to_owned(), body)]);
        Self { kind: kind.into(), text: text.map(str::to_owned), fields }
    }

    pub(super) fn with(mut self, field: &str, value: Value) -> Self {
        self.fields.insert(field.into(), value);
        self
    }

    /// As the answer to a message.
    pub(super) fn replying(self, to: Option<&str>, number: &BusinessNumber) -> Self {
        match to {
            Some(wamid) => self.with("context", context(number, wamid)),
            None => self,
        }
    }

    /// Adds a field to the body of the type.
    pub(super) fn inside(mut self, field: &str, value: Value) -> Self {
        self.fields[&self.kind][field] = value;
        self
    }
}

/// Sends the draft. What somebody writes whom the business has blocked reaches nobody. A phone that writes is online
/// and has unblocked the business: WhatsApp asks for both first.
pub(super) fn say(platform: &Arc<Platform>, phone: usize, number: &Arc<BusinessNumber>, draft: Draft) -> String {
    life::come_online(platform, phone);
    let now = platform.now();
    let (is_heard, checks_devices) = {
        let desks = lock(&platform.desks);
        let id = &number.phone_number_id;
        (!desks.has_blocked(id, phone), desks.checks_devices(id))
    };
    let (wamid, identity, held) = {
        let mut world = lock(&platform.world);
        let state = &mut world.phones[phone];
        let identity = state.shown(checks_devices, now);
        if identity.number.is_some() {
            state.number_known_until = now + NUMBER_KNOWN;
        }
        let held = state.held_elsewhere.contains(&number.phone_number_id);
        let wamid = wamid(Direction::FromPhone, identity.id(), &platform.random);
        state.blocked = false;
        if is_heard && draft.fields.contains_key("referral") {
            state.entry_points.insert(number.phone_number_id.clone(), EntryPoint::at(now));
        }
        if is_heard {
            state.windows.insert(number.phone_number_id.clone(), now + WINDOW);
        }
        state.said.push(SaidView {
            wamid: wamid.clone(),
            phone_number_id: number.phone_number_id.clone(),
            kind: draft.kind.clone(),
            text: draft.text,
            at: now,
            read: false,
        });
        world.authors.insert(wamid.clone(), phone);
        (wamid, identity, held)
    };
    if !is_heard {
        return wamid; // the person sees one tick and never a second
    }
    let rate = platform.number_rate(&number.phone_number_id);
    lock(&platform.limits).hear(&number.phone_number_id, rate, Instant::now());
    let mut message = payload::message_head(&identity, &wamid, &draft.kind, now);
    if let Value::Object(message) = &mut message {
        message.extend(draft.fields);
    }
    let field = if held { "standby" } else { "messages" };
    let label = Label::new(field, &draft.kind, &wamid, identity.id());
    drop(platform.post(number, Lane::Phone(phone), &label, payload::message(&identity, message)));
    wamid
}

pub(super) fn text(text: &str, reply_to: Option<&str>, number: &Arc<BusinessNumber>) -> Draft {
    Draft::new("text", Some(text), json!({ "body": text })).replying(reply_to, number)
}

/// WhatsApp lets people put an emoji on messages of the last thirty days.
pub(super) fn reachable(platform: &Platform, phone: usize, wamid: &str) -> Result<(), PhoneError> {
    let at = lock(&platform.world).phones[phone].at(wamid);
    if at.is_some_and(|at| REACTION_REACH < platform.now() - at) {
        return Err(PhoneError::TooLate("react to"));
    }
    Ok(())
}

pub(super) fn reaction(target: &str, emoji: Option<&str>) -> Draft {
    Draft::new("reaction", emoji, without_nulls(json!({ "message_id": target, "emoji": emoji })))
}

pub(super) fn location((latitude, longitude): (f64, f64), name: Option<&str>, address: Option<&str>) -> Draft {
    let place = json!({ "latitude": latitude, "longitude": longitude, "name": name, "address": address });
    Draft::new("location", name, without_nulls(place))
}

pub(super) fn contacts(name: &str, phone: &str, requested: bool) -> Draft {
    let wa_id: String = phone.chars().filter(char::is_ascii_digit).collect();
    let origin = if requested { "contact_request" } else { "other" };
    let mut card = json!({
        "phones": [{ "phone": phone, "wa_id": wa_id, "type": "CELL" }],
        "origin": origin,
        "vcard": format!("BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nTEL;waid={wa_id}:{phone}\nEND:VCARD"),
    });
    if !name.is_empty() {
        card["name"] = json!({ "formatted_name": name, "first_name": name });
    }
    Draft::new("contacts", Some(name), json!([card]))
}

pub(super) fn flow_reply(response_json: &str) -> Draft {
    let reply = json!({ "name": "flow", "body": "Sent", "response_json": response_json });
    Draft::new("interactive", None, json!({ "type": "nfm_reply", "nfm_reply": reply }))
}

pub(super) fn call_permission(accepts: bool, now: i64) -> Draft {
    let mut reply = json!({ "response": if accepts { "accept" } else { "reject" }, "response_source": "user_action" });
    if accepts {
        reply["is_permanent"] = json!(false);
        reply["expiration_timestamp"] = json!(payload::seconds(now + CALLABLE));
    }
    Draft::new("interactive", None, json!({ "type": "call_permission_reply", "call_permission_reply": reply }))
}

pub(super) fn unknown(name: &str) -> Draft {
    Draft::new(name, None, json!({ "from_the_future": true }))
}

pub(super) fn order(catalog_id: &str, text: Option<&str>, items: &[OrderItem]) -> Draft {
    let order = json!({ "catalog_id": catalog_id, "text": text, "product_items": items });
    Draft::new("order", text, without_nulls(order))
}

/// A message of which only the type is known.
pub(super) fn bare(kind: &str) -> Draft {
    Draft { kind: kind.into(), text: None, fields: Map::new() }
}

pub(super) fn unsupported(what: &str, code: i64) -> Draft {
    let (title, details) = match code {
        codes::UNSUPPORTED_TYPE => ("Message type unknown", "Message type is currently not supported."),
        codes::ON_ANOTHER_DEVICE => ("This message is unavailable", "This message is currently unavailable."),
        other => (codes::title(other), "The message could not be received."),
    };
    let error = json!({ "code": code, "title": title, "message": title, "error_data": { "details": details } });
    bare("unsupported").with("errors", json!([error])).with("unsupported", json!({ "type": what }))
}

/// A reply names whose message it answers.
pub(super) fn context(number: &BusinessNumber, wamid: &str) -> Value {
    json!({ "from": digits_of(number), "id": wamid })
}

/// The business's number as webhooks write it.
pub(super) fn digits_of(number: &BusinessNumber) -> String {
    number.display_phone_number.chars().filter(char::is_ascii_digit).collect()
}

pub(super) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => fields.into_iter().filter(|(_, value)| !value.is_null()).collect(),
        other => other,
    }
}

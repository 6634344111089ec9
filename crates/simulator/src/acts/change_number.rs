//! A person moves to another number. The user id is regenerated; the event tells the old and the new one.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::error::PhoneError;
use crate::numbers;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::wamid::{Direction, wamid};
use crate::webhook::{Label, Lane, payload};
use crate::world::{self, Identity};

pub(super) fn change_number(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    new: &str,
) -> Result<String, PhoneError> {
    let digits = numbers::digits(new).ok_or_else(|| PhoneError::NotAPhone(new.into()))?;
    let (old, new) = move_to(platform, phone, &digits)?;
    let wamid = wamid(Direction::FromPhone, new.id(), &platform.random);
    let event = event(&old, &new, &wamid, platform.now());
    let label = Label::new("messages", "system", &wamid, new.id());
    // A system message comes without `contacts`.
    drop(platform.post(number, Lane::Phone(phone), &label, json!({ "messages": [event] })));
    Ok(wamid)
}

fn move_to(platform: &Platform, phone: usize, digits: &str) -> Result<(Identity, Identity), PhoneError> {
    let mut world = lock(&platform.world);
    if world.by_digits(digits).is_some() {
        return Err(PhoneError::Taken(digits.into()));
    }
    let state = &world.phones[phone];
    let (old, shown) = (state.identity.clone(), state.shown(platform.now()));
    let user_id = numbers::user_id(platform.portfolio(), numbers::country(digits), digits);
    // Who had no number before, as far as anybody knows, has none now.
    let number = old.number.as_ref().map(|_| digits.to_owned());
    let new = Identity { number, user_id, ..old };
    world.rename(phone, new.clone());
    // The new identity has not written yet.
    world.phones[phone].windows.clear();
    // Who showed no number before shows none now.
    let number = new.number.clone().filter(|_| shown.number.is_some());
    Ok((shown, Identity { number, ..new }))
}

/// The user id stays, and the business hears nothing: it sees the username beside the next message. The word that was
/// set is returned.
pub(super) fn set_username(platform: &Platform, phone: usize, username: Option<&str>) -> Result<String, PhoneError> {
    let mut world = lock(&platform.world);
    let username = username.map(world::username).transpose()?;
    if let Some(taken) = username.as_ref().filter(|name| world.find(name).is_some_and(|owner| owner != phone)) {
        return Err(PhoneError::Taken(taken.clone()));
    }
    let identity = Identity { username: username.clone(), ..world.phones[phone].identity.clone() };
    if identity.number.is_none() && identity.username.is_none() {
        return Err(PhoneError::NotAPhone(String::new()));
    }
    world.rename(phone, identity);
    Ok(username.unwrap_or_else(|| "no username".to_owned()))
}

fn event(old: &Identity, new: &Identity, wamid: &str, now: i64) -> Value {
    let (kind, from, to) = match (&old.number, &new.number) {
        (Some(from), Some(to)) => ("user_changed_number", from, to),
        _ => ("user_changed_user_id", &old.user_id, &new.user_id),
    };
    let mut system = json!({
        "type": kind,
        "body": format!("User {} changed from {from} to {to}", new.name),
        "user_id": new.user_id,
        "previous_user_id": old.user_id,
    });
    let mut event = json!({
        "id": wamid,
        "timestamp": payload::seconds(now).to_string(),
        "type": "system",
    });
    if kind == "user_changed_number" {
        system["wa_id"] = json!(to);
        event["from"] = json!(from);
    }
    event["system"] = system;
    event
}

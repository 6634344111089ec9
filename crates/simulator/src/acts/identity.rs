//! A person moves to another number or device, or takes another username. With the number the user id is regenerated; the
//! event tells the old and the new one.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::error::PhoneError;
use crate::identity::{self, Identity};
use crate::numbers;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::wamid::{Direction, wamid};
use crate::webhook::{Label, Lane, payload};

pub(super) fn change_number(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    new: &str,
) -> Result<String, PhoneError> {
    let digits = numbers::digits(new).ok_or_else(|| PhoneError::NotAPhone(new.into()))?;
    let (old, new) = move_to(platform, phone, number, &digits)?;
    let wamid = wamid(Direction::FromPhone, new.id(), &platform.random);
    let event = event(&old, &new, &wamid, platform.now());
    let label = Label::new("messages", "system", &wamid, new.id());
    // A system message comes without `contacts`.
    drop(platform.post(number, Lane::Phone(phone), &label, json!({ "messages": [event] })));
    Ok(wamid)
}

fn move_to(
    platform: &Platform,
    phone: usize,
    number: &BusinessNumber,
    digits: &str,
) -> Result<(Identity, Identity), PhoneError> {
    let checks_devices = lock(&platform.desks).checks_devices(&number.phone_number_id);
    let mut world = lock(&platform.world);
    if world.by_digits(digits).is_some() {
        return Err(PhoneError::Taken(digits.into()));
    }
    let old = world.phones[phone].identity.clone();
    let shown = world.phones[phone].shown(checks_devices, platform.now());
    let new = platform.scope().at_number(old, digits);
    world.rename(phone, new.clone());
    // The new identity has not written yet.
    world.phones[phone].windows.clear();
    world.phones[phone].installs = 0;
    // Who showed no number before shows none now.
    let number = new.number.clone().filter(|_| shown.number.is_some());
    Ok((shown, Identity { number, ..new }))
}

/// The number and the user id stay, the identity key does not. A number that checks identities hears of it.
pub(super) fn reinstall(platform: &Platform, phone: usize, number: &Arc<BusinessNumber>) -> String {
    {
        let state = &mut lock(&platform.world).phones[phone];
        state.installs += 1;
        state.identity = state.identity.clone().on_device(state.installs);
    }
    let identity = platform.shown(phone, number);
    let wamid = wamid(Direction::FromPhone, identity.id(), &platform.random);
    let Some(hash) = &identity.key_hash else { return wamid };
    let now = platform.now();
    let mut event = payload::message_head(&identity, &wamid, "system", now);
    // The hash stands in two places: the samples of this older event and the clients that read it differ.
    event["identity"] = json!({ "acknowledged": false, "created_timestamp": payload::seconds(now), "hash": hash });
    event["system"] = json!({
        "type": "customer_identity_changed",
        "body": format!("The identity of {} has changed", identity.name),
        "identity": hash,
        "customer": identity.id(),
        "user_id": identity.user_id,
    });
    let label = Label::new("messages", "system", &wamid, identity.id());
    drop(platform.post(number, Lane::Phone(phone), &label, payload::message(&identity, event)));
    wamid
}

/// The user id stays, and the business hears nothing: it sees the username beside the next message. The word that was
/// set is returned.
pub(super) fn set_username(platform: &Platform, phone: usize, username: Option<&str>) -> Result<String, PhoneError> {
    let mut world = lock(&platform.world);
    let username = username.map(identity::username).transpose()?;
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
    if let (Some(from), Some(to)) = (&old.parent_user_id, &new.parent_user_id) {
        system["previous_parent_user_id"] = json!(from);
        system["parent_user_id"] = json!(to);
    }
    if kind == "user_changed_number" {
        system["wa_id"] = json!(to);
        event["from"] = json!(from);
    }
    event["system"] = system;
    event
}

//! The door of the floor: signature over the raw bytes, then the commit, then 200.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;

use super::writers::{Inbound, Writers};

/// What the door needs to know.
pub(super) struct Door {
    pub(super) app_secret: String,
    pub(super) writers: Writers,
}

/// Takes one webhook.
pub(super) async fn receive(State(door): State<Arc<Door>>, headers: HeaderMap, raw: Bytes) -> StatusCode {
    if !signed(&door.app_secret, &headers, &raw) {
        return StatusCode::UNAUTHORIZED;
    }
    let Ok(webhook) = serde_json::from_slice::<Webhook>(&raw) else { return StatusCode::BAD_REQUEST };
    for inbound in inbound(&webhook, &raw) {
        if door.writers.receive(inbound).await.is_err() {
            return StatusCode::SERVICE_UNAVAILABLE;
        }
    }
    StatusCode::OK
}

fn signed(secret: &str, headers: &HeaderMap, raw: &[u8]) -> bool {
    let Some(hex) = headers.get("x-hub-signature-256").and_then(|value| value.as_bytes().strip_prefix(b"sha256="))
    else {
        return false;
    };
    let (Some(claimed), Ok(mut mac)) = (bytes_of_hex(hex), Hmac::<Sha256>::new_from_slice(secret.as_bytes())) else {
        return false;
    };
    mac.update(raw);
    mac.verify_slice(&claimed).is_ok()
}

fn bytes_of_hex(hex: &[u8]) -> Option<[u8; 32]> {
    let digit = |byte: u8| char::from(byte).to_digit(16).map(|digit| digit as u8);
    let (pairs, rest) = hex.as_chunks::<2>();
    let mut bytes = [0; 32];
    if pairs.len() != bytes.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

#[derive(Deserialize)]
struct Webhook {
    entry: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    value: Value,
}

#[derive(Deserialize)]
struct Value {
    #[serde(default)]
    contacts: Vec<Contact>,
    #[serde(default)]
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Contact {
    profile: Profile,
}

#[derive(Deserialize)]
struct Profile {
    name: String,
}

#[derive(Deserialize)]
struct Message {
    id: String,
    from: String,
    timestamp: String,
}

/// Statuses carry no message and have nothing to commit here.
fn inbound(webhook: &Webhook, raw: &Bytes) -> Vec<Inbound> {
    let values = webhook.entry.iter().flat_map(|entry| &entry.changes).map(|change| &change.value);
    let messages = values.flat_map(|value| value.messages.iter().map(move |message| (value, message)));
    messages
        .map(|(value, message)| Inbound {
            wamid: message.id.clone(),
            phone: message.from.clone(),
            name: value.contacts.first().map(|contact| contact.profile.name.clone()).unwrap_or_default(),
            at: message.timestamp.parse().unwrap_or(0),
            raw: raw.clone(),
        })
        .collect()
}

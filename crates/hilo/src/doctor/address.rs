//! The public address: what Meta's handshake would see.

use std::time::Duration;

use uuid::Uuid;

use super::{Check, Finding, State};
use crate::config::{ChannelSettings, Settings};

const PATIENCE: Duration = Duration::from_secs(8);
/// Where Meta posts to.
pub(super) const DOOR: &str = "/webhooks/whatsapp";

pub(super) fn http() -> Option<reqwest::Client> {
    // The process may have chosen its provider already; either one will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().no_proxy().timeout(PATIENCE).redirect(reqwest::redirect::Policy::none());
    client.build().ok()
}

/// Knocks as Meta does.
pub(super) async fn reached(settings: &Settings, channel: Option<&ChannelSettings>) -> Finding {
    let Some(url) = &settings.front.public_url else {
        return Check::Address.found(State::Wrong, "");
    };
    if !url.starts_with("https://") {
        return Check::Address.found(State::Wrong, url.as_str());
    }
    let Some(channel) = channel else { return Check::Address.found(State::Unknown, url.as_str()) };
    let challenge = Uuid::new_v4().simple().to_string();
    match knock(&format!("{url}{DOOR}"), channel.verify_token.expose(), &challenge).await {
        Ok(said) if said == challenge => Check::Address.found(State::Good, url.as_str()),
        Ok(_) => Check::Address.found(State::Wrong, format!("{url}: another program answers")),
        Err(reason) => Check::Address.found(State::Wrong, format!("{url}: {reason}")),
    }
}

async fn knock(door: &str, token: &str, challenge: &str) -> Result<String, String> {
    let client = http().ok_or("no connections can be made")?;
    let asked = [("hub.mode", "subscribe"), ("hub.verify_token", token), ("hub.challenge", challenge)];
    let mut door = reqwest::Url::parse(door).map_err(|error| error.to_string())?;
    door.query_pairs_mut().extend_pairs(asked);
    // Without the address, which has the token in it.
    let answer = client.get(door).send().await.map_err(|error| error.without_url().to_string())?;
    let status = answer.status();
    if !status.is_success() {
        return Err(format!("HTTP {status}"));
    }
    answer.text().await.map_err(|error| error.without_url().to_string())
}

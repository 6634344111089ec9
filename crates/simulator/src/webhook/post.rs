//! One POST to the server under test.

use std::time::Duration;

use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode, Url};

use crate::error::Error;

pub(super) async fn post(client: &Client, url: Url, body: Vec<u8>, signature: &str) -> Result<(), String> {
    let request = client.post(url).header(CONTENT_TYPE, "application/json");
    let request = request.header("X-Hub-Signature-256", signature).body(body);
    let response = request.send().await.map_err(|error| error.to_string())?;
    let status = response.status();
    // The connection is kept only when the body has been read.
    drop(response.bytes().await);
    if status == StatusCode::OK { Ok(()) } else { Err(status.to_string()) }
}

/// Meta's handshake: the server must know the token and repeat the challenge.
pub(super) async fn verify(client: &Client, mut url: Url, challenge: &str, token: &str) -> Result<(), Error> {
    url.query_pairs_mut()
        .append_pair("hub.mode", "subscribe")
        .append_pair("hub.challenge", challenge)
        .append_pair("hub.verify_token", token);
    let response = client.get(url).send().await?;
    let (status, body) = (response.status(), response.text().await?);
    if status != StatusCode::OK {
        return Err(Error::Unverified(format!("it answered {status}")));
    }
    if body != challenge {
        return Err(Error::Unverified("it did not repeat the challenge".into()));
    }
    Ok(())
}

/// The URL, if webhooks may go there.
pub(crate) fn checked(raw: &str, allow_remote: bool) -> Result<Url, Error> {
    let url = Url::parse(raw).map_err(|_| Error::WebhookUrl(raw.into()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Error::WebhookUrl(raw.into()));
    }
    if !allow_remote && !is_loopback(&url) {
        return Err(Error::NotLoopback { what: "the webhook URL", value: raw.into() });
    }
    Ok(url)
}

/// A client for loopback: no proxy, no redirects.
pub(crate) fn http_client(timeout: Duration) -> Result<Client, Error> {
    // Fails only when a provider is already installed, which is what is wanted.
    drop(rustls::crypto::ring::default_provider().install_default());
    let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(timeout);
    Ok(client.build()?)
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

//! Calling Meta. A send is not idempotent, so an outcome says exactly what is known, and nothing is repeated in here.

mod graph;
pub(crate) mod outcome;
mod standing;

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Response, redirect, retry};
use serde_json::{Value, json};

use crate::error::GraphError;
use crate::outbound::OutboundMessage;
use crate::secret::Secret;

pub use outcome::{Accepted, NotMarked, SendOutcome};
pub use standing::NumberStanding;

/// No answer of Meta's to a send comes near it.
const LONGEST_ANSWER: usize = 256 * 1024;

/// How long Meta keeps an idle connection at least; a longer pool would offer dead ones.
const IDLE: Duration = Duration::from_secs(50);

/// How long to wait for Meta.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// For the connection. Passing it is harmless: nothing was sent.
    pub connect: Duration,
    /// For the whole call. Passing it leaves the outcome unknown.
    pub total: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), total: Duration::from_secs(20) }
    }
}

/// The client cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidClient {
    /// The base URL is none, or not HTTP.
    #[error("`{0}` is not an http or https URL such as https://graph.facebook.com/v25.0")]
    BaseUrl(String),
    /// The token has characters that no token has.
    #[error("the access token contains a line break or another character that cannot be sent")]
    Token,
    /// TLS cannot be set up, for instance because the machine has no certificates.
    #[error("cannot set up connections: {0}")]
    Connections(String),
}

/// A connection pool to one Graph API with one token. Clones and [`Client::with_token`] share the connections.
#[derive(Debug, Clone)]
pub struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: String,
    pub(crate) authorization: HeaderValue,
}

impl Client {
    /// A client for a base URL with its version (`https://graph.facebook.com/v25.0`).
    pub fn new(base_url: &str, token: &Secret, timeouts: Timeouts) -> Result<Self, InvalidClient> {
        Ok(Self { http: connections(timeouts)?, base_url: checked_base_url(base_url)?, authorization: bearer(token)? })
    }

    /// The same connections with another channel's token.
    pub fn with_token(&self, token: &Secret) -> Result<Self, InvalidClient> {
        Ok(Self { authorization: bearer(token)?, ..self.clone() })
    }

    /// Sends a message from one of our numbers, once. What Meta would refuse anyway is told by [`OutboundMessage::check`], before.
    pub async fn send(&self, phone_number_id: &str, message: &OutboundMessage) -> SendOutcome {
        match self.post_message(phone_number_id, &message.to_json()).await {
            Ok(answer) => outcome::of_send(&answer),
            Err(CallError::NotSent(reason)) => SendOutcome::NotSent { reason },
            Err(CallError::Unknown(reason)) => SendOutcome::Unknown { reason },
        }
    }

    /// Shows the person two blue ticks, on this message and all before it, and if asked that somebody is typing, for up to 25 seconds.
    /// Safe to repeat.
    pub async fn mark_read(&self, phone_number_id: &str, wamid: &str, typing: bool) -> Result<(), NotMarked> {
        let mut receipt = json!({"messaging_product": "whatsapp", "status": "read", "message_id": wamid});
        if typing {
            receipt["typing_indicator"] = json!({"type": "text"});
        }
        match self.post_message(phone_number_id, &receipt).await {
            Ok(answer) => outcome::of_receipt(&answer),
            Err(CallError::NotSent(reason) | CallError::Unknown(reason)) => Err(NotMarked::NoAnswer(reason)),
        }
    }

    async fn post_message(&self, phone_number_id: &str, message: &Value) -> Result<Answer, CallError> {
        if !is_path_segment(phone_number_id) {
            return Err(CallError::NotSent(format!("`{phone_number_id}` is not a phone number id")));
        }
        let body = serde_json::to_vec(message).map_err(|error| CallError::NotSent(error.to_string()))?;
        let request = self
            .http
            .post(format!("{}/{phone_number_id}/messages", self.base_url))
            .header(AUTHORIZATION, self.authorization.clone())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .body(body);
        let response = request.send().await.map_err(CallError::from_reqwest)?;
        read_answer(response).await
    }
}

/// What Meta, or something before Meta, answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn refusal(&self) -> Option<GraphError> {
        GraphError::read(self.status, &self.body)
    }
}

/// Why there is no answer. The difference is whether Meta can have seen the request.
pub(crate) enum CallError {
    NotSent(String),
    Unknown(String),
}

impl CallError {
    /// Only a connection that was never made proves that nothing was sent.
    pub(crate) fn from_reqwest(error: reqwest::Error) -> Self {
        let never_left = error.is_connect() || error.is_builder();
        let reason = in_one_sentence(&error.without_url());
        if never_left { Self::NotSent(reason) } else { Self::Unknown(reason) }
    }
}

pub(crate) async fn read_answer(mut response: Response) -> Result<Answer, CallError> {
    let status = response.status().as_u16();
    let mut body = Vec::new();
    loop {
        // The request is out: whatever goes wrong from here on, Meta may have taken it.
        let chunk =
            response.chunk().await.map_err(|error| CallError::Unknown(in_one_sentence(&error.without_url())))?;
        let Some(chunk) = chunk else { return Ok(Answer { status, body }) };
        if LONGEST_ANSWER < body.len() + chunk.len() {
            return Err(CallError::Unknown(format!("HTTP {status} with more than {LONGEST_ANSWER} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
}

/// An error with its causes, each said once.
pub(crate) fn in_one_sentence(error: &dyn std::error::Error) -> String {
    let mut sentence = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let words = error.to_string();
        if !sentence.contains(&words) {
            sentence = format!("{sentence}: {words}");
        }
        cause = error.source();
    }
    sentence
}

fn connections(timeouts: Timeouts) -> Result<reqwest::Client, InvalidClient> {
    // The process may have chosen its provider already; either one will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .http1_only()
        .no_proxy()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .connect_timeout(timeouts.connect)
        .timeout(timeouts.total)
        .pool_idle_timeout(IDLE)
        .user_agent(concat!("hilo/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| InvalidClient::Connections(in_one_sentence(&error)))
}

fn checked_base_url(base_url: &str) -> Result<String, InvalidClient> {
    let invalid = || InvalidClient::BaseUrl(base_url.to_owned());
    let url = reqwest::Url::parse(base_url).map_err(|_| invalid())?;
    let plain = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    if !(matches!(url.scheme(), "http" | "https") && url.has_host() && plain) {
        return Err(invalid());
    }
    Ok(base_url.trim_end_matches('/').to_owned())
}

fn bearer(token: &Secret) -> Result<HeaderValue, InvalidClient> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose())).map_err(|_| InvalidClient::Token)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Whether an id can stand in a path without leading somewhere else.
pub(crate) fn is_path_segment(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(base_url: &str, token: &str) -> Result<Client, InvalidClient> {
        Client::new(base_url, &Secret::new(token), Timeouts::default())
    }

    #[test]
    fn a_client_does_not_show_its_token() {
        let client = client("https://graph.facebook.com/v25.0/", "EAABtoken").unwrap();

        assert_eq!(client.base_url, "https://graph.facebook.com/v25.0");
        assert!(!format!("{client:?}").contains("EAAB"));
    }

    #[test]
    fn a_base_url_that_cannot_be_called_is_refused_at_once() {
        for base_url in
            ["", "graph.facebook.com/v25.0", "ftp://graph.facebook.com", "https://x/v1?a=b", "https://me@x/v1"]
        {
            assert!(matches!(client(base_url, "t"), Err(InvalidClient::BaseUrl(_))), "{base_url}");
        }
        assert_eq!(client("http://127.0.0.1:9/v25.0", "t\nHost: x").unwrap_err(), InvalidClient::Token);
    }

    #[test]
    fn an_id_cannot_lead_to_another_path() {
        assert!(is_path_segment("106540352242922"));
        for id in ["", "..", "1/2", "1?x", "1%2f2"] {
            assert!(!is_path_segment(id), "{id}");
        }
    }
}

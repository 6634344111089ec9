//! One post of a webhook, and what came back.

use std::error::Error;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER, USER_AGENT};
use reqwest::{Client, Response, redirect};
use store::SigningSecret;

use super::addresses::{Allowed, Forbidden, Resolver, check};
use super::signature::sign;

/// An endpoint that takes longer has not answered.
const PATIENCE: Duration = Duration::from_secs(15);
const CONNECTS_WITHIN: Duration = Duration::from_secs(7);
/// So much of an answer is kept; the rest is not read.
const KEPT: usize = 1024;

/// Posts to wherever it may.
pub(super) struct Poster {
    encrypted: Client,
    unencrypted: Client,
    allowed: Allowed,
}

/// What is posted.
pub(super) struct Post<'a> {
    pub(super) url: &'a str,
    pub(super) id: &'a str,
    pub(super) body: &'a str,
    pub(super) secrets: &'a [SigningSecret],
    /// When, milliseconds since 1970.
    pub(super) now: i64,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// The status; none if no answer came.
    pub(super) status: Option<i64>,
    /// For how many seconds the endpoint wants to be left alone.
    pub(super) retry_after: Option<i64>,
    /// The beginning of what it said, or why there is nothing.
    pub(super) text: String,
}

impl Answer {
    pub(super) fn is_success(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }

    pub(super) fn in_words(&self) -> String {
        self.status.map_or_else(|| self.text.clone(), |status| format!("it answered {status}"))
    }

    fn none(reason: impl Into<String>) -> Self {
        Self { status: None, retry_after: None, text: reason.into() }
    }
}

impl Poster {
    pub(super) fn new(allowed: Allowed) -> reqwest::Result<Self> {
        // Only a second provider in one process is refused, and then the first one serves.
        drop(rustls::crypto::ring::default_provider().install_default());
        Ok(Self {
            encrypted: client(Resolver::encrypted(allowed.clone()))?,
            unencrypted: client(Resolver::unencrypted(allowed.clone()))?,
            allowed,
        })
    }

    /// Posts once. The address is checked each time: the settings may have changed since it was given.
    pub(super) async fn post(&self, post: &Post<'_>) -> Answer {
        let url = match check(post.url, &self.allowed) {
            Ok(url) => url,
            Err(reason) => return Answer::none(reason.to_string()),
        };
        let client = if url.scheme() == "https" { &self.encrypted } else { &self.unencrypted };
        let second = post.now / 1000;
        let request = client
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header(USER_AGENT, concat!("Hilo/", env!("CARGO_PKG_VERSION")))
            .header("webhook-id", post.id)
            .header("webhook-timestamp", second)
            .header("webhook-signature", sign(post.secrets, post.id, second, post.body))
            .body(post.body.to_owned());
        match request.send().await {
            Ok(response) => read(response, post.now).await,
            Err(error) => Answer::none(why(&error)),
        }
    }
}

/// Without proxy and without redirects: both would lead elsewhere than was checked.
fn client(resolver: Resolver) -> reqwest::Result<Client> {
    Client::builder()
        .dns_resolver(std::sync::Arc::new(resolver))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .connect_timeout(CONNECTS_WITHIN)
        .timeout(PATIENCE)
        .build()
}

async fn read(mut response: Response, now: i64) -> Answer {
    let (status, retry_after) = (response.status().as_u16(), retry_after(response.headers(), now));
    let mut bytes = Vec::new();
    // What follows the status is for people to read: that it breaks off changes nothing.
    while bytes.len() < KEPT
        && let Ok(Some(chunk)) = response.chunk().await
    {
        bytes.extend_from_slice(&chunk[..chunk.len().min(KEPT - bytes.len())]);
    }
    Answer { status: Some(i64::from(status)), retry_after, text: String::from_utf8_lossy(&bytes).into_owned() }
}

/// In seconds, or as a date.
fn retry_after(headers: &HeaderMap, now: i64) -> Option<i64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<i64>() {
        return Some(seconds.max(0));
    }
    let date: Timestamp = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Some(((date.as_millisecond() - now) / 1000).max(0))
}

/// Why no answer came, in a sentence that says no more than its reader may know.
fn why(error: &reqwest::Error) -> String {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(forbidden) = inner.downcast_ref::<Forbidden>() {
            return forbidden.to_string();
        }
        cause = inner.source();
    }
    if error.is_timeout() {
        format!("no answer within {} seconds", PATIENCE.as_secs())
    } else if error.is_connect() {
        "no connection could be made: the name is unknown, nobody listens there, or its certificate is not valid"
            .to_owned()
    } else {
        "the connection broke before there was an answer".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pause_is_asked_for_in_seconds_or_as_a_date() {
        let now = 1_795_388_032_275;
        for (text, seconds) in [
            ("120", Some(120)),
            ("-5", Some(0)),
            ("Sun, 22 Nov 2026 22:54:52 GMT", Some(59)),
            ("Sun, 22 Nov 2020 22:54:52 GMT", Some(0)),
            ("soon", None),
        ] {
            let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
            assert_eq!(retry_after(&headers, now), seconds, "{text}");
        }
    }
}

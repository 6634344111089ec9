//! Between WhatsApp and the program: forwards every webhook to one of its nodes, as a load balancer does that does not look whether they
//! live, and notes when a message was first posted and first kept.
//!
//! Meta promises no order, and a fault of the simulator makes sure of it. What the program must keep is the order of what it was
//! given: a message that was answered with 200 before another one was posted comes before it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use tokio::net::TcpListener;

use super::evidence::Passage;
use crate::wire::{self, Wire};

const PATH: &str = "/webhooks/whatsapp";
const TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct Relay {
    /// Where each node was last.
    nodes: Mutex<Vec<SocketAddr>>,
    turn: AtomicUsize,
    log: Mutex<Log>,
}

#[derive(Default)]
struct Log {
    /// Counts what happens, so that of two happenings one is always earlier.
    moment: u64,
    /// How many webhooks were answered with 200.
    answered: usize,
    /// How many messages were, for the first time.
    kept: usize,
    passages: HashMap<String, Passage>,
}

/// Serves a relay and says at which URL.
pub(super) async fn serve(relay: Arc<Relay>) -> Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let url = format!("http://{}{PATH}", listener.local_addr()?);
    let router = Router::new().fallback(take).with_state(relay);
    tokio::spawn(async move { drop(axum::serve(listener, router).await) });
    Ok(url)
}

async fn take(State(relay): State<Arc<Relay>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let signature = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok()).unwrap_or_default();
    StatusCode::from_u16(relay.pass(signature, &body).await).unwrap_or(StatusCode::BAD_GATEWAY)
}

impl Relay {
    /// For so many nodes, of which nobody knows yet where they are.
    pub(super) fn new(nodes: usize, nowhere: SocketAddr) -> Self {
        Self { nodes: Mutex::new(vec![nowhere; nodes]), turn: AtomicUsize::new(0), log: Mutex::default() }
    }

    /// Where the node is whose turn it is.
    pub(super) fn target(&self) -> SocketAddr {
        let nodes = lock(&self.nodes);
        nodes[self.turn.fetch_add(1, Ordering::Relaxed) % nodes.len()]
    }

    /// Says where a node is from now on.
    pub(super) fn aim_at(&self, node: usize, address: SocketAddr) {
        lock(&self.nodes)[node] = address;
    }

    /// Posts a webhook and returns the program's answer; 502 when it gave none.
    pub(super) async fn pass(&self, signature: &str, body: &[u8]) -> u16 {
        let wamids = messages_in(body);
        lock(&self.log).note(&wamids, |passage, moment| passage.posted = passage.posted.min(moment));
        let answer = tokio::time::timeout(TIMEOUT, self.forward(signature, body)).await;
        let status = answer.ok().and_then(Result::ok).unwrap_or(StatusCode::BAD_GATEWAY.as_u16());
        if status == StatusCode::OK.as_u16() {
            let mut log = lock(&self.log);
            log.answered += 1;
            let fresh = wamids.iter().filter(|wamid| !log.is_kept(wamid)).count();
            log.kept += fresh;
            log.note(&wamids, |passage, moment| passage.kept = passage.kept.min(moment));
        }
        status
    }

    /// How many webhooks were answered with 200.
    pub(super) fn answered(&self) -> usize {
        lock(&self.log).answered
    }

    /// How many messages of people were.
    pub(super) fn kept(&self) -> usize {
        lock(&self.log).kept
    }

    async fn forward(&self, signature: &str, body: &[u8]) -> Result<u16> {
        let target = self.target();
        let request = wire::post(target, PATH, &format!("x-hub-signature-256: {signature}\r\n"), body);
        Ok(Wire::connect(target).await?.exchange(&request).await?.status())
    }

    /// What went through, by message.
    pub(super) fn passages(&self) -> HashMap<String, Passage> {
        lock(&self.log).passages.clone()
    }
}

impl Log {
    fn is_kept(&self, wamid: &str) -> bool {
        self.passages.get(wamid).is_some_and(|passage| passage.kept != u64::MAX)
    }

    fn note(&mut self, wamids: &[String], note: impl Fn(&mut Passage, u64)) {
        self.moment += 1;
        for wamid in wamids {
            note(self.passages.entry(wamid.clone()).or_default(), self.moment);
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The ids of the messages in a webhook body; one of statuses has none.
fn messages_in(body: &[u8]) -> Vec<String> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let all = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let changes = all(&body, "entry").into_iter().flat_map(|entry| all(&entry, "changes"));
    let messages = changes.flat_map(|change| all(&change["value"], "messages"));
    messages.filter_map(|message| message["id"].as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_post_and_the_first_200_of_a_message_count() {
        let mut log = Log::default();
        let wamid = ["a".to_owned()];
        log.note(&wamid, |passage, moment| passage.posted = passage.posted.min(moment));
        log.note(&wamid, |passage, moment| passage.posted = passage.posted.min(moment));
        log.note(&wamid, |passage, moment| passage.kept = passage.kept.min(moment));
        assert_eq!(log.passages["a"], Passage { posted: 1, kept: 3 });
    }

    #[test]
    fn the_messages_of_every_change_are_seen() {
        let body = br#"{"entry":[{"changes":[{"value":{"messages":[{"id":"a"},{"id":"b"}]}},{"value":{"statuses":[{"id":"c"}]}}]}]}"#;
        assert_eq!(messages_in(body), ["a", "b"]);
    }
}

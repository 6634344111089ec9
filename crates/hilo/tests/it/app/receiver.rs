//! Another system, which receives webhooks and verifies them as the published specification says, by itself.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::eventually;

/// A post as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Post {
    pub(crate) id: String,
    pub(crate) body: Value,
    raw: String,
    timestamp: String,
    signatures: String,
}

impl Post {
    /// Whether one of the signatures is this secret's.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        assert!((24..=64).contains(&key.len()));
        let mut hmac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
        hmac.update(format!("{}.{}.{}", self.id, self.timestamp, self.raw).as_bytes());
        let expected = format!("v1,{}", STANDARD.encode(hmac.finalize().into_bytes()));
        self.signatures.split(' ').any(|signature| signature == expected)
    }

    pub(crate) fn kind(&self) -> &str {
        self.body["type"].as_str().unwrap()
    }
}

/// What the receiver says to the next posts; after them, 204.
#[derive(Debug, Clone)]
pub(crate) struct Saying {
    pub(crate) status: u16,
    pub(crate) header: Option<(&'static str, String)>,
    pub(crate) text: String,
    /// How long it thinks before it says so.
    pub(crate) after: Duration,
}

impl Saying {
    pub(crate) fn status(status: u16) -> Saying {
        Saying { status, header: None, text: String::new(), after: Duration::ZERO }
    }
}

#[derive(Default)]
struct Kept {
    posts: Mutex<Vec<Post>>,
    says: Mutex<VecDeque<Saying>>,
}

/// The other system.
pub(crate) struct Receiver {
    pub(crate) url: String,
    kept: Arc<Kept>,
    serving: tokio::task::JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Receiver {
    pub(crate) async fn start() -> Receiver {
        let kept = Arc::new(Kept::default());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks", listener.local_addr().unwrap());
        let routes = Router::new().route("/hooks", post(receive)).with_state(kept.clone());
        let serving = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Receiver { url, kept, serving }
    }

    /// Says this to the posts that come next.
    pub(crate) fn says(&self, next: &[Saying]) {
        self.kept.says.lock().unwrap().extend(next.iter().cloned());
    }

    pub(crate) fn posts(&self) -> Vec<Post> {
        self.kept.posts.lock().unwrap().clone()
    }

    /// The posts, once there are as many.
    pub(crate) async fn received(&self, many: usize) -> Vec<Post> {
        eventually(&format!("{many} webhooks"), async || Some(self.posts()).filter(|posts| many <= posts.len())).await
    }
}

async fn receive(State(kept): State<Arc<Kept>>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/json");
    let raw = String::from_utf8(body.to_vec()).unwrap();
    let post = Post {
        id: header("webhook-id"),
        body: serde_json::from_str(&raw).unwrap(),
        raw,
        timestamp: header("webhook-timestamp"),
        signatures: header("webhook-signature"),
    };
    kept.posts.lock().unwrap().push(post);
    let next = kept.says.lock().unwrap().pop_front();
    let saying = next.unwrap_or(Saying::status(204));
    tokio::time::sleep(saying.after).await;
    let mut answer = (StatusCode::from_u16(saying.status).unwrap(), saying.text).into_response();
    if let Some((name, value)) = saying.header {
        answer.headers_mut().insert(name, value.parse().unwrap());
    }
    answer
}

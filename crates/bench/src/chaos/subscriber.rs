//! Another system, which the program tells by webhook what changes. It takes whatever comes, so what it is told twice it is told because
//! the program died before it had written down that it was taken.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::api::Api;

/// What it is told: of every message that came, of work, and the test by which it knows that nothing is left to tell.
pub(super) const TYPES: [&str; 4] = ["message.received", "ticket.opened", "ticket.resolved", LAST_WORD];
const LAST_WORD: &str = "webhook_endpoint.tested";

pub(super) struct Subscriber {
    path: String,
    heard: Arc<Mutex<Vec<Heard>>>,
}

struct Heard {
    id: String,
    kind: String,
}

impl Subscriber {
    /// Listens, and asks the program to be told.
    pub(super) async fn introduce(program: SocketAddr, key: &str) -> Result<Self> {
        let heard = Arc::default();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let wish = json!({ "url": format!("http://{}/", listener.local_addr()?), "types": TYPES });
        let router = Router::new().fallback(take).with_state(Arc::clone(&heard));
        tokio::spawn(async move { drop(axum::serve(listener, router).await) });
        let mut api = Api::connect(program, key).await?;
        let (status, answer) = api.post_once("/webhook-endpoints", "subscriber", &wish).await?;
        let Some(id) = answer["webhook_endpoint"]["id"].as_str() else {
            bail!("no webhook endpoint could be made: {status} {answer}");
        };
        Ok(Self { path: format!("/webhook-endpoints/{id}"), heard })
    }

    /// The names of what it was told, in the order in which it was.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner).iter().map(|heard| heard.id.clone()).collect()
    }

    /// Whether it has been told everything. What is told comes in its order, so a test that it was told is the last word.
    pub(super) async fn knows_everything(&self, api: &mut Api) -> Result<bool> {
        api.post_once(&format!("{}/test", self.path), "last-word", &Value::Null).await?;
        let waiting = api.page::<Value>(&self.waiting(), 1).await?;
        Ok(waiting.is_empty() && self.heard_last_word())
    }

    /// Whether it was told the last thing there is to tell.
    pub(super) fn heard_last_word(&self) -> bool {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.iter().any(|heard| heard.kind == LAST_WORD)
    }

    /// The list of what it is still to be told.
    pub(super) fn waiting(&self) -> String {
        format!("{}/deliveries?state=waiting", self.path)
    }
}

async fn take(State(heard): State<Arc<Mutex<Vec<Heard>>>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    match read(&headers, &body) {
        Ok(one) => {
            heard.lock().unwrap_or_else(PoisonError::into_inner).push(one);
            StatusCode::NO_CONTENT
        }
        Err(_) => StatusCode::BAD_REQUEST,
    }
}

fn read(headers: &HeaderMap, body: &[u8]) -> Result<Heard> {
    let id = headers.get("webhook-id").context("it has no name")?.to_str()?.to_owned();
    let body: Value = serde_json::from_slice(body)?;
    Ok(Heard { id, kind: body["type"].as_str().unwrap_or_default().to_owned() })
}

//! Keys of the API: 244 random bits, shown once, kept as a hash.

pub mod rates;

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::{KeyId, WorkspaceId};
use domain::scope::{Scope, Scopes};
use sha2::{Digest, Sha256};
use store::KeyRow;
use uuid::Uuid;

use super::problem::Problem;
use crate::node::Node;

const LONGEST_NAME: usize = 100;
const PREFIX: &str = "hilo_";
const NOTED_EVERY_MS: i64 = 3_600_000; // a use is noted to the hour

/// A new key: the text for its owner, and the hash for us.
pub fn mint() -> (String, Vec<u8>) {
    // Two version 4 ids carry 244 random bits of the system's generator.
    let random: Vec<u8> = [Uuid::new_v4(), Uuid::new_v4()].iter().flat_map(|part| *part.as_bytes()).collect();
    let key = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(random));
    let hash = hash(&key);
    (key, hash)
}

fn hash(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes()).to_vec()
}

/// A name for a key, as the timeline will show it.
pub fn checked_name(name: &str) -> Result<String, String> {
    let name = name.trim();
    if name.is_empty() || LONGEST_NAME < name.chars().count() {
        return Err(format!("give the key a name of at most {LONGEST_NAME} characters"));
    }
    Ok(name.to_owned())
}

/// Who calls: a key's workspace, name and rights.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The only workspace that exists for this caller.
    pub workspace: WorkspaceId,
    /// The key.
    pub key: KeyId,
    /// The key's name, for the timeline.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// From when on it opens nothing.
    pub expires_at: Option<i64>,
}

/// Lets a request in that carries a key, not too often, and tells the handlers whose it is.
pub async fn require(State(node): State<Arc<Node>>, mut request: Request, next: Next) -> Response {
    let header = request.headers().get(header::AUTHORIZATION).cloned();
    let key = match key(&node, header).await {
        Ok(key) => key,
        Err(problem) => return ([(header::WWW_AUTHENTICATE, "Bearer")], problem).into_response(),
    };
    let stand = node.callers.take(key.id, node.settings.api, Instant::now());
    if !stand.allowed {
        return (stand.headers(), [(header::RETRY_AFTER, stand.wait_s.to_string())], too_often(&node)).into_response();
    }
    note_use(&node, &key);
    let KeyRow { workspace, id, name, scopes, expires_at, .. } = key;
    request.extensions_mut().insert(Caller { workspace, key: id, name, scopes, expires_at });
    (stand.headers(), next.run(request).await).into_response()
}

async fn key(node: &Node, header: Option<HeaderValue>) -> Result<KeyRow, Problem> {
    let unauthorized = |said: &str| Problem::new(StatusCode::UNAUTHORIZED, said);
    let text = header
        .as_ref()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .and_then(|(scheme, key)| scheme.eq_ignore_ascii_case("bearer").then_some(key))
        .ok_or_else(|| unauthorized("send a key: `Authorization: Bearer hilo_…`; `hilo key create` makes one"))?;
    let hash = hash(text.trim());
    let key = node.store.read(move |tx| tx.key_of_hash(&hash)).await?;
    let key = key.ok_or_else(|| unauthorized("this key is unknown or revoked"))?;
    let now = node.clock.now().as_millisecond();
    match key.expires_at {
        Some(end) if end <= now => Err(unauthorized("this key has expired; `hilo key create` makes another")),
        Some(_) | None => Ok(key),
    }
}

fn too_often(node: &Node) -> Problem {
    let said = format!(
        "this key asked more than {} times in a minute; wait for the seconds in `Retry-After`, or raise \
         `requests_per_minute` in the settings",
        node.settings.api.requests_per_minute
    );
    Problem::new(StatusCode::TOO_MANY_REQUESTS, said)
}

/// Once an hour a key at most, and nobody waits for it.
fn note_use(node: &Arc<Node>, key: &KeyRow) {
    let (workspace, id, now) = (key.workspace, key.id, node.clock.now().as_millisecond());
    let is_noted = key.last_used_at.is_some_and(|noted| now < noted + NOTED_EVERY_MS);
    if is_noted || !node.callers.may_note(id, Instant::now()) {
        return;
    }
    let node = node.clone();
    tokio::spawn(async move {
        if let Err(reason) = node.store.write(Vec::new(), move |tx| tx.note_key_use(workspace, id, now)).await {
            tracing::warn!(%reason, "The use of a key was not noted");
        }
    });
}

/// Lets a caller in whose key has this right.
pub async fn need(State(scope): State<Scope>, request: Request, next: Next) -> Response {
    let scopes = request.extensions().get::<Caller>().map(|caller| &caller.scopes);
    if scopes.is_some_and(|scopes| scopes.contains(scope)) {
        return next.run(request).await;
    }
    let said = format!("this key lacks the scope `{scope}`; use one that has it, or make one with `hilo key create`");
    Problem::new(StatusCode::FORBIDDEN, said).into_response()
}

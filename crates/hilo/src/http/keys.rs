//! Keys of the API: 256 random bits, shown once, kept as a hash.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::WorkspaceId;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::problem::Problem;
use crate::node::Node;

const PREFIX: &str = "hilo_";

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

/// Who calls: a key's workspace and name.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The only workspace that exists for this caller.
    pub workspace: WorkspaceId,
    /// The key's name, for the timeline.
    pub name: String,
}

/// Lets a request in that carries a key, and tells the handlers whose it is.
pub async fn require(State(node): State<Arc<Node>>, mut request: Request, next: Next) -> Response {
    let header = request.headers().get(header::AUTHORIZATION).cloned();
    match caller(&node, header).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(problem) => {
            let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
            (challenge, problem.into_response()).into_response()
        }
    }
}

async fn caller(node: &Node, header: Option<HeaderValue>) -> Result<Caller, Problem> {
    let unauthorized = |said: &str| Problem::new(StatusCode::UNAUTHORIZED, said);
    let key = header
        .as_ref()
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .ok_or_else(|| unauthorized("send a key: `Authorization: Bearer hilo_…`; `hilo key create` makes one"))?;
    let hash = hash(key.trim());
    let owner = node.store.read(move |tx| tx.key_owner(&hash)).await?;
    let (workspace, name) = owner.ok_or_else(|| unauthorized("this key is unknown or revoked"))?;
    Ok(Caller { workspace, name })
}

//! Who is let in: keys of the API (244 random bits, shown once, kept as a hash), and people who are signed in.

mod caller;
pub mod rates;

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::right::Right;
use domain::role::Role;
use sha2::{Digest, Sha256};
use store::KeyRow;
use uuid::Uuid;

use super::problem::Problem;
use super::sessions;
use crate::node::Node;

pub use caller::{Caller, Who};

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

/// Lets a request in that carries a key or comes from a page of somebody who is signed in, not too often, and tells the handlers
/// whose it is.
pub async fn require(State(node): State<Arc<Node>>, mut request: Request, next: Next) -> Response {
    let caller = match request.headers().get(header::AUTHORIZATION).cloned() {
        Some(header) => with_key(&node, header).await,
        None => {
            let may_act = sessions::check_effect(&request);
            let let_in = with_session(&node, request.extensions(), request.headers()).await;
            let_in.and_then(|let_in| may_act.map(|()| let_in))
        }
    };
    let (caller, key) = match caller {
        Ok(let_in) => let_in,
        Err(problem) => return ([(header::WWW_AUTHENTICATE, "Bearer")], problem).into_response(),
    };
    let stand = node.callers.take(caller.id(), node.settings.api, Instant::now());
    if !stand.allowed {
        return (stand.headers(), [(header::RETRY_AFTER, stand.wait_s.to_string())], too_often(&node)).into_response();
    }
    if let Some(key) = key {
        note_use(&node, &key);
    }
    if let Who::Person(person) = &caller.who {
        request.extensions_mut().insert(person.clone());
    }
    request.extensions_mut().insert(caller);
    (stand.headers(), next.run(request).await).into_response()
}

async fn with_session(
    node: &Arc<Node>,
    extensions: &Extensions,
    headers: &HeaderMap,
) -> Result<(Caller, Option<KeyRow>), Problem> {
    let person = sessions::person(node, extensions, headers).await?;
    let said = "send a key: `Authorization: Bearer hilo_…`; `hilo key create` makes one. In a browser, sign in";
    let person = person.ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED, said))?;
    Ok((Caller::person(person), None))
}

async fn with_key(node: &Arc<Node>, header: HeaderValue) -> Result<(Caller, Option<KeyRow>), Problem> {
    let key = key(node, header).await?;
    let who = Who::Key { id: key.id, scopes: key.scopes.clone(), expires_at: key.expires_at };
    Ok((Caller { workspace: key.workspace, name: key.name.clone(), who }, Some(key)))
}

async fn key(node: &Node, header: HeaderValue) -> Result<KeyRow, Problem> {
    let unauthorized = |said: &str| Problem::new(StatusCode::UNAUTHORIZED, said);
    let text = header
        .to_str()
        .ok()
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
        "you asked more than {} times in a minute; wait for the seconds in `Retry-After`, or raise \
         `requests_per_minute` in the settings",
        node.settings.api.requests_per_minute
    );
    Problem::new(StatusCode::TOO_MANY_REQUESTS, said)
}

/// Once an hour a key at most, and nobody waits for it.
fn note_use(node: &Arc<Node>, key: &KeyRow) {
    let (workspace, id, now) = (key.workspace, key.id, node.clock.now().as_millisecond());
    let is_noted = key.last_used_at.is_some_and(|noted| now < noted + NOTED_EVERY_MS);
    if is_noted || !node.callers.may_note(id.0, Instant::now()) {
        return;
    }
    let node = node.clone();
    tokio::spawn(async move {
        if let Err(reason) = node.store.write(Vec::new(), move |tx| tx.note_key_use(workspace, id, now)).await {
            tracing::warn!(%reason, "The use of a key was not noted");
        }
    });
}

/// Lets a caller in who has this right.
pub async fn need(State(right): State<Right>, request: Request, next: Next) -> Response {
    let Some(caller) = request.extensions().get::<Caller>() else { return Problem::fault().into_response() };
    if caller.may(right) {
        return next.run(request).await;
    }
    refused(caller, right).into_response()
}

fn refused(caller: &Caller, right: Right) -> Problem {
    let grant = right.grant();
    let said = match (&caller.who, grant.scope) {
        (Who::Key { .. }, Some(scope)) => {
            format!("this key lacks the scope `{scope}`; use one that has it, or make one with `hilo key create`")
        }
        (Who::Key { .. }, None) => "this is for people who are signed in, not for keys".to_owned(),
        (Who::Person(person), _) => {
            let roles: Vec<&str> = grant.roles.iter().copied().map(Role::name).collect();
            format!("your role `{}` may not do this; ask somebody who is {}", person.role, roles.join(" or "))
        }
    };
    Problem::new(StatusCode::FORBIDDEN, said)
}

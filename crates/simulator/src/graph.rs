//! The Graph API. Any version is accepted in the path: clients in the wild say v14.0 to v26.0.

mod mark_read;
mod order;

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, http::Uri};
use serde_json::Value;
use tokio::time::sleep;

use crate::codes::{self, Refusal};
use crate::connection::Connection;
use crate::faults::Breakdown;
use crate::life;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;

pub(crate) fn router() -> Router<Arc<Platform>> {
    Router::new().route("/{version}/{phone_number_id}/messages", post(messages)).fallback(unknown_path)
}

/// `POST /{version}/{phone_number_id}/messages`: a send, a read mark or a typing indicator.
async fn messages(
    State(platform): State<Arc<Platform>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    Path((version, phone_number_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let slowness = lock(&platform.faults).slowness(&platform.random);
    let answer = answer(&platform, &connection, (&version, &phone_number_id), &headers, &body).await;
    // Slowness is in the answer, not in the acceptance: a client that gives up must not conclude that nothing happened.
    sleep(slowness).await;
    render(&platform, answer)
}

async fn answer(
    platform: &Arc<Platform>,
    connection: &Connection,
    (version, phone_number_id): (&str, &str),
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Value, Breakdown> {
    let breakdown = lock(&platform.faults).breakdown(&platform.random);
    if let Some(breakdown) = breakdown {
        return Err(breakdown);
    }
    let (number, request) = admit(platform, version, phone_number_id, headers, body)?;
    if request["status"].is_null() {
        send(platform, &number, request, connection).await
    } else {
        mark_read::mark_read(platform, &number, &request)
    }
    .map_err(Breakdown::Graph)
}

/// The door: version, token, number, JSON.
fn admit(
    platform: &Platform,
    version: &str,
    phone_number_id: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(Arc<BusinessNumber>, Value), Refusal> {
    if !is_version(version) {
        return Err(Refusal::of(codes::UNKNOWN_PATH, format!("`{version}` is not a Graph version")));
    }
    authorise(platform, headers)?;
    let number = platform.number(phone_number_id).ok_or_else(|| no_such_object(phone_number_id))?;
    let request: Value = serde_json::from_slice(body).map_err(|_| Refusal::parameter("the body is not JSON"))?;
    if request["messaging_product"] != "whatsapp" {
        return Err(Refusal::parameter("`messaging_product` must be `whatsapp`"));
    }
    Ok((Arc::clone(number), request))
}

/// A send: read, limited, accepted, begun.
async fn send(
    platform: &Arc<Platform>,
    number: &Arc<BusinessNumber>,
    request: Value,
    connection: &Connection,
) -> Result<Value, Refusal> {
    let order = order::read(request, &platform.settings.approved_templates)?;
    let (phone, person) = platform.person(&order.address);
    lock(&platform.limits).take(&number.phone_number_id, &person, Instant::now())?;
    let fate = lock(&platform.faults).fate(&platform.random);
    let acceptance = platform.accept(number, order, phone, person);
    life::begin(platform, &acceptance, fate).await;
    if fate.lose_response {
        connection.cut();
    }
    Ok(acceptance.response)
}

fn is_version(version: &str) -> bool {
    let number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    version.strip_prefix('v').and_then(|rest| rest.split_once('.')).is_some_and(|(a, b)| number(a) && number(b))
}

fn authorise(platform: &Platform, headers: &HeaderMap) -> Result<(), Refusal> {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let token = given.strip_prefix("Bearer ").unwrap_or_default().trim();
    if token == platform.settings.access_token {
        return Ok(());
    }
    Err(Refusal::of(codes::TOKEN, "the access token is missing or is not the one of this app"))
}

fn no_such_object(id: &str) -> Refusal {
    let details = format!("object `{id}` does not exist, or this token may not use it");
    Refusal { subcode: Some(33), ..Refusal::parameter(details) }
}

async fn unknown_path(uri: Uri) -> Refusal {
    Refusal::of(codes::UNKNOWN_PATH, format!("nothing is served at {}", uri.path()))
}

fn render(platform: &Platform, answer: Result<Value, Breakdown>) -> Response {
    match answer {
        Ok(body) => Json(body).into_response(),
        Err(Breakdown::Graph(refusal)) => {
            lock(&platform.ledger).refuse(refusal.code);
            refusal.into_response()
        }
        Err(Breakdown::Plain500) => {
            lock(&platform.ledger).refuse(500);
            (StatusCode::INTERNAL_SERVER_ERROR, "<html><body>Sorry, something went wrong.</body></html>")
                .into_response()
        }
    }
}

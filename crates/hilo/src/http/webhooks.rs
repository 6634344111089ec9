//! `/webhooks/whatsapp`: the door that Meta knocks on.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use serde::Deserialize;

use crate::deliberate::{self, Wrong};
use crate::kill_points::reached;
use crate::node::Node;
use crate::pipeline::{self, Received};

/// Meta posts at most 3 MB.
const LARGEST_BODY: usize = 4 * 1024 * 1024;
/// A client that trickles its body holds nothing but itself.
const SLOWEST_BODY: Duration = Duration::from_secs(10);

/// The routes of the door.
pub fn routes() -> Router<Arc<Node>> {
    Router::new().route("/webhooks/whatsapp", get(handshake).post(receive))
}

#[derive(Deserialize)]
struct Handshake {
    #[serde(rename = "hub.mode", default)]
    mode: String,
    #[serde(rename = "hub.verify_token", default)]
    verify_token: String,
    #[serde(rename = "hub.challenge", default)]
    challenge: String,
}

/// Meta asks once whether we are the ones it was told about.
async fn handshake(State(node): State<Arc<Node>>, Query(asked): Query<Handshake>) -> Result<String, StatusCode> {
    if asked.mode == "subscribe" && node.channels.knows_token(&asked.verify_token) {
        Ok(asked.challenge)
    } else {
        Err(StatusCode::FORBIDDEN)
    }
}

async fn receive(State(node): State<Arc<Node>>, headers: HeaderMap, body: Body) -> StatusCode {
    if !pipeline::has_room(&node).await {
        return counted(StatusCode::SERVICE_UNAVAILABLE);
    }
    let body = match tokio::time::timeout(SLOWEST_BODY, axum::body::to_bytes(body, LARGEST_BODY)).await {
        Ok(Ok(body)) => body,
        Ok(Err(_)) => return StatusCode::PAYLOAD_TOO_LARGE,
        Err(_) => return StatusCode::REQUEST_TIMEOUT,
    };
    if deliberate::does(Wrong::EarlyAnswer) {
        return answer_early(node, headers, body);
    }
    let signature = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
    let answer = match pipeline::receive(&node, signature, &body).await {
        Received::Kept => StatusCode::OK,
        Received::Unsigned => StatusCode::UNAUTHORIZED,
        Received::TryAgain => StatusCode::SERVICE_UNAVAILABLE,
    };
    let answer = counted(answer);
    reached("answered");
    answer
}

fn counted(answer: StatusCode) -> StatusCode {
    metrics::counter!("hilo_webhooks_total", "status" => answer.as_u16().to_string()).increment(1);
    answer
}

/// Wrong on purpose: what is lost now, nobody will send again.
fn answer_early(node: Arc<Node>, headers: HeaderMap, body: Bytes) -> StatusCode {
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(20)).await; // the answer is on its way
        let signature = headers.get("x-hub-signature-256").and_then(|value| value.to_str().ok());
        pipeline::receive(&node, signature, &body).await;
    });
    StatusCode::OK
}

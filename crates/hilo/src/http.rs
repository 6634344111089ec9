//! What is reachable over HTTP. Handlers parse, call one verb, and render; none decides.

pub mod api;
mod assets;
pub mod attempt;
pub mod demo_page;
pub(crate) mod desk;
mod doorway;
mod drawn;
mod hardened;
pub mod health;
pub mod keys;
mod language;
pub mod media;
pub(crate) mod origin;
pub mod problem;
pub(crate) mod sessions;
pub mod webhooks;
mod words;

pub(crate) use drawn::Reader;

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use axum::routing::get;
use axum::{Router, middleware};
use tower_http::timeout::TimeoutLayer;

use crate::node::Node;
use problem::Problem;

/// Every route that `hilo serve` answers.
pub fn routes(node: Arc<Node>) -> Router {
    served(node).route("/", get(desk::home))
}

/// The same without the first page: the demo has one of its own.
fn served(node: Arc<Node>) -> Router {
    let seen_in_browsers = Router::new()
        .merge(doorway::routes().layer(timeout()))
        .nest("/api/v1", api::routes(node.clone()))
        .merge(desk::routes(node.clone()))
        .layer(middleware::from_fn_with_state(node.clone(), hardened::keep_https));
    Router::new()
        .merge(webhooks::routes())
        .merge(health::routes())
        .merge(media::routes())
        .layer(timeout())
        .merge(seen_in_browsers)
        .merge(assets::routes())
        .fallback(nothing_here)
        .with_state(node)
}

/// Whoever trickles what they send, or asks for too much, holds nothing for long.
fn timeout() -> TimeoutLayer {
    TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(25))
}

async fn nothing_here() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "there is nothing here; the desk is under `/inbox`, the API under `/api/v1`")
}

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

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use tower_http::timeout::TimeoutLayer;

use crate::node::Node;
use problem::Problem;

/// Every route that `hilo serve` answers.
pub fn routes(node: Arc<Node>) -> Router {
    served(node).route("/", get(desk::home))
}

/// The same without the first page: the demo has one of its own.
fn served(node: Arc<Node>) -> Router {
    Router::new()
        .merge(webhooks::routes())
        .merge(health::routes())
        .merge(media::routes())
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(25)))
        .merge(doorway::routes())
        .nest("/api/v1", api::routes(node.clone()))
        .merge(desk::routes())
        .merge(assets::routes())
        .fallback(nothing_here)
        .with_state(node)
}

async fn nothing_here() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "there is nothing here; the desk is under `/inbox`, the API under `/api/v1`")
}

//! `/api/v1`: what exists, for other systems. One file a noun.

mod channels;
mod contacts;
mod conversations;
mod interactions;
mod outbox;
mod page;
mod platform;
mod tickets;
pub mod timeline;

use std::sync::Arc;

use axum::routing::{get, post, put};
use axum::{Router, middleware};

use super::keys;
use super::problem::Problem;
use crate::node::Node;

/// What the API answers with, or why not.
type Answer<T> = Result<axum::Json<T>, Problem>;

/// Every route of the API. Each needs a key.
pub fn routes(node: Arc<Node>) -> Router<Arc<Node>> {
    Router::new()
        .route("/contacts", get(contacts::list))
        .route("/contacts/{id}", get(contacts::show))
        .route("/contacts/{id}/timeline", get(timeline::of_contact))
        .route("/conversations", get(conversations::list))
        .route("/conversations/{id}", get(conversations::show))
        .route("/conversations/{id}/messages", get(conversations::messages).post(conversations::reply))
        .route("/messages/failed", get(conversations::failed))
        .route("/interactions", get(interactions::list))
        .route("/interactions/{id}", get(interactions::show))
        .route("/tickets", get(tickets::list))
        .route("/tickets/{id}", get(tickets::show))
        .route("/tickets/{id}/resolution", put(tickets::resolve).delete(tickets::reopen))
        .route("/outbox", get(outbox::list))
        .route("/outbox/{id}", get(outbox::show).delete(outbox::drop_send))
        .route("/outbox/{id}/release", post(outbox::release))
        .route("/outbox/{id}/resend", post(outbox::resend))
        .route("/channels", get(channels::list))
        .route("/channels/{id}/pause", axum::routing::delete(channels::resume))
        .route("/notices", get(platform::notices))
        .route("/backlog", get(platform::backlog))
        .route("/backlog/{id}/replay", post(platform::replay))
        .route("/bodies/{id}", get(platform::body))
        .fallback(unknown)
        .layer(middleware::from_fn_with_state(node, keys::require))
}

async fn unknown() -> Problem {
    Problem::new(axum::http::StatusCode::NOT_FOUND, "there is no such route; the API is listed in docs/api.md")
}

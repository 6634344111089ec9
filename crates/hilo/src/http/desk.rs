//! The desk: the screens on which people work. Each is drawn here, and every act on one is a call of the API by its script.

pub(crate) mod frame;
mod health;
mod hours;
pub(crate) mod icons;
mod inbox;
mod nowhere;
mod paused;
mod people;
mod records;
pub(crate) mod view;

use std::sync::Arc;

use axum::response::Redirect;
use axum::routing::get;
use axum::{Router, middleware};

use super::hardened;
use crate::node::Node;

/// The routes of every screen.
pub(super) fn routes(node: Arc<Node>) -> Router<Arc<Node>> {
    Router::new()
        .route("/inbox", get(inbox::list))
        .route("/inbox/{conversation}", get(inbox::conversation))
        .merge(health::routes())
        .merge(people::routes())
        .merge(records::routes())
        .layer(middleware::from_fn_with_state(node, nowhere::as_page))
        .layer(middleware::map_response(hardened::harden))
}

/// `GET /`.
pub(super) async fn home() -> Redirect {
    Redirect::to("/inbox")
}

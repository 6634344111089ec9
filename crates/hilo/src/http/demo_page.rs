//! The page of `hilo demo`.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use simulator::control::Client;

use crate::node::Node;

/// The simulated phones behind the page.
#[derive(Clone)]
pub struct Phones {
    /// Where they are reached.
    pub client: Client,
}

impl Phones {
    /// Reached through a simulator's control API.
    pub fn new(client: Client) -> Self {
        Self { client }
    }
}

/// The page's routes.
pub fn routes(_node: Arc<Node>, _phones: Phones) -> Router {
    Router::new().route("/", get(|| async { "Hilo" }))
}

//! `/api/v1`: what exists, for other systems. One file a noun.

mod changes;
mod channels;
mod contacts;
mod conversations;
mod document;
mod events;
mod interactions;
mod outbox;
mod page;
mod platform;
pub(crate) mod schemas;
mod tickets;
pub mod timeline;
pub(crate) mod views;

use std::sync::Arc;

use axum::http::StatusCode;
use axum::{Router, middleware};
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::keys;
use super::problem::Problem;
use crate::node::Node;

/// What the API answers with, or why not.
type Answer<T> = Result<axum::Json<T>, Problem>;

/// Every route of the API. Each needs a key; only the document about them is for everybody.
pub fn routes(node: Arc<Node>) -> Router<Arc<Node>> {
    let document = Arc::new(document());
    let show = async move || axum::Json(document.as_ref().clone());
    let (routes, _) = described().split_for_parts();
    routes
        .fallback(unknown)
        .layer(middleware::from_fn_with_state(node, keys::require))
        .route("/openapi.json", axum::routing::get(show))
}

/// The OpenAPI document of the API.
pub fn document() -> OpenApi {
    document::complete(described().into_openapi())
}

/// The same as text, as it is checked in.
pub fn document_text() -> serde_json::Result<String> {
    serde_json::to_string_pretty(&document()).map(|text| text + "\n")
}

/// A route and its description are one thing: what is not in the document does not exist.
fn described() -> OpenApiRouter<Arc<Node>> {
    OpenApiRouter::with_openapi(document::frame())
        .routes(routes!(contacts::list))
        .routes(routes!(contacts::show))
        .routes(routes!(timeline::of_contact))
        .routes(routes!(conversations::list))
        .routes(routes!(conversations::show))
        .routes(routes!(conversations::messages, conversations::reply))
        .routes(routes!(conversations::failed))
        .routes(routes!(interactions::list))
        .routes(routes!(interactions::show))
        .routes(routes!(tickets::list))
        .routes(routes!(tickets::show))
        .routes(routes!(tickets::resolve, tickets::reopen))
        .routes(routes!(outbox::list))
        .routes(routes!(outbox::show, outbox::drop_send))
        .routes(routes!(outbox::release))
        .routes(routes!(outbox::resend))
        .routes(routes!(changes::list))
        .routes(routes!(events::stream))
        .routes(routes!(channels::list))
        .routes(routes!(channels::resume))
        .routes(routes!(platform::notices))
        .routes(routes!(platform::backlog))
        .routes(routes!(platform::replay))
        .routes(routes!(platform::body))
}

async fn unknown() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "there is no such route; `/api/v1/openapi.json` lists them all")
}

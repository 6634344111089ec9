//! The screens of the built-in CRM: people, companies, deals, appointments, orders. Each field is changed in place, by one call of the
//! API.

mod appointments;
mod card;
mod companies;
mod contact;
mod contacts;
pub(crate) mod context;
mod deals;
mod duplicates;
mod field;
mod import;
pub(crate) mod likeness;
mod list;
mod merging;
mod orders;
mod past;
pub(crate) mod provisional;
mod search;
mod story;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::node::Node;

/// The routes of these screens.
pub(super) fn routes() -> Router<Arc<Node>> {
    Router::new()
        .route("/contacts", get(contacts::list))
        .route("/contacts/import", get(import::choose))
        .route("/contacts/import/{id}", get(import::show))
        .route("/contacts/duplicates", get(duplicates::show))
        .route("/contacts/{id}", get(contact::show))
        .route("/contacts/{id}/merge", get(merging::show))
        .route("/search", get(search::show))
        .route("/companies", get(companies::list))
        .route("/companies/{id}", get(companies::show))
        .route("/deals", get(deals::list))
        .route("/deals/{id}", get(deals::show))
        .route("/appointments", get(appointments::list))
        .route("/appointments/{id}", get(appointments::show))
        .route("/orders", get(orders::list))
        .route("/orders/{id}", get(orders::show))
}

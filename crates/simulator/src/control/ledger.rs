//! The ledger over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use crate::ledger::Ledger;
use crate::platform::{Platform, lock};

pub(super) async fn read(State(platform): State<Arc<Platform>>) -> Json<Ledger> {
    Json(lock(&platform.ledger).copy())
}

pub(super) async fn clear(State(platform): State<Arc<Platform>>) -> StatusCode {
    lock(&platform.ledger).clear();
    StatusCode::NO_CONTENT
}

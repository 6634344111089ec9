//! Faults over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use crate::faults::{Fault, FaultInfo, FaultKind};
use crate::platform::{Platform, lock};

pub(super) async fn set(State(platform): State<Arc<Platform>>, Json(fault): Json<Fault>) -> Json<Vec<Fault>> {
    let mut faults = lock(&platform.faults);
    faults.set(fault);
    Json(faults.list())
}

pub(super) async fn list(State(platform): State<Arc<Platform>>) -> Json<Vec<Fault>> {
    Json(lock(&platform.faults).list())
}

pub(super) async fn kinds() -> Json<Vec<FaultInfo>> {
    Json(FaultKind::catalogue())
}

pub(super) async fn clear(State(platform): State<Arc<Platform>>) -> StatusCode {
    lock(&platform.faults).clear();
    StatusCode::NO_CONTENT
}

//! Personas over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use super::Trouble;
use crate::personas::{PersonaView, Personas};
use crate::platform::Platform;

pub(super) async fn start(
    State(platform): State<Arc<Platform>>,
    Json(wanted): Json<Personas>,
) -> Result<(StatusCode, Json<Vec<PersonaView>>), Trouble> {
    let crowd = platform.start_personas(&wanted)?;
    Ok((StatusCode::CREATED, Json(crowd.people())))
}

pub(super) async fn list(State(platform): State<Arc<Platform>>) -> Json<Vec<PersonaView>> {
    Json(platform.personas())
}

pub(super) async fn stop(State(platform): State<Arc<Platform>>) -> StatusCode {
    platform.stop_personas();
    StatusCode::NO_CONTENT
}

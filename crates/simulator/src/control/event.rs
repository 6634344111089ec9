//! Events of the account over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;

use crate::events::Event;
use crate::platform::Platform;

pub(super) async fn announce(State(platform): State<Arc<Platform>>, Json(event): Json<Event>) -> StatusCode {
    platform.happens(&event);
    StatusCode::NO_CONTENT
}

//! Waiting for silence over HTTP: whoever moves the clock lets everything run its course first.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::platform::Platform;

#[derive(Deserialize)]
pub(super) struct Patience {
    #[serde(default)]
    within_ms: u64,
}

pub(super) async fn settled(
    State(platform): State<Arc<Platform>>,
    Json(Patience { within_ms }): Json<Patience>,
) -> Json<Value> {
    let settled = platform.tasks.settled(Duration::from_millis(within_ms)).await;
    Json(json!({ "settled": settled }))
}

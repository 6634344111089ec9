//! `/debug_token`: what Meta says of a token, to whoever holds it.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::platform::Platform;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    input_token: String,
}

pub(super) async fn debug(State(platform): State<Arc<Platform>>, Query(asked): Query<Asked>) -> Json<Value> {
    let is_valid = asked.input_token == platform.settings.access_token;
    let ends = platform.settings.token_ends_at.filter(|_| is_valid).unwrap_or(0);
    Json(
        json!({ "data": { "app_id": "700600500400300", "type": "SYSTEM_USER", "is_valid": is_valid, "expires_at": ends } }),
    )
}

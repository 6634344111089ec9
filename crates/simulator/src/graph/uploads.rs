//! Examples for the headers of templates: `POST /{app_id}/uploads` opens a session, `POST /{session}` takes the file and
//! gives the handle. The file is not looked at again, so nothing of it is kept.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use serde_json::{Value, json};

use super::request::{Fields, Node};
use crate::codes::Refusal;
use crate::platform::Platform;

const SESSION: &str = "upload:";
const TYPES: [&str; 5] = ["application/pdf", "image/jpeg", "image/jpg", "image/png", "video/mp4"];

pub(super) async fn open(
    State(platform): State<Arc<Platform>>,
    Node(_): Node,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let kind = fields.text("file_type").ok_or_else(|| Refusal::parameter("`file_type` is required"))?;
    if !TYPES.contains(&kind) {
        return Err(Refusal::parameter(format!("`file_type` cannot be `{kind}`")));
    }
    fields.number("file_length")?.ok_or_else(|| Refusal::parameter("`file_length` is required"))?;
    Ok(Json(json!({ "id": format!("{SESSION}{}", platform.random.id()) })))
}

pub(super) fn is_session(id: &str) -> bool {
    id.starts_with(SESSION)
}

/// The handle that a template names as its example.
pub(super) fn take(platform: &Platform, file: &Bytes) -> Result<Value, Refusal> {
    if file.is_empty() {
        return Err(Refusal::parameter("the file is empty"));
    }
    Ok(json!({ "h": format!("4::{}", platform.random.id()) }))
}

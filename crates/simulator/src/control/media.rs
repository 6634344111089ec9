//! Files over HTTP: to have a phone send one, and to see what it got.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::Trouble;
use crate::platform::Platform;

pub(super) async fn put(
    State(platform): State<Arc<Platform>>,
    Path(filename): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> (StatusCode, Json<Value>) {
    let mime_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let id = platform.media.put(bytes, mime_type.unwrap_or("application/octet-stream"), Some(&filename));
    (StatusCode::CREATED, Json(json!({ "id": id })))
}

pub(super) async fn read(State(platform): State<Arc<Platform>>, Path(id): Path<String>) -> Result<Response, Trouble> {
    let gone = || Trouble(StatusCode::NOT_FOUND, format!("there is no media `{id}`"));
    let file = platform.media.get(&id).ok_or_else(gone)?;
    Ok(file.into_response())
}

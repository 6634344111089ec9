//! `/{version}/{id}`: what can be read, changed or deleted by its id alone.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::request::{Fields, Node};
use super::{media, no_such_object};
use crate::codes::Refusal;
use crate::platform::Platform;

pub(super) async fn read(
    State(platform): State<Arc<Platform>>,
    Node(id): Node,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    media::look_up(&platform, &id, &fields).map(Json)
}

pub(super) async fn delete(State(platform): State<Arc<Platform>>, Node(id): Node) -> Result<Json<Value>, Refusal> {
    if platform.media.delete(&id) { Ok(Json(serde_json::json!({ "success": true }))) } else { Err(no_such_object(&id)) }
}

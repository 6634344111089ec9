//! `/{version}/{id}`: what can be read, changed or deleted by its id alone.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::request::{Fields, Node};
use super::{media, no_such_object, templates};
use crate::codes::Refusal;
use crate::platform::{Platform, lock};

pub(super) async fn read(
    State(platform): State<Arc<Platform>>,
    Node(id): Node,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    if let Some(template) = templates::look_up(&platform, &id, &fields) {
        return Ok(Json(template));
    }
    media::look_up(&platform, &id, &fields).map(Json)
}

pub(super) async fn change(
    State(platform): State<Arc<Platform>>,
    Node(id): Node,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    templates::edit(&platform, &id, &fields).map(Json)
}

pub(super) async fn delete(State(platform): State<Arc<Platform>>, Node(id): Node) -> Result<Json<Value>, Refusal> {
    let is_gone =
        platform.media.delete(&id) || lock(&platform.templates).delete(platform.now(), |template| template.id == id);
    if is_gone { Ok(Json(json!({ "success": true }))) } else { Err(no_such_object(&id)) }
}

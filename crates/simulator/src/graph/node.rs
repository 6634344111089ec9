//! `/{version}/{id}`: what can be read, changed or deleted by its id alone.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request, State};
use serde_json::{Value, json};

use super::request::{Fields, Node};
use super::{media, no_such_object, numbers, templates, uploads};
use crate::codes::Refusal;
use crate::platform::Platform;

pub(super) async fn read(
    State(platform): State<Arc<Platform>>,
    Node(id): Node,
    fields: Fields,
) -> Result<Json<Value>, Refusal> {
    let found = numbers::look_up(&platform, &id, &fields).or_else(|| templates::look_up(&platform, &id, &fields));
    if let Some(found) = found {
        return Ok(Json(found));
    }
    media::look_up(&platform, &id, &fields).map(Json)
}

pub(super) async fn change(
    State(platform): State<Arc<Platform>>,
    Node(id): Node,
    request: Request,
) -> Result<Json<Value>, Refusal> {
    if uploads::is_session(&id) {
        let cut_off = |_| Refusal::parameter("the file is too large or was cut off");
        let file = Bytes::from_request(request, &platform).await.map_err(cut_off)?;
        return uploads::take(&platform, &file).map(Json);
    }
    let fields = Fields::from_request(request, &platform).await?;
    if numbers::change(&platform, &id, &fields).await? {
        return Ok(Json(json!({ "success": true, "id": id })));
    }
    templates::edit(&platform, &id, &fields).map(Json)
}

pub(super) async fn delete(State(platform): State<Arc<Platform>>, Node(id): Node) -> Result<Json<Value>, Refusal> {
    let is_gone = platform.media.delete(&id) || platform.delete_templates(|template| template.id == id);
    if is_gone { Ok(Json(json!({ "success": true }))) } else { Err(no_such_object(&id)) }
}

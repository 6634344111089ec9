//! What becomes of uploaded files that are not sent.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::ids::MediaId;

use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::media;
use crate::node::Node;

/// Removes a file that was uploaded and that no message names. By itself that happens after 30 days.
#[utoipa::path(
    delete,
    path = "/media/{id}",
    tag = "media",
    operation_id = "delete_media",
    responses(
        (status = 204, description = "It is gone."),
        (status = 409, description = "A message names it, or it came with one."),
    )
)]
pub(super) async fn delete(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = id.parse::<MediaId>().map_err(|_| Problem::missing("file"))?;
    media::discard(&node, caller.workspace, id, &caller.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

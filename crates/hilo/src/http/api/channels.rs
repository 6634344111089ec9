//! WhatsApp numbers.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use domain::ids::ChannelId;
use serde::Serialize;

use super::Answer;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox;
use crate::node::Node;

#[derive(Debug, Serialize)]
pub(super) struct ChannelView {
    id: ChannelId,
    phone_number_id: String,
    waba_id: String,
    display_phone_number: String,
    paused_reason: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct All {
    data: Vec<ChannelView>,
}

/// `GET /channels`.
pub(super) async fn list(State(node): State<Arc<Node>>, Extension(caller): Extension<Caller>) -> Answer<All> {
    let rows = node.store.read(move |tx| tx.channels(caller.workspace)).await?;
    let data = rows.into_iter().map(|row| ChannelView {
        id: row.id,
        phone_number_id: row.phone_number_id,
        waba_id: row.waba_id,
        display_phone_number: row.display_phone_number,
        paused_reason: row.paused_reason,
    });
    Ok(Json(All { data: data.collect() }))
}

/// `DELETE /channels/{id}/pause`: sends go on.
pub(super) async fn resume(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id: ChannelId = id.parse().map_err(|_| Problem::missing("channel"))?;
    inbox::resume_channel(&node, caller.workspace, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

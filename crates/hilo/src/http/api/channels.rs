//! WhatsApp numbers.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use domain::ids::ChannelId;
use serde::Serialize;
use store::Channel;
use utoipa::ToSchema;

use super::Answer;
use super::schemas::Id;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox;
use crate::node::Node;

/// A WhatsApp number of the workspace.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Channel)]
pub(crate) struct ChannelView {
    #[schema(value_type = Id)]
    id: ChannelId,
    /// Meta's id of the number.
    phone_number_id: String,
    /// Meta's id of the WhatsApp Business account that holds it.
    waba_id: String,
    /// The number that customers see.
    #[schema(example = "+52 55 1234 5678")]
    display_phone_number: String,
    /// Why nothing is sent from it; null while it sends.
    paused_reason: Option<String>,
    /// Why nothing but answers is sent from it; null while everything is.
    replies_only_reason: Option<String>,
}

impl From<Channel> for ChannelView {
    fn from(row: Channel) -> Self {
        ChannelView {
            id: row.id,
            phone_number_id: row.phone_number_id,
            waba_id: row.waba_id,
            display_phone_number: row.display_phone_number,
            paused_reason: row.paused_reason,
            replies_only_reason: row.replies_only_reason,
        }
    }
}

/// Every number; they are few and come on one page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Channels)]
pub(super) struct All {
    data: Vec<ChannelView>,
}

/// The WhatsApp numbers of the workspace.
#[utoipa::path(get, path = "/channels", tag = "channels", operation_id = "list_channels", responses((status = 200, body = All)))]
pub(super) async fn list(State(node): State<Arc<Node>>, Extension(caller): Extension<Caller>) -> Answer<All> {
    let rows = node.store.read(move |tx| tx.channels(caller.workspace)).await?;
    Ok(Json(All { data: rows.into_iter().map(ChannelView::from).collect() }))
}

/// One WhatsApp number.
#[utoipa::path(get, path = "/channels/{id}", tag = "channels", operation_id = "get_channel", responses((status = 200, body = ChannelView)))]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<ChannelView> {
    let id: ChannelId = id.parse().map_err(|_| Problem::missing("channel"))?;
    let rows = node.store.read(move |tx| tx.channels(caller.workspace)).await?;
    let row = rows.into_iter().find(|row| row.id == id).ok_or_else(|| Problem::missing("channel"))?;
    Ok(Json(row.into()))
}

/// Stops a number: its sends wait until somebody lets it go on.
#[utoipa::path(
    put,
    path = "/channels/{id}/pause",
    tag = "channels",
    operation_id = "pause_channel",
    responses((status = 204, description = "It sends nothing, or did not before."))
)]
pub(super) async fn pause(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id: ChannelId = id.parse().map_err(|_| Problem::missing("channel"))?;
    inbox::pause_channel(&node, caller.workspace, id, &caller.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends of a paused number go on, in their order.
#[utoipa::path(
    delete,
    path = "/channels/{id}/pause",
    tag = "channels",
    operation_id = "resume_channel",
    responses((status = 204, description = "It sends, or did so before."))
)]
pub(super) async fn resume(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id: ChannelId = id.parse().map_err(|_| Problem::missing("channel"))?;
    inbox::resume_channel(&node, caller.workspace, id, &caller.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

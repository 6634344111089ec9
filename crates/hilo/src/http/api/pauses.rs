//! What automation does not do until a person lets it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use domain::ids::ChannelId;
use domain::pause::PauseScope;
use serde::{Deserialize, Serialize};
use store::PauseRow;
use utoipa::ToSchema;

use super::Answer;
use super::schemas::{PauseScopeName, Time};
use crate::http::attempt::Maybe;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::{self, Pausing};
use crate::node::Node;

/// Something that automation does not do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Pause)]
pub(super) struct PauseView {
    #[schema(value_type = PauseScopeName)]
    scope: PauseScope,
    /// The id of the type; null for another scope.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// The id of the number; null for another scope.
    channel_id: Option<String>,
    /// Who paused it.
    by: String,
    /// Why, if they said.
    why: Option<String>,
    #[schema(value_type = Time)]
    at: i64,
}

impl From<PauseRow> for PauseView {
    fn from(row: PauseRow) -> Self {
        let subject = |scope: PauseScope| (row.scope == scope).then(|| row.subject.clone());
        PauseView {
            kind: subject(PauseScope::Type),
            channel_id: subject(PauseScope::Channel),
            scope: row.scope,
            by: row.by.clone(),
            why: Some(row.why.clone()).filter(|why| !why.is_empty()),
            at: row.at,
        }
    }
}

/// Everything that is paused; it comes on one page.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Pauses)]
pub(super) struct All {
    data: Vec<PauseView>,
}

/// Everything that automation does not do until somebody lets it.
#[utoipa::path(get, path = "/pauses", tag = "pauses", operation_id = "list_pauses", responses((status = 200, body = All)))]
pub(super) async fn list(State(node): State<Arc<Node>>, Extension(caller): Extension<Caller>) -> Answer<All> {
    let rows = node.store.read(move |tx| tx.pauses(caller.workspace)).await?;
    Ok(Json(All { data: rows.into_iter().map(PauseView::from).collect() }))
}

/// Why something is paused.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Reason {
    /// What colleagues read.
    #[serde(default)]
    #[schema(max_length = 200)]
    why: String,
}

/// Pauses all automation: no acknowledgement and no answer leaves. What people send does.
#[utoipa::path(
    put,
    path = "/pauses/all",
    tag = "pauses",
    operation_id = "pause_automation",
    request_body = Reason,
    responses((status = 204, description = "It is paused, or was before."))
)]
pub(super) async fn pause_all(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Maybe(reason): Maybe<Reason>,
) -> Result<StatusCode, Problem> {
    pause(&node, &caller, Pausing::All, reason).await
}

/// Lets automation go on.
#[utoipa::path(
    delete,
    path = "/pauses/all",
    tag = "pauses",
    operation_id = "resume_automation",
    responses((status = 204, description = "It goes on, unless its type or number is paused."))
)]
pub(super) async fn resume_all(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
) -> Result<StatusCode, Problem> {
    resume(&node, &caller, Pausing::All).await
}

/// Pauses what automation does about one interaction type.
#[utoipa::path(
    put,
    path = "/pauses/types/{type}",
    tag = "pauses",
    operation_id = "pause_type",
    params(("type" = String, Path, description = "The id of a type of the workflow.")),
    request_body = Reason,
    responses((status = 204, description = "It is paused, or was before."))
)]
pub(super) async fn pause_type(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(kind): Path<String>,
    Maybe(reason): Maybe<Reason>,
) -> Result<StatusCode, Problem> {
    pause(&node, &caller, Pausing::Type(kind), reason).await
}

/// Lets automation go on about an interaction type.
#[utoipa::path(
    delete,
    path = "/pauses/types/{type}",
    tag = "pauses",
    operation_id = "resume_type",
    params(("type" = String, Path, description = "The id of a type.")),
    responses((status = 204, description = "It goes on, unless all is paused."))
)]
pub(super) async fn resume_type(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(kind): Path<String>,
) -> Result<StatusCode, Problem> {
    resume(&node, &caller, Pausing::Type(kind)).await
}

/// Pauses what automation does on one number. People still write from it; `PUT /channels/{id}/pause` stops that as well.
#[utoipa::path(
    put,
    path = "/pauses/channels/{id}",
    tag = "pauses",
    operation_id = "pause_automation_of_channel",
    request_body = Reason,
    responses((status = 204, description = "It is paused, or was before."))
)]
pub(super) async fn pause_channel(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Maybe(reason): Maybe<Reason>,
) -> Result<StatusCode, Problem> {
    pause(&node, &caller, Pausing::Channel(channel(&id)?), reason).await
}

/// Lets automation go on, on a number.
#[utoipa::path(
    delete,
    path = "/pauses/channels/{id}",
    tag = "pauses",
    operation_id = "resume_automation_of_channel",
    responses((status = 204, description = "It goes on, unless all is paused."))
)]
pub(super) async fn resume_channel(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    resume(&node, &caller, Pausing::Channel(channel(&id)?)).await
}

fn channel(id: &str) -> Result<ChannelId, Problem> {
    id.parse().map_err(|_| Problem::missing("channel"))
}

async fn pause(
    node: &Arc<Node>,
    caller: &Caller,
    what: Pausing,
    reason: Option<Reason>,
) -> Result<StatusCode, Problem> {
    let why = reason.unwrap_or_default().why;
    inbox::pause(node, caller.workspace, what, &why, &caller.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn resume(node: &Arc<Node>, caller: &Caller, what: Pausing) -> Result<StatusCode, Problem> {
    inbox::resume(node, caller.workspace, what, &caller.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

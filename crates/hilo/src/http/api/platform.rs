//! What the platform posted that is no message: notices, messages put aside, raw bodies.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use domain::ids::{BodyId, NoticeId, WorkId};
use serde::Serialize;
use serde_json::Value;
use store::{NoticeRow, WorkRow};
use utoipa::ToSchema;

use super::Answer;
use super::page::{Asked, Page};
use super::schemas::{Id, Time};
use crate::http::attempt::Attempt;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox;
use crate::node::Node;

/// Something from the platform that belongs to no conversation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Notice)]
pub(crate) struct NoticeView {
    #[schema(value_type = Id)]
    id: NoticeId,
    #[schema(value_type = Time)]
    received_at: i64,
    /// What kind of news it is.
    kind: String,
    /// What it is about.
    subject: String,
    /// What it says.
    detail: String,
    /// As it was posted, where that is JSON.
    #[schema(example = json!({"event": "DISABLED_UPDATE", "phone_number": "525555550100"}))]
    raw: Option<Value>,
}

impl From<NoticeRow> for NoticeView {
    fn from(row: NoticeRow) -> Self {
        let raw = serde_json::from_str(&row.raw).ok();
        NoticeView {
            id: row.id,
            received_at: row.received_at,
            kind: row.kind,
            subject: row.subject,
            detail: row.detail,
            raw,
        }
    }
}

/// Unknown numbers, unknown fields and types, account events, platform errors; the newest first.
#[utoipa::path(get, path = "/notices", tag = "platform", operation_id = "list_notices", params(Asked), responses((status = 200, body = Page<NoticeView>)))]
pub(super) async fn notices(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
) -> Answer<Page<NoticeView>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<NoticeId>()?);
    let rows = node.store.read(move |tx| tx.notices(caller.workspace, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id.to_string(), NoticeView::from)))
}

/// A message that waits to be processed, or was given up on until a person looks.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Work)]
pub(super) struct WorkView {
    #[schema(value_type = Id)]
    id: WorkId,
    #[schema(value_type = Id)]
    body_id: BodyId,
    /// The webhook field that it came under.
    field: String,
    /// `open` or `quarantined`.
    state: &'static str,
    /// How often it was tried.
    attempts: i64,
    /// What went wrong the last time.
    error: Option<String>,
    /// The message as it stood in the body.
    #[schema(example = json!({"from": "5215512345678", "id": "wamid.HBgMNTI1…", "type": "text", "text": {"body": "hola"}}))]
    part: Option<Value>,
}

impl From<WorkRow> for WorkView {
    fn from(row: WorkRow) -> Self {
        WorkView {
            id: row.work.id,
            body_id: row.work.body,
            field: row.work.field,
            state: if row.quarantined { "quarantined" } else { "open" },
            attempts: row.attempts,
            error: row.work.error,
            part: serde_json::from_str(&row.work.part).ok(),
        }
    }
}

/// Messages that wait or were put aside, the oldest first.
#[utoipa::path(get, path = "/backlog", tag = "platform", operation_id = "list_backlog", params(Asked), responses((status = 200, body = Page<WorkView>)))]
pub(super) async fn backlog(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
) -> Answer<Page<WorkView>> {
    let (limit, after) = (asked.limit()?, asked.cursor::<WorkId>()?);
    let rows = node.store.read(move |tx| tx.work(caller.workspace, after, limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.work.id.to_string(), WorkView::from)))
}

/// Another try for a message that was put aside.
#[utoipa::path(
    post,
    path = "/backlog/{id}/replay",
    tag = "platform",
    operation_id = "replay_message",
    responses((status = 202, description = "It is tried again within moments."))
)]
pub(super) async fn replay(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    attempt: Attempt,
) -> Result<Response, Problem> {
    let id: WorkId = id.parse().map_err(|_| Problem::missing("message that was put aside"))?;
    let replay = |once| inbox::replay_message(&node, caller.workspace, id, &caller.name, once);
    attempt.once(StatusCode::ACCEPTED, |()| (), replay).await
}

/// A webhook body as Meta posted it. It is a stranger's bytes: nothing may run in it.
#[utoipa::path(
    get,
    path = "/bodies/{id}",
    tag = "platform",
    operation_id = "get_body",
    responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream"))
)]
pub(super) async fn body(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<impl IntoResponse, Problem> {
    let id: BodyId = id.parse().map_err(|_| Problem::missing("body"))?;
    let body = node.store.read(move |tx| tx.body(caller.workspace, id)).await?;
    let body = body.ok_or_else(|| Problem::missing("body"))?;
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"webhook.json\""),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    Ok((headers, body))
}

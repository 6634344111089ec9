//! What the platform posted that is no message: notices, messages put aside, raw bodies.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use domain::ids::{BodyId, NoticeId, WorkId};
use serde::Serialize;
use serde_json::Value;
use store::{NoticeRow, WorkRow};

use super::Answer;
use super::page::{Asked, Page};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox;
use crate::node::Node;

#[derive(Debug, Serialize)]
pub(super) struct NoticeView {
    id: NoticeId,
    received_at: i64,
    kind: String,
    subject: String,
    detail: String,
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

/// `GET /notices`: unknown numbers, unknown fields and types, account events, platform errors; the newest first.
pub(super) async fn notices(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
) -> Answer<Page<NoticeView>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<NoticeId>()?);
    let rows = node.store.read(move |tx| tx.notices(caller.workspace, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id.to_string(), NoticeView::from)))
}

#[derive(Debug, Serialize)]
pub(super) struct WorkView {
    id: WorkId,
    body_id: BodyId,
    field: String,
    state: &'static str,
    attempts: i64,
    error: Option<String>,
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

/// `GET /backlog`: messages that wait or were put aside, the oldest first.
pub(super) async fn backlog(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
) -> Answer<Page<WorkView>> {
    let (limit, after) = (asked.limit()?, asked.cursor::<WorkId>()?);
    let rows = node.store.read(move |tx| tx.work(caller.workspace, after, limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.work.id.to_string(), WorkView::from)))
}

/// `POST /backlog/{id}/replay`: another chance.
pub(super) async fn replay(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id: WorkId = id.parse().map_err(|_| Problem::missing("message that was put aside"))?;
    inbox::replay_message(&node, caller.workspace, id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// `GET /bodies/{id}`: a webhook body as Meta posted it. It is a stranger's bytes: nothing may run in it.
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

//! Messages on their way out, and what a person decides about those that did not simply leave.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use domain::delivery::{Purpose, SendState};
use domain::ids::{ChannelId, ConversationId, SendId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::OutboxRow;

use super::Answer;
use super::page::{Asked, Page, filter};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox;
use crate::node::Node;

/// A send as the API shows it. Times are milliseconds since 1970.
#[derive(Debug, Serialize)]
pub(super) struct SendView {
    id: SendId,
    channel_id: ChannelId,
    conversation_id: ConversationId,
    seq: i64,
    purpose: Purpose,
    payload: Option<Value>,
    state: SendState,
    reason: Option<String>,
    attempt: i64,
    wamid: Option<String>,
    created_at: i64,
    changed_at: i64,
}

impl From<OutboxRow> for SendView {
    fn from(row: OutboxRow) -> Self {
        SendView {
            id: row.send.id,
            channel_id: row.send.channel,
            conversation_id: row.send.conversation,
            seq: row.send.seq,
            purpose: row.send.purpose,
            payload: serde_json::from_str(&row.send.payload).ok(),
            state: row.state,
            reason: row.reason,
            attempt: row.attempt,
            wamid: row.wamid,
            created_at: row.created_at,
            changed_at: row.changed_at,
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Filter {
    state: Option<String>,
}

/// `GET /outbox`: the newest first; `?state=unknown`, `needs_review`, `held` or `dead` are the lists to look at.
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(wanted): Query<Filter>,
) -> Answer<Page<SendView>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<SendId>()?);
    let state = filter::<SendState>("state", wanted.state.as_deref())?;
    let rows = node.store.read(move |tx| tx.outbox(caller.workspace, state, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.send.id.to_string(), SendView::from)))
}

/// `GET /outbox/{id}`.
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<SendView> {
    let id = send_id(&id)?;
    let list = move |tx: &mut store::Tx<'_>| tx.outbox_row(caller.workspace, id);
    let row = node.store.write(Vec::new(), list).await?;
    Ok(Json(row.ok_or_else(|| Problem::missing("message in the outbox"))?.into()))
}

/// `POST /outbox/{id}/release`: lets a held or dead one go once more.
pub(super) async fn release(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<SendView> {
    Ok(Json(inbox::release_send(&node, caller.workspace, send_id(&id)?).await?.into()))
}

/// `POST /outbox/{id}/resend`: sends an unknown one again, as a new message.
pub(super) async fn resend(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<SendView> {
    Ok(Json(inbox::resend(&node, caller.workspace, send_id(&id)?).await?.into()))
}

/// `DELETE /outbox/{id}`: gives it up.
pub(super) async fn drop_send(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    inbox::drop_send(&node, caller.workspace, send_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn send_id(text: &str) -> Result<SendId, Problem> {
    text.parse().map_err(|_| Problem::missing("message in the outbox"))
}

//! Messages on their way out, and what a person decides about those that did not simply leave.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::Language;
use domain::delivery::{Purpose, SendState};
use domain::ids::{ChannelId, ConversationId, SendId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::OutboxRow;
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::page::{Asked, Page, filter};
use super::schemas::{Id, PurposeName, SendListName, SendStateName, Time};
use crate::explain;
use crate::http::attempt::Attempt;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox;
use crate::node::Node;

/// A message on its way out. It leaves the outbox when WhatsApp reports on it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Send)]
pub(crate) struct SendView {
    #[schema(value_type = Id)]
    id: SendId,
    #[schema(value_type = Id)]
    channel_id: ChannelId,
    #[schema(value_type = Id)]
    conversation_id: ConversationId,
    /// Its place in the conversation.
    seq: i64,
    #[schema(value_type = PurposeName)]
    purpose: Purpose,
    /// What is sent: a message as it is posted here, with `context`, WhatsApp's id of the message that it answers.
    #[schema(value_type = Option<Object>, example = json!({"type": "text", "text": "Abrimos a las 9."}))]
    payload: Option<Value>,
    #[schema(value_type = SendStateName)]
    state: SendState,
    /// Why it stands there.
    reason: Option<String>,
    /// Meta's code, if it refused.
    code: Option<i64>,
    /// What to do about the refusal.
    hint: Option<String>,
    /// How often it was tried.
    attempt: i64,
    /// WhatsApp's id of it, once taken.
    wamid: Option<String>,
    #[schema(value_type = Time)]
    created_at: i64,
    #[schema(value_type = Time)]
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
            code: row.code,
            hint: row.code.map(|code| explain::hint(Language::En, code)),
            attempt: row.attempt,
            wamid: row.wamid,
            created_at: row.created_at,
            changed_at: row.changed_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// One of the lists that a person may have to look at; everything, unless given.
    #[param(value_type = Option<SendListName>)]
    state: Option<String>,
}

impl Filter {
    fn list(&self) -> Result<Option<SendState>, Problem> {
        match filter::<SendState>("state", self.state.as_deref())? {
            Some(state) if !SendState::LISTED.contains(&state) => Err(Problem::invalid(format!(
                "`state`: there is no list of what is {state}; ask for unknown, needs_review, held or dead, or without `state`"
            ))),
            list => Ok(list),
        }
    }
}

/// What is on its way out or did not simply leave, the newest first.
#[utoipa::path(get, path = "/outbox", tag = "outbox", operation_id = "list_outbox", params(Asked, Filter), responses((status = 200, body = Page<SendView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(wanted): Query<Filter>,
) -> Answer<Page<SendView>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<SendId>()?);
    let list = wanted.list()?;
    let read = move |tx: &mut store::Tx<'_>| match list {
        Some(state) => tx.listed_sends(caller.workspace, state, before, limit),
        None => tx.outbox(caller.workspace, before, limit),
    };
    let rows = node.store.read(read).await?;
    Ok(Json(Page::of(rows, limit, |row| row.send.id.to_string(), SendView::from)))
}

/// How many sends a person may have to look at.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct Counts {
    /// Nobody knows whether they left; the report may still come.
    unknown: i64,
    /// And it did not come.
    needs_review: i64,
    /// Kept back, with the reason.
    held: i64,
    /// Refused for good.
    dead: i64,
}

/// How many sends stand on each list that a person may have to look at.
#[utoipa::path(get, path = "/outbox/counts", tag = "outbox", operation_id = "count_outbox", responses((status = 200, body = Counts)))]
pub(super) async fn counts(State(node): State<Arc<Node>>, Extension(caller): Extension<Caller>) -> Answer<Counts> {
    let mut counts = Counts::default();
    for (state, count) in node.store.read(move |tx| tx.listed_send_counts(caller.workspace)).await? {
        match state {
            SendState::Unknown => counts.unknown = count,
            SendState::NeedsReview => counts.needs_review = count,
            SendState::Held => counts.held = count,
            SendState::Dead => counts.dead = count,
            SendState::Queued | SendState::Sending | SendState::Accepted => {}
        }
    }
    Ok(Json(counts))
}

/// One send.
#[utoipa::path(get, path = "/outbox/{id}", tag = "outbox", operation_id = "get_send", responses((status = 200, body = SendView)))]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<SendView> {
    let id = send_id(&id)?;
    let rows = node.store.read(move |tx| tx.outbox_by_id(caller.workspace, &[id])).await?;
    let row = rows.into_iter().next().ok_or_else(|| Problem::missing("message in the outbox"))?;
    Ok(Json(row.into()))
}

/// Lets a held or dead one go once more, through all the guards.
#[utoipa::path(
    post,
    path = "/outbox/{id}/release",
    tag = "outbox",
    operation_id = "release_send",
    responses(
        (status = 200, description = "It waits for its turn.", body = SendView),
        (status = 409, description = "It is neither held nor dead."),
    )
)]
pub(super) async fn release(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    attempt: Attempt,
) -> Result<Response, Problem> {
    let id = send_id(&id)?;
    let release = |once| inbox::release_send(&node, caller.workspace, id, &caller.name, once);
    attempt.once(StatusCode::OK, |row: &OutboxRow| SendView::from(row.clone()), release).await
}

/// Sends an unknown one again, as a new message: it may arrive twice.
#[utoipa::path(
    post,
    path = "/outbox/{id}/resend",
    tag = "outbox",
    operation_id = "resend",
    responses(
        (status = 200, description = "The new send.", body = SendView),
        (status = 409, description = "It is not unknown."),
    )
)]
pub(super) async fn resend(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    attempt: Attempt,
) -> Result<Response, Problem> {
    let id = send_id(&id)?;
    let resend = |once| inbox::resend(&node, caller.workspace, id, &caller.name, once);
    attempt.once(StatusCode::OK, |row: &OutboxRow| SendView::from(row.clone()), resend).await
}

/// Gives one up. What may have left stays in the thread, unconfirmed.
#[utoipa::path(
    delete,
    path = "/outbox/{id}",
    tag = "outbox",
    operation_id = "drop_send",
    responses(
        (status = 204, description = "It is no longer in the outbox."),
        (status = 409, description = "It cannot be dropped any more."),
    )
)]
pub(super) async fn drop_send(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    inbox::drop_send(&node, caller.workspace, send_id(&id)?, &caller.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn send_id(text: &str) -> Result<SendId, Problem> {
    text.parse().map_err(|_| Problem::missing("message in the outbox"))
}

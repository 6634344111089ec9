//! What a person does with a conversation that is work.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use domain::desk::Doing;
use domain::ids::{SendId, UserId};
use domain::interaction::Outcome;
use serde::{Deserialize, Serialize};
use store::Snooze;
use utoipa::ToSchema;

use super::Answer;
use super::conversations::{ConversationView, conversation_id};
use super::page::filter;
use super::schemas::{DoingName, Id, OutcomeName, Time};
use super::tickets::TicketView;
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::{self, Assignee, Closing, Correction, Reclassified, Stays};
use crate::node::Node;

/// Who is to have a conversation: a person, or nobody yet in a queue.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Assignment {
    #[schema(value_type = Option<Id>)]
    user_id: Option<String>,
    /// The id of a queue of the workflow.
    #[schema(example = "support")]
    queue: Option<String>,
}

impl Assignment {
    pub(super) fn assignee(self) -> Result<Assignee, Problem> {
        match (self.user_id, self.queue) {
            (Some(user), None) => user.parse().map(Assignee::Person).map_err(|_| Problem::missing("person")),
            (None, Some(queue)) => Ok(Assignee::Queue(queue)),
            (None, None) | (Some(_), Some(_)) => {
                Err(Problem::invalid("name either `user_id` or `queue`; DELETE leaves it to nobody"))
            }
        }
    }
}

/// Gives a conversation to a person, or to a queue.
#[utoipa::path(
    put,
    path = "/conversations/{id}/assignment",
    tag = "inbox",
    operation_id = "assign_conversation",
    request_body = Assignment,
    responses((status = 200, body = TicketView), (status = 409, description = "Nothing is open in it."))
)]
pub(super) async fn assign(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body, .. }: Posted<Assignment>,
) -> Answer<TicketView> {
    let (id, to) = (conversation_id(&id)?, body.assignee()?);
    Ok(Json(inbox::assign(&node, caller.workspace, id, to, &caller.actor()).await?.into()))
}

/// Nobody has the conversation any more.
#[utoipa::path(
    delete,
    path = "/conversations/{id}/assignment",
    tag = "inbox",
    operation_id = "unassign_conversation",
    responses((status = 200, body = TicketView), (status = 409, description = "Nothing is open in it."))
)]
pub(super) async fn unassign(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<TicketView> {
    let id = conversation_id(&id)?;
    let ticket = inbox::assign(&node, caller.workspace, id, Assignee::Nobody, &caller.actor()).await?;
    Ok(Json(ticket.into()))
}

/// Takes a conversation over before it is answered: automation stops, and whoever is signed in has it.
#[utoipa::path(
    put,
    path = "/conversations/{id}/takeover",
    tag = "inbox",
    operation_id = "take_over",
    responses((status = 200, body = ConversationView))
)]
pub(super) async fn take_over(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<ConversationView> {
    let thread = inbox::take_over(&node, caller.workspace, conversation_id(&id)?, &caller.actor()).await?;
    Ok(Json(thread.into()))
}

/// Leaves a conversation to automation again, and to nobody.
#[utoipa::path(
    delete,
    path = "/conversations/{id}/takeover",
    tag = "inbox",
    operation_id = "hand_back",
    responses((status = 200, body = ConversationView))
)]
pub(super) async fn hand_back(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<ConversationView> {
    let thread = inbox::hand_back(&node, caller.workspace, conversation_id(&id)?, &caller.actor()).await?;
    Ok(Json(thread.into()))
}

/// What a conversation is about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewType {
    /// The id of a type of the workflow.
    #[serde(rename = "type")]
    #[schema(example = "complaint")]
    kind: String,
    /// What it was taken for when you looked, null for nothing: refused if that has changed meanwhile. Not checked if it is left out.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    was: Option<Option<String>>,
}

/// Null is something else than nothing.
fn given<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(value).map(Some)
}

/// What became of a conversation that was taken for something else.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Reclassified)]
pub(super) struct ReclassifiedView {
    /// The work, as it stands now.
    ticket: TicketView,
    /// What had not left yet and will not.
    #[schema(value_type = Vec<Id>)]
    cancelled: Vec<SendId>,
    /// What automation had said about it already: that cannot be undone.
    stays: Vec<StaysView>,
    /// When the customer was told that their message arrived; null if they were not.
    #[schema(value_type = Option<Time>)]
    acknowledged_at: Option<i64>,
}

/// A message of automation that cannot be taken back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Stays)]
pub(super) struct StaysView {
    /// Its place in the conversation.
    seq: i64,
    /// What it says.
    text: String,
    /// When it was written.
    #[schema(value_type = Time)]
    at: i64,
}

impl From<Reclassified> for ReclassifiedView {
    fn from(done: Reclassified) -> Self {
        let Reclassified { ticket, cancelled, stays, acknowledged_at } = done;
        let stays = stays.into_iter().map(|Stays { seq, text, at }| StaysView { seq, text, at }).collect();
        ReclassifiedView { ticket: ticket.into(), cancelled, stays, acknowledged_at }
    }
}

/// Says what a conversation is about: it waits in the queue of that type, what the wrong one had pending is cancelled, and the text model
/// learns it.
#[utoipa::path(
    put,
    path = "/conversations/{id}/type",
    tag = "inbox",
    operation_id = "reclassify",
    request_body = NewType,
    responses(
        (status = 200, body = ReclassifiedView),
        (status = 409, description = "Nothing is open in it."),
        (status = 412, description = "Somebody has taken it for something else meanwhile."),
    )
)]
pub(super) async fn reclassify(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body, .. }: Posted<NewType>,
) -> Answer<ReclassifiedView> {
    let correction = Correction { kind: body.kind, was: body.was };
    let id = conversation_id(&id)?;
    Ok(Json(inbox::reclassify(&node, caller.workspace, id, correction, &caller.actor()).await?.into()))
}

/// For how long work is put aside; until the customer writes, if nothing is said. A message of theirs ends it in any case.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Aside {
    /// Until this moment.
    #[schema(value_type = Option<Time>)]
    until: Option<i64>,
    /// Until this record changes, by its kind and id.
    #[schema(example = "deal/01a20577-4513-75e8-95eb-41481df5cc04")]
    record: Option<String>,
}

/// Puts a conversation aside.
#[utoipa::path(
    put,
    path = "/conversations/{id}/snooze",
    tag = "inbox",
    operation_id = "snooze",
    request_body = Aside,
    responses((status = 200, body = TicketView), (status = 409, description = "Nothing is open in it."))
)]
pub(super) async fn snooze(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body, .. }: Posted<Aside>,
) -> Answer<TicketView> {
    let wanted = Snooze { until: body.until, record: body.record };
    let id = conversation_id(&id)?;
    Ok(Json(inbox::snooze(&node, caller.workspace, id, wanted, &caller.actor()).await?.into()))
}

/// Brings a conversation back that was put aside.
#[utoipa::path(
    delete,
    path = "/conversations/{id}/snooze",
    tag = "inbox",
    operation_id = "wake",
    responses((status = 200, body = TicketView), (status = 409, description = "Nothing is open in it."))
)]
pub(super) async fn wake(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<TicketView> {
    Ok(Json(inbox::wake(&node, caller.workspace, conversation_id(&id)?, &caller.actor()).await?.into()))
}

/// How a conversation ended.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Ended {
    /// `resolved` unless given.
    #[schema(value_type = Option<OutcomeName>, example = "resolved")]
    outcome: Option<String>,
    /// A sentence about it; `other` needs one.
    said: Option<String>,
    /// The `seq` of the last message that was read: if somebody wrote since, nothing is closed.
    #[schema(minimum = 0)]
    seen: Option<i64>,
}

impl Ended {
    pub(super) fn closing(self) -> Result<Closing, Problem> {
        let outcome = filter::<Outcome>("outcome", self.outcome.as_deref())?.unwrap_or(Outcome::Resolved);
        Closing::new(outcome, self.said).map_err(Problem::invalid)
    }
}

/// Closes what is open in a conversation, with its outcome.
#[utoipa::path(
    put,
    path = "/conversations/{id}/closure",
    tag = "inbox",
    operation_id = "close_conversation",
    request_body = Ended,
    responses(
        (status = 200, body = TicketView),
        (status = 409, description = "Nothing is open in it."),
        (status = 412, description = "Somebody wrote after the message named in `seen`.")
    )
)]
pub(super) async fn close(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body, .. }: Posted<Ended>,
) -> Answer<TicketView> {
    let (id, seen, closing) = (conversation_id(&id)?, body.seen, body.closing()?);
    Ok(Json(inbox::close(&node, caller.workspace, id, closing, seen, &caller.actor()).await?.into()))
}

/// Takes up again what was closed last in a conversation.
#[utoipa::path(
    delete,
    path = "/conversations/{id}/closure",
    tag = "inbox",
    operation_id = "reopen_conversation",
    responses((status = 200, body = TicketView), (status = 409, description = "It is open, or nothing was closed in it."))
)]
pub(super) async fn reopen(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<TicketView> {
    let id = conversation_id(&id)?;
    Ok(Json(inbox::reopen_conversation(&node, caller.workspace, id, &caller.actor()).await?.into()))
}

/// Up to where somebody has read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpTo {
    /// The place of the last message.
    #[schema(minimum = 0)]
    seq: i64,
}

/// Notes up to where you have read a conversation, and that you have seen what called you to it. For people, not for keys.
#[utoipa::path(
    put,
    path = "/conversations/{id}/seen",
    tag = "inbox",
    operation_id = "note_seen",
    request_body = UpTo,
    responses((status = 204, description = "It is noted."))
)]
pub(super) async fn seen(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body, .. }: Posted<UpTo>,
) -> Result<StatusCode, Problem> {
    inbox::note_seen(&node, caller.workspace, conversation_id(&id)?, body.seq, &caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What you do in a conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Here {
    #[schema(value_type = DoingName)]
    doing: String,
}

/// Says that you have a conversation open, or write in it; to be said again every few seconds, for it is forgotten after fifteen. For
/// people, not for keys. Whoever follows the events as a person hears of it.
#[utoipa::path(
    put,
    path = "/conversations/{id}/presence",
    tag = "inbox",
    operation_id = "say_here",
    request_body = Here,
    responses((status = 204, description = "Colleagues see it."))
)]
pub(super) async fn here(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body, .. }: Posted<Here>,
) -> Result<StatusCode, Problem> {
    let doing: Doing = body.doing.parse().map_err(|error| Problem::invalid(format!("`doing`: {error}")))?;
    inbox::say_here(&node, caller.workspace, conversation_id(&id)?, doing, &caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says that you have left a conversation.
#[utoipa::path(
    delete,
    path = "/conversations/{id}/presence",
    tag = "inbox",
    operation_id = "leave",
    responses((status = 204, description = "Colleagues see it."))
)]
pub(super) async fn leave(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    inbox::leave(&node, caller.workspace, conversation_id(&id)?, &caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub(super) fn user_id(text: &str) -> Result<UserId, Problem> {
    text.parse().map_err(|_| Problem::missing("person"))
}

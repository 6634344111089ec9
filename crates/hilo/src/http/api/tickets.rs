//! Work for people.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use domain::ids::{ContactId, ConversationId, InteractionId, TicketId, UserId, ticket_reference};
use domain::interaction::{Outcome, TicketState};
use serde::{Deserialize, Serialize};
use store::TicketRow;
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::page::{Asked, Page, filter};
use super::schemas::{Id, OutcomeName, TicketStateName, Time};
use super::work::Ended;
use crate::http::attempt::Maybe;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::{self, Closing};
use crate::node::Node;

/// Work for a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ticket)]
pub(crate) struct TicketView {
    #[schema(value_type = Id)]
    id: TicketId,
    /// The short name under which people speak of it.
    #[schema(example = "T-EZBK04")]
    reference: String,
    #[schema(value_type = Option<Id>)]
    contact_id: Option<ContactId>,
    #[schema(value_type = Id)]
    conversation_id: ConversationId,
    #[schema(value_type = Id)]
    interaction_id: InteractionId,
    #[serde(rename = "type")]
    /// The type of the matter.
    #[schema(example = "order_status")]
    kind: Option<String>,
    /// The id of a queue in the workflow file.
    #[schema(example = "support")]
    queue: String,
    #[schema(value_type = TicketStateName)]
    state: TicketState,
    /// The message that made it, shortened.
    subject: String,
    /// By when somebody answers, as the customer was told.
    #[schema(value_type = Time)]
    due_at: i64,
    #[schema(value_type = Time)]
    created_at: i64,
    #[schema(value_type = Time)]
    updated_at: i64,
    #[schema(value_type = Option<Time>)]
    resolved_at: Option<i64>,
    /// The name of a person or a key, or `silence`.
    resolved_by: Option<String>,
    /// How it ended.
    #[schema(value_type = Option<OutcomeName>)]
    outcome: Option<Outcome>,
    /// What whoever closed it said about it.
    outcome_note: Option<String>,
    /// Who has it.
    #[schema(value_type = Option<Id>)]
    assignee_id: Option<UserId>,
    /// Since when the customer waits for you; null once a person answered.
    #[schema(value_type = Option<Time>)]
    waiting_since: Option<i64>,
    /// When a person first answered.
    #[schema(value_type = Option<Time>)]
    first_answered_at: Option<i64>,
    /// When a person last ended a wait.
    #[schema(value_type = Option<Time>)]
    answered_at: Option<i64>,
    /// Whether it is put aside.
    snoozed: bool,
    /// When it comes back; null if that is when the customer writes.
    #[schema(value_type = Option<Time>)]
    snoozed_until: Option<i64>,
    /// When it was told that its promise is nearly over.
    #[schema(value_type = Option<Time>)]
    warned_at: Option<i64>,
    /// When it was told that its promise is over.
    #[schema(value_type = Option<Time>)]
    escalated_at: Option<i64>,
    /// How content the customer was, as they said.
    score: Option<i64>,
}

impl From<TicketRow> for TicketView {
    fn from(row: TicketRow) -> Self {
        let ticket = row.ticket;
        TicketView {
            id: ticket.id,
            reference: ticket_reference(ticket.id),
            contact_id: ticket.contact,
            conversation_id: ticket.conversation,
            interaction_id: ticket.interaction,
            kind: ticket.kind,
            queue: ticket.queue,
            state: row.state,
            subject: ticket.subject,
            due_at: ticket.due_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
            resolved_at: row.resolved_at,
            resolved_by: row.resolved_by,
            outcome: row.outcome,
            outcome_note: row.outcome_note,
            assignee_id: row.assignee,
            waiting_since: row.waiting_since,
            first_answered_at: row.first_answered_at,
            answered_at: row.answered_at,
            snoozed: row.snoozed.is_some(),
            snoozed_until: row.snoozed.and_then(|snooze| snooze.until),
            warned_at: row.warned_at,
            escalated_at: row.escalated_at,
            score: row.score,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Of one state only.
    #[param(value_type = Option<TicketStateName>)]
    state: Option<String>,
    /// Of one queue only, by its id.
    queue: Option<String>,
}

/// Work for people, the newest first.
#[utoipa::path(get, path = "/tickets", tag = "tickets", operation_id = "list_tickets", params(Asked, Filter), responses((status = 200, body = Page<TicketView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(wanted): Query<Filter>,
) -> Answer<Page<TicketView>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<TicketId>()?);
    let state = filter::<TicketState>("state", wanted.state.as_deref())?;
    let read =
        move |tx: &mut store::Tx<'_>| tx.tickets(caller.workspace, state, wanted.queue.as_deref(), before, limit);
    let rows = node.store.read(read).await?;
    Ok(Json(Page::of(rows, limit, |row| row.ticket.id.to_string(), TicketView::from)))
}

/// One ticket.
#[utoipa::path(get, path = "/tickets/{id}", tag = "tickets", operation_id = "get_ticket", responses((status = 200, body = TicketView)))]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<TicketView> {
    let id = ticket_id(&id)?;
    let row = node.store.read(move |tx| tx.ticket(caller.workspace, id)).await?;
    Ok(Json(row.ok_or_else(|| Problem::missing("ticket"))?.into()))
}

/// Done. The matter is closed, and the outcome is logged with it; `resolved` if nothing is said.
#[utoipa::path(
    put,
    path = "/tickets/{id}/resolution",
    tag = "tickets",
    operation_id = "resolve_ticket",
    request_body(content = Option<Ended>),
    responses(
        (status = 200, description = "The ticket, resolved.", body = TicketView),
        (status = 409, description = "It is resolved already."),
    )
)]
pub(super) async fn resolve(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Maybe(ended): Maybe<Ended>,
) -> Answer<TicketView> {
    let (id, closing) = (ticket_id(&id)?, ended.map_or_else(|| Ok(Closing::resolved()), Ended::closing)?);
    Ok(Json(inbox::end_ticket(&node, caller.workspace, id, closing, &caller.actor()).await?.into()))
}

/// Not done after all. The matter stays closed; what the customer writes next opens another one on this ticket.
#[utoipa::path(
    delete,
    path = "/tickets/{id}/resolution",
    tag = "tickets",
    operation_id = "reopen_ticket",
    responses(
        (status = 200, description = "The ticket, open again.", body = TicketView),
        (status = 409, description = "It is open, or the conversation has another open ticket."),
    )
)]
pub(super) async fn reopen(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<TicketView> {
    Ok(Json(inbox::reopen_ticket(&node, caller.workspace, ticket_id(&id)?, &caller.name).await?.into()))
}

fn ticket_id(text: &str) -> Result<TicketId, Problem> {
    text.parse().map_err(|_| Problem::missing("ticket"))
}

//! Work for people.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use domain::ids::{ContactId, ConversationId, InteractionId, TicketId, ticket_reference};
use domain::interaction::TicketState;
use serde::{Deserialize, Serialize};
use store::TicketRow;

use super::Answer;
use super::page::{Asked, Page, filter};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox;
use crate::node::Node;

/// A ticket as the API shows it. Times are milliseconds since 1970.
#[derive(Debug, Serialize)]
pub(super) struct TicketView {
    id: TicketId,
    reference: String,
    contact_id: Option<ContactId>,
    conversation_id: ConversationId,
    interaction_id: InteractionId,
    #[serde(rename = "type")]
    kind: Option<String>,
    queue: String,
    state: TicketState,
    subject: String,
    due_at: i64,
    created_at: i64,
    updated_at: i64,
    resolved_at: Option<i64>,
    resolved_by: Option<String>,
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
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Filter {
    state: Option<String>,
    queue: Option<String>,
}

/// `GET /tickets`: the newest first; `?state=open` and `?queue=` keep some.
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

/// `GET /tickets/{id}`.
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<TicketView> {
    let id = ticket_id(&id)?;
    let row = node.store.read(move |tx| tx.ticket(caller.workspace, id)).await?;
    Ok(Json(row.ok_or_else(|| Problem::missing("ticket"))?.into()))
}

/// `PUT /tickets/{id}/resolution`: done. The outcome of the matter is logged with it.
pub(super) async fn resolve(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<TicketView> {
    Ok(Json(inbox::resolve_ticket(&node, caller.workspace, ticket_id(&id)?, &caller.name).await?.into()))
}

/// `DELETE /tickets/{id}/resolution`: not done after all.
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

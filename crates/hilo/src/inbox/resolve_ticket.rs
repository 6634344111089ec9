//! A person is done with a ticket, or takes it up again. The outcome of its matter is logged with it.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::ids::{EventId, TicketId, WorkspaceId};
use domain::interaction::{Outcome, Step};
use store::{EventRow, TicketRow, Tx};

use super::{Done, Refusal};
use crate::changes;
use crate::ids;
use crate::kill_points::reached;
use crate::node::Node;

/// Resolves a ticket: its matter is closed with the outcome on the timeline, and the thread is free for the next one.
pub async fn resolve_ticket(node: &Arc<Node>, workspace: WorkspaceId, id: TicketId, by: &str) -> Done<TicketRow> {
    let (now, by, event) = (node.clock.now().as_millisecond(), by.to_owned(), EventId(ids::fresh()));
    let resolved =
        node.store.write(Vec::new(), move |tx| resolve_ticket_at(tx, workspace, id, &by, event, now)).await?;
    node.changed(&[workspace]);
    resolved
}

/// The same inside a transaction, at a moment of the caller's.
pub(crate) fn resolve_ticket_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: TicketId,
    by: &str,
    event: EventId,
    now: i64,
) -> store::Result<Done<TicketRow>> {
    let Some(ticket) = ticket_and_thread(tx, workspace, id)? else { return Ok(Err(Refusal::Missing("ticket"))) };
    let state = match ticket.state.resolve() {
        Ok(state) => state,
        Err(refused) => return Ok(Err(Refusal::Conflict(refused.to_string()))),
    };
    tx.set_ticket_state(workspace, id, state, by, now)?;
    let thread = tx.conversation(workspace, ticket.ticket.conversation)?;
    let thread = thread.filter(|thread| thread.ticket == Some(id));
    let matter = thread.as_ref().and_then(|thread| thread.interaction).unwrap_or(ticket.ticket.interaction);
    let closed = tx.close_interaction(workspace, matter, Outcome::Resolved, now)?;
    if thread.is_some() {
        tx.clear_open_work(workspace, ticket.ticket.conversation)?;
    }
    log(tx, workspace, &ticket, by, event, now, Step::Closed { outcome: Outcome::Resolved })?;
    let resolved = (EventType::TicketResolved, Subject::Ticket(id));
    let over = closed.then_some((EventType::InteractionClosed, Subject::Interaction(matter)));
    changes::tell_all(tx, workspace, &[resolved].into_iter().chain(over).collect::<Vec<_>>())?;
    reached("ticket_resolved");
    tx.ticket(workspace, id).map(|ticket| ticket.ok_or(Refusal::Missing("ticket")))
}

/// The ticket with its thread locked, the thread first: in the order in which a message takes them.
fn ticket_and_thread(tx: &mut Tx<'_>, workspace: WorkspaceId, id: TicketId) -> store::Result<Option<TicketRow>> {
    let Some(ticket) = tx.ticket(workspace, id)? else { return Ok(None) };
    tx.lock_conversation(workspace, ticket.ticket.conversation)?;
    tx.ticket_to_change(workspace, id)
}

/// Takes a resolved ticket up again. Its matter stays closed; what the customer writes next opens another on the same ticket.
pub async fn reopen_ticket(node: &Arc<Node>, workspace: WorkspaceId, id: TicketId, by: &str) -> Done<TicketRow> {
    let (now, by, event) = (node.clock.now().as_millisecond(), by.to_owned(), EventId(ids::fresh()));
    let reopened = node.store.write(Vec::new(), move |tx| reopen(tx, workspace, id, &by, event, now)).await?;
    node.changed(&[workspace]);
    reopened
}

fn reopen(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: TicketId,
    by: &str,
    event: EventId,
    now: i64,
) -> store::Result<Done<TicketRow>> {
    let Some(ticket) = ticket_and_thread(tx, workspace, id)? else { return Ok(Err(Refusal::Missing("ticket"))) };
    let state = match ticket.state.reopen() {
        Ok(state) => state,
        Err(refused) => return Ok(Err(Refusal::Conflict(refused.to_string()))),
    };
    let Some(thread) = tx.conversation(workspace, ticket.ticket.conversation)? else {
        return Ok(Err(Refusal::Missing("conversation")));
    };
    if thread.ticket.is_some() {
        return Ok(Err(Refusal::Conflict(
            "the conversation has another open ticket; resolve that one first".to_owned(),
        )));
    }
    tx.set_ticket_state(workspace, id, state, by, now)?;
    tx.update_conversation(workspace, thread.id, 0, thread.interaction, Some(id))?;
    log(tx, workspace, &ticket, by, event, now, Step::TicketReopened { ticket: id })?;
    changes::tell(tx, workspace, EventType::TicketReopened, Subject::Ticket(id))?;
    tx.ticket(workspace, id).map(|ticket| ticket.ok_or(Refusal::Missing("ticket")))
}

fn log(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    ticket: &TicketRow,
    by: &str,
    id: EventId,
    now: i64,
    step: Step,
) -> store::Result<()> {
    let Some(contact) = ticket.ticket.contact else { return Ok(()) };
    let conversation = Some(ticket.ticket.conversation);
    tx.add_event(workspace, &EventRow { id, contact, conversation, at: now, by: by.to_owned(), step })
}

//! A person is done with a ticket, or takes it up again. The outcome of its matter is logged with it.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::ids::{TicketId, WorkspaceId};
use domain::interaction::{InvalidTransition, Step, TicketState};
use store::{Ending, TicketRow, Tx};

use super::close::Closing;
use super::entry::Entry;
use super::{Actor, Done, Refusal};
use crate::changes;
use crate::follow_ups::{self, Rules};
use crate::kill_points::reached;
use crate::node::Node;

/// Resolves a ticket: its matter is closed with the outcome on the timeline, and the thread is free for the next one.
pub async fn resolve_ticket(node: &Arc<Node>, workspace: WorkspaceId, id: TicketId, by: &str) -> Done<TicketRow> {
    end_ticket(node, workspace, id, Closing::resolved(), &Actor::named(by)).await
}

/// The same with whatever outcome a person says.
pub async fn end_ticket(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: TicketId,
    closing: Closing,
    by: &Actor,
) -> Done<TicketRow> {
    let (entry, rules) = (Entry::new(node, &by.name), node.workflows.rules(workspace));
    let ended =
        node.store.write(Vec::new(), move |tx| end_ticket_at(tx, workspace, &rules, id, &closing, &entry)).await?;
    node.changed(&[workspace]);
    node.work_wakes.notify_one();
    ended
}

/// The same inside a transaction, at a moment of the caller's.
pub(crate) fn resolve_ticket_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    rules: &Rules,
    id: TicketId,
    entry: &Entry,
) -> store::Result<Done<TicketRow>> {
    end_ticket_at(tx, workspace, rules, id, &Closing::resolved(), entry)
}

/// Ends a ticket as a person says: its matter ends with it.
pub(super) fn end_ticket_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    rules: &Rules,
    id: TicketId,
    closing: &Closing,
    entry: &Entry,
) -> store::Result<Done<TicketRow>> {
    let (outcome, said) = (closing.outcome, closing.said.clone());
    let ticket = match movable(tx, workspace, id, TicketState::resolve)? {
        Ok(ticket) => ticket,
        Err(refused) => return Ok(Err(refused)),
    };
    let ending = Ending { outcome, note: said.as_deref(), by: &entry.by };
    tx.close_ticket(workspace, id, &ending, entry.at)?;
    let conversation = ticket.ticket.conversation;
    let thread = tx.conversation(workspace, conversation)?.filter(|thread| thread.ticket == Some(id));
    let matter = thread.as_ref().and_then(|thread| thread.interaction).unwrap_or(ticket.ticket.interaction);
    let closed = tx.close_interaction(workspace, matter, outcome, entry.at)?;
    if thread.is_some() {
        tx.clear_open_work(workspace, conversation)?;
    }
    entry.write(tx, workspace, conversation, Step::Closed { outcome, said })?;
    follow_ups::of_ticket(tx, workspace, rules, id, entry.at)?;
    let resolved = (EventType::TicketResolved, Subject::Ticket(id));
    let over = closed.then_some((EventType::InteractionClosed, Subject::Interaction(matter)));
    changes::tell_all(tx, workspace, &[resolved].into_iter().chain(over).collect::<Vec<_>>())?;
    reached("ticket_resolved");
    tx.ticket(workspace, id).map(|ticket| ticket.ok_or(Refusal::Missing("ticket")))
}

/// Takes a resolved ticket up again. Its matter stays closed; what the customer writes next opens another on the same ticket.
pub async fn reopen_ticket(node: &Arc<Node>, workspace: WorkspaceId, id: TicketId, by: &str) -> Done<TicketRow> {
    let (entry, rules) = (Entry::new(node, by), node.workflows.rules(workspace));
    let reopened = node.store.write(Vec::new(), move |tx| reopen(tx, workspace, &rules, id, &entry)).await?;
    node.changed(&[workspace]);
    reopened
}

pub(super) fn reopen(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    rules: &Rules,
    id: TicketId,
    entry: &Entry,
) -> store::Result<Done<TicketRow>> {
    let ticket = match movable(tx, workspace, id, TicketState::reopen)? {
        Ok(ticket) => ticket,
        Err(refused) => return Ok(Err(refused)),
    };
    let Some(thread) = tx.conversation(workspace, ticket.ticket.conversation)? else {
        return Ok(Err(Refusal::Missing("conversation")));
    };
    if thread.ticket.is_some() {
        let said = "the conversation has another open ticket; resolve that one first";
        return Ok(Err(Refusal::Conflict(said.to_owned())));
    }
    tx.reopen_ticket(workspace, id, entry.at)?;
    tx.update_conversation(workspace, thread.id, 0, thread.interaction, Some(id))?;
    entry.write(tx, workspace, thread.id, Step::TicketReopened { ticket: id })?;
    follow_ups::of_ticket(tx, workspace, rules, id, entry.at)?;
    changes::tell(tx, workspace, EventType::TicketReopened, Subject::Ticket(id))?;
    tx.ticket(workspace, id).map(|ticket| ticket.ok_or(Refusal::Missing("ticket")))
}

/// A ticket that nobody else changes meanwhile, if a move starts from where it stands.
fn movable(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: TicketId,
    to: fn(TicketState) -> Result<TicketState, InvalidTransition>,
) -> store::Result<Done<TicketRow>> {
    let Some(known) = tx.ticket(workspace, id)? else { return Ok(Err(Refusal::Missing("ticket"))) };
    // The thread is locked first: in the order in which a message takes them.
    tx.lock_conversation(workspace, known.ticket.conversation)?;
    let Some(ticket) = tx.ticket_to_change(workspace, id)? else { return Ok(Err(Refusal::Missing("ticket"))) };
    let moved = to(ticket.state).map_err(|refused| Refusal::Conflict(refused.to_string()));
    Ok(moved.map(|_| ticket))
}

//! A conversation with its open ticket, which nobody else changes until the transaction ends.

use domain::ids::{ConversationId, WorkspaceId};
use store::{ConversationRow, TicketRow, Tx};

use super::{Done, Refusal};

pub(crate) struct OpenWork {
    pub(crate) thread: ConversationRow,
    pub(crate) ticket: TicketRow,
}

/// The thread is locked first: in the order in which a message takes them.
pub(crate) fn open_work(tx: &mut Tx<'_>, workspace: WorkspaceId, id: ConversationId) -> store::Result<Done<OpenWork>> {
    let thread = match thread(tx, workspace, id)? {
        Ok(thread) => thread,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let ticket = thread.ticket.map(|ticket| tx.ticket_to_change(workspace, ticket)).transpose()?.flatten();
    let nothing = || Refusal::Conflict("nothing is open in this conversation; reopen it first".to_owned());
    Ok(ticket.map(|ticket| OpenWork { thread, ticket }).ok_or_else(nothing))
}

/// A thread that nobody else changes meanwhile.
pub(super) fn thread(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
) -> store::Result<Done<ConversationRow>> {
    tx.lock_conversation(workspace, id)?;
    Ok(tx.conversation(workspace, id)?.ok_or(Refusal::Missing("conversation")))
}

/// A ticket after it was changed.
pub(super) fn changed(tx: &mut Tx<'_>, workspace: WorkspaceId, before: &TicketRow) -> store::Result<Done<TicketRow>> {
    Ok(tx.ticket(workspace, before.ticket.id)?.ok_or(Refusal::Missing("ticket")))
}

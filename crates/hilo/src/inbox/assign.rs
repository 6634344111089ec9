//! Somebody gets a conversation, or nobody has it any more, or it waits in another queue.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::ids::{ConversationId, UserId, WorkspaceId};
use domain::interaction::Step;
use domain::right::Right;
use store::{TicketRow, Tx};

use super::entry::Entry;
use super::open_work::{OpenWork, changed, open_work};
use super::{Actor, Done, Refusal};
use crate::changes;
use crate::node::Node;

/// Who is to have a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Assignee {
    /// This person.
    Person(UserId),
    /// Nobody.
    Nobody,
    /// Nobody yet, in this queue.
    Queue(String),
}

/// Gives a conversation to somebody.
pub async fn assign(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: ConversationId,
    to: Assignee,
    by: &Actor,
) -> Done<TicketRow> {
    if let Assignee::Queue(queue) = &to
        && node.workflows.of(workspace)?.workflow.queue(queue).is_none()
    {
        return Err(Refusal::Invalid(format!("there is no queue `{queue}`; GET /queues lists them")));
    }
    let entry = Entry::new(node, &by.name);
    let assigned = node.store.write(Vec::new(), move |tx| assign_at(tx, workspace, id, &to, &entry)).await?;
    node.changed(&[workspace]);
    node.work_wakes.notify_one();
    assigned
}

fn assign_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
    to: &Assignee,
    entry: &Entry,
) -> store::Result<Done<TicketRow>> {
    let work = match open_work(tx, workspace, id)? {
        Ok(work) => work,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let holder = match holder(tx, workspace, to)? {
        Ok(holder) => holder,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let queue = match to {
        Assignee::Queue(queue) => queue.clone(),
        Assignee::Person(_) | Assignee::Nobody => work.ticket.ticket.queue.clone(),
    };
    hand(tx, workspace, &work, holder, &queue, entry)?;
    changed(tx, workspace, &work.ticket)
}

/// Whoever is to have it: their id and name.
fn holder(tx: &mut Tx<'_>, workspace: WorkspaceId, to: &Assignee) -> store::Result<Done<Option<(UserId, String)>>> {
    let Assignee::Person(user) = to else { return Ok(Ok(None)) };
    let Some(person) = tx.user(workspace, *user)? else { return Ok(Err(Refusal::Missing("person"))) };
    if person.disabled_at.is_some() || !Right::Work.is_of(person.role) {
        let said = format!("{} does not work on conversations", person.name);
        return Ok(Err(Refusal::Invalid(said)));
    }
    Ok(Ok(Some((*user, person.name))))
}

/// Writes down who has it from now on, unless that is so already.
pub(super) fn hand(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    work: &OpenWork,
    to: Option<(UserId, String)>,
    queue: &str,
    entry: &Entry,
) -> store::Result<()> {
    let ticket = &work.ticket.ticket;
    let (user, name) = to.map_or((None, None), |(user, name)| (Some(user), Some(name)));
    let moved = (ticket.queue != queue).then(|| queue.to_owned());
    if work.ticket.assignee == user && moved.is_none() {
        return Ok(());
    }
    tx.assign_ticket(workspace, ticket.id, user, queue, entry.at)?;
    entry.write(tx, workspace, work.thread.id, Step::Assigned { to: name, queue: moved })?;
    changes::tell(tx, workspace, EventType::TicketAssigned, Subject::Ticket(ticket.id))
}

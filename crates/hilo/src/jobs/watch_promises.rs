//! Tells when the promise of an unanswered conversation is nearly over, and when it is over; the latter also to those who direct the queue.
//! Each once.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::desk::CallReason;
use domain::ids::{EventId, UserId, WorkspaceId};
use domain::interaction::Step;
use domain::role::Role;
use store::{CallRow, TicketRow, Tx, UserRow};

use crate::changes;
use crate::ids;
use crate::inbox::Entry;
use crate::node::Node;

const AT_ONCE: i64 = 200;
const BY: &str = "automation";

pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    for (workspace, _) in node.store.read(|tx| tx.workspaces()).await? {
        let now = node.clock.now().as_millisecond();
        if node.store.read(move |tx| Ok(tx.owed_answers(workspace, now, 1)?.is_empty())).await? {
            continue;
        }
        node.store.write(Vec::new(), move |tx| tell(tx, workspace, now)).await?;
        node.changed(&[workspace]);
    }
    Ok(())
}

fn tell(tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> store::Result<()> {
    let owed = tx.owed_answers(workspace, now, AT_ONCE)?;
    let (people, members) = (tx.users(workspace)?, tx.members(workspace)?);
    for ticket in &owed {
        let (id, thread) = (ticket.ticket.id, ticket.ticket.conversation);
        if now < ticket.ticket.due_at {
            tx.note_warned(workspace, id, now)?;
            changes::tell(tx, workspace, EventType::TicketDueSoon, Subject::Ticket(id))?;
            continue;
        }
        tx.note_escalated(workspace, id, now)?;
        Entry::at(now, BY).write(tx, workspace, thread, Step::Overdue { ticket: id })?;
        for user in directors(&people, &members, &ticket.ticket.queue) {
            tx.add_call(workspace, &call(ticket, user, now))?;
        }
        changes::tell(tx, workspace, EventType::TicketOverdue, Subject::Ticket(id))?;
    }
    Ok(())
}

fn call(ticket: &TicketRow, user: UserId, now: i64) -> CallRow {
    CallRow {
        id: EventId(ids::fresh()),
        user,
        conversation: ticket.ticket.conversation,
        reason: CallReason::Overdue,
        by: BY.to_owned(),
        at: now,
        seen_at: None,
    }
}

/// The managers of a queue: those among its members; where there are none, all managers; where there are none, the owners.
fn directors(people: &[UserRow], members: &[(String, UserId)], queue: &str) -> Vec<UserId> {
    let of_role = |role: Role| {
        let there = people.iter().filter(move |person| person.role == role && person.disabled_at.is_none());
        there.map(|person| person.id)
    };
    let is_member = |user: &UserId| members.iter().any(|(of, member)| of == queue && member == user);
    let [managers, owners]: [Vec<UserId>; 2] = [Role::Manager, Role::Owner].map(|role| of_role(role).collect());
    let of_queue: Vec<UserId> = managers.iter().copied().filter(is_member).collect();
    [of_queue, managers, owners].into_iter().find(|some| !some.is_empty()).unwrap_or_default()
}

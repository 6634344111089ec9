//! A person takes a conversation before they answer, so that automation stops; or leaves it to automation again.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::ids::{ConversationId, WorkspaceId};
use domain::interaction::Step;
use store::{ConversationRow, Tx};

use super::assign::hand;
use super::entry::Entry;
use super::open_work::{open_work, thread};
use super::{Actor, Done, Refusal};
use crate::changes;
use crate::node::Node;

/// Automation stops, and whoever signed in has the work.
pub async fn take_over(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: ConversationId,
    by: &Actor,
) -> Done<ConversationRow> {
    let (entries, by) = ([Entry::new(node, &by.name), Entry::new(node, &by.name)], by.clone());
    let taken = node.store.write(Vec::new(), move |tx| take(tx, workspace, id, &by, &entries)).await?;
    node.changed(&[workspace]);
    taken
}

fn take(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
    by: &Actor,
    [taken, assigned]: &[Entry; 2],
) -> store::Result<Done<ConversationRow>> {
    let before = match thread(tx, workspace, id)? {
        Ok(before) => before,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if before.person_since.is_none() {
        tx.set_person(workspace, id, Some(taken.at))?;
        taken.write(tx, workspace, id, Step::TakenOver)?;
        changes::tell(tx, workspace, EventType::ConversationChanged, Subject::Conversation(id))?;
    }
    if let (Some(user), Ok(work)) = (by.user, open_work(tx, workspace, id)?) {
        let queue = work.ticket.ticket.queue.clone();
        hand(tx, workspace, &work, Some((user, by.name.clone())), &queue, assigned)?;
    }
    Ok(tx.conversation(workspace, id)?.ok_or(Refusal::Missing("conversation")))
}

/// Automation may answer again, and nobody has the work.
pub async fn hand_back(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: ConversationId,
    by: &Actor,
) -> Done<ConversationRow> {
    let entries = [Entry::new(node, &by.name), Entry::new(node, &by.name)];
    let left = node.store.write(Vec::new(), move |tx| leave(tx, workspace, id, &entries)).await?;
    node.changed(&[workspace]);
    node.work_wakes.notify_one();
    left
}

fn leave(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
    [left, unassigned]: &[Entry; 2],
) -> store::Result<Done<ConversationRow>> {
    let before = match thread(tx, workspace, id)? {
        Ok(before) => before,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if before.person_since.is_some() {
        tx.set_person(workspace, id, None)?;
        left.write(tx, workspace, id, Step::HandedBack)?;
        changes::tell(tx, workspace, EventType::ConversationChanged, Subject::Conversation(id))?;
    }
    if let Ok(work) = open_work(tx, workspace, id)? {
        let queue = work.ticket.ticket.queue.clone();
        hand(tx, workspace, &work, None, &queue, unassigned)?;
    }
    Ok(tx.conversation(workspace, id)?.ok_or(Refusal::Missing("conversation")))
}

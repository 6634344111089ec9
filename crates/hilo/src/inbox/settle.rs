//! A conversation that could be of several people is somebody's as long as these are taken for one person, and nobody's when they are
//! taken apart. A merge and its undoing ask here; what a person says of a conversation itself stays.

use std::collections::HashSet;

use domain::change::{EventType, Subject};
use domain::ids::{ContactId, WorkspaceId};
use domain::interaction::OptWish;
use domain::merge::{Learnt, Whose};
use jiff::Timestamp;
use store::{ConversationRow, Tx};

use super::name_sender::{candidates_of, names_in};
use crate::changes;
use crate::workflows::Published;

/// As WhatsApp refuses what somebody wants no more.
const WANTS_NO_MORE: i64 = 131_050;
/// More merges than make one person.
const MOST: i64 = 100;

/// After a merge: what could be of both alone is the survivor's, and goes on.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    survivor: ContactId,
    merged: ContactId,
    published: &Published,
    now: i64,
) -> store::Result<()> {
    for id in everybody_in(tx, workspace, merged)? {
        for thread in tx.conversations_perhaps_of(workspace, id)? {
            if are_one(tx, workspace, &thread, survivor)? {
                give(tx, workspace, &thread, survivor, published, now)?;
            }
        }
    }
    Ok(())
}

/// Before a merge is undone: what is the survivor's only because the two are one goes back to nobody.
pub(super) fn unsettle(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    survivor: ContactId,
    merged: ContactId,
) -> store::Result<()> {
    let theirs = everybody_in(tx, workspace, merged)?;
    for thread in tx.conversations_by_merge(workspace, survivor)? {
        let candidates = candidates_of(&thread);
        let parted = candidates.iter().filter(|id| theirs.contains(id)).count();
        if parted == 0 || parted == candidates.len() {
            continue;
        }
        tx.lock_conversation(workspace, thread.id)?;
        tx.hand_on_thread(workspace, thread.id, Some(survivor), None)?;
        for name in names_in(&thread) {
            tx.unlearn_name(workspace, survivor, &name)?;
        }
        changes::tell(tx, workspace, EventType::ConversationChanged, Subject::Conversation(thread.id))?;
    }
    Ok(())
}

/// Whoever is taken for a contact, and the contact.
fn everybody_in(tx: &mut Tx<'_>, workspace: WorkspaceId, contact: ContactId) -> store::Result<HashSet<ContactId>> {
    let (mut found, mut to_ask) = (HashSet::from([contact]), vec![contact]);
    while let Some(id) = to_ask.pop() {
        let merges = tx.merges(workspace, Some(id), None, MOST)?;
        let standing = merges.into_iter().filter(|row| row.undone.is_none()).map(|row| row.merge.merged);
        to_ask.extend(standing.filter(|merged| found.insert(*merged)));
    }
    Ok(found)
}

fn are_one(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    thread: &ConversationRow,
    survivor: ContactId,
) -> store::Result<bool> {
    for id in candidates_of(thread) {
        if tx.survivor(workspace, id)? != Some(survivor) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// A conversation of nobody's is somebody's, with what was wished in it, and what waited in it goes on.
pub(super) fn give(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    thread: &ConversationRow,
    contact: ContactId,
    published: &Published,
    now: i64,
) -> store::Result<()> {
    tx.lock_conversation(workspace, thread.id)?;
    tx.hand_on_thread(workspace, thread.id, None, Some(contact))?;
    heed_wish(tx, workspace, thread, contact)?;
    changes::tell(tx, workspace, EventType::ConversationChanged, Subject::Conversation(thread.id))?;
    go_on(tx, workspace, thread, published, now)
}

/// Who asked for no more messages before it was known who they are, gets none from now on.
pub(super) fn heed_wish(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    thread: &ConversationRow,
    contact: ContactId,
) -> store::Result<()> {
    match tx.last_wish(workspace, thread.id, WANTS_NO_MORE)? {
        Some((at, OptWish::Out)) => tx.learn(workspace, contact, Whose::All, &[Learnt::OptedOut(at)]),
        Some((at, OptWish::In)) => {
            // What they wished elsewhere since then holds.
            let since = tx.contact(workspace, contact)?.and_then(|row| row.contact.opted_out_at);
            if since.is_some_and(|since| since < at) {
                tx.learn(workspace, contact, Whose::All, &[Learnt::OptedIn])
            } else {
                Ok(())
            }
        }
        None => Ok(()),
    }
}

/// What waited where nobody knew whose it is, waits where its type belongs. A promise that the customer was told stays.
pub(super) fn go_on(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    thread: &ConversationRow,
    published: &Published,
    now: i64,
) -> store::Result<()> {
    let workflow = &published.workflow;
    let Some(ticket) = thread.ticket.map(|id| tx.ticket_to_change(workspace, id)).transpose()?.flatten() else {
        return Ok(());
    };
    let matter = thread.interaction.map(|id| tx.interaction(workspace, id)).transpose()?.flatten();
    let kind = matter.as_ref().and_then(|matter| workflow.interaction_type(matter.kind.as_deref()?));
    let queue = kind.and_then(|kind| kind.queue.as_deref()).unwrap_or(&workflow.fallback.unrecognised);
    if ticket.ticket.queue == workflow.fallback.ambiguous
        && let Some(queue) = workflow.queue(queue)
    {
        tx.assign_ticket(workspace, ticket.ticket.id, ticket.assignee, &queue.id, now)?;
        let is_told = matter.is_some_and(|matter| matter.acknowledged_at.is_some());
        if let (false, Ok(opened)) = (is_told, Timestamp::from_millisecond(ticket.created_at)) {
            let due = workflow::promise(queue, opened).due.as_millisecond();
            tx.set_ticket_due(workspace, ticket.ticket.id, due)?;
        }
    }
    changes::tell(tx, workspace, EventType::TicketChanged, Subject::Ticket(ticket.ticket.id))
}

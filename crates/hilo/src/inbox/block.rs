//! We want to hear nothing more of a person: what they write is kept, and raises nothing.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::contact::Identity;
use domain::ids::{ContactId, WorkspaceId};
use domain::interaction::{Outcome, Step};
use domain::merge::{Learnt, Whose};
use store::{ContactRow, Tx};

use super::close::Closing;
use super::entry::Entry;
use super::merge::with_all_names;
use super::resolve_ticket::end_ticket_at;
use super::{Actor, Done, Refusal};
use crate::changes;
use crate::follow_ups::Rules;
use crate::node::Node;
use crate::pipeline::locks_of_names;

/// More threads than a person has.
const MOST: i64 = 20;

/// Blocks a person: what is open of theirs is closed, and nothing opens.
pub async fn block(node: &Arc<Node>, workspace: WorkspaceId, id: ContactId, by: &Actor) -> Done<()> {
    change(node, workspace, id, by, true).await
}

/// Hears a person again.
pub async fn unblock(node: &Arc<Node>, workspace: WorkspaceId, id: ContactId, by: &Actor) -> Done<()> {
    change(node, workspace, id, by, false).await
}

/// Behind everything that shares a name with them, as a message of theirs would be.
async fn change(node: &Arc<Node>, workspace: WorkspaceId, id: ContactId, by: &Actor, blocked: bool) -> Done<()> {
    let known = node.store.read(move |tx| tx.contact(workspace, id)).await?;
    let known: ContactRow = known.ok_or(Refusal::Missing("contact"))?;
    let names: Vec<Identity> = known.identities.into_iter().map(|row| row.identity).collect();
    let order = Order {
        blocked,
        entry: Entry::new(node, &by.name),
        endings: (0..MOST).map(|_| Entry::new(node, &by.name)).collect(),
    };
    let locks = locks_of_names(workspace, &names);
    let write = move |tx: &mut Tx<'_>| change_at(tx, workspace, id, &order, Some(&names));
    let done = node.store.write(locks, write).await?;
    node.changed(&[workspace]);
    done
}

/// Made before the transaction, so that a second run of it writes the same.
pub(super) struct Order {
    pub(super) blocked: bool,
    pub(super) entry: Entry,
    /// For the tickets that end.
    pub(super) endings: Vec<Entry>,
}

/// The same inside a transaction that holds the locks of these names, if it needs any. Whoever was merged meanwhile is whoever they are.
pub(super) fn change_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ContactId,
    order: &Order,
    locked: Option<&[Identity]>,
) -> store::Result<Done<()>> {
    let Some(id) = tx.survivor_to_name(workspace, id)? else { return Ok(Err(Refusal::Missing("contact"))) };
    if let Some(locked) = locked
        && let Err(refusal) = with_all_names(tx, workspace, &[id], locked)?
    {
        return Ok(Err(refusal));
    }
    match tx.blocked_at(workspace, id)? {
        None if order.blocked => shut(tx, workspace, id, &order.entry, &order.endings),
        Some(_) if !order.blocked => open(tx, workspace, id, &order.entry),
        None | Some(_) => Ok(Ok(())),
    }
}

fn shut(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ContactId,
    entry: &Entry,
    endings: &[Entry],
) -> store::Result<Done<()>> {
    tx.learn(workspace, id, Whose::All, &[Learnt::Blocked(entry.at)])?;
    entry.write_about(tx, workspace, id, Step::Blocked)?;
    changes::tell(tx, workspace, EventType::ContactChanged, Subject::Contact(id))?;
    let closing = Closing { outcome: Outcome::Spam, said: None };
    // They hear nothing of us; what waits is cancelled when it is due.
    let nothing_follows = Rules::nothing();
    for (thread, ending) in tx.conversations(workspace, Some(id), None, MOST)?.iter().zip(endings) {
        let Some(ticket) = thread.ticket else { continue };
        if let Err(refusal) = end_ticket_at(tx, workspace, &nothing_follows, ticket, &closing, ending)? {
            return Ok(Err(refusal));
        }
    }
    Ok(Ok(()))
}

fn open(tx: &mut Tx<'_>, workspace: WorkspaceId, id: ContactId, entry: &Entry) -> store::Result<Done<()>> {
    tx.learn(workspace, id, Whose::All, &[Learnt::Unblocked])?;
    entry.write_about(tx, workspace, id, Step::Unblocked)?;
    changes::tell(tx, workspace, EventType::ContactChanged, Subject::Contact(id))?;
    Ok(Ok(()))
}

//! Two contacts turn out to be one person: everything of one becomes the other's, and can be given back. An answer goes on leaving to
//! the address of its conversation, whoever owns it.

#[cfg(test)]
mod interleavings;

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::contact::Identity;
use domain::ids::{ContactId, MergeId, WorkspaceId};
use domain::interaction::Step;
use store::{IdentityRow, MergeRow, Mergeable, Moved, NewMerge, Tx};

use super::entry::Entry;
use super::judge_owner::{is_doubted, undecided};
use super::settle::{settle, unsettle};
use super::{Acted, Done, Once, Refusal};
use crate::node::Node;
use crate::pipeline::locks_of_names;
use crate::{changes, ids};

/// Who is merged into whom, and by whom. Made before the transaction, so that a second run of it writes the same.
#[derive(Debug, Clone)]
pub struct Merging {
    pub(super) id: MergeId,
    /// Who stays.
    pub survivor: ContactId,
    /// Whose contact leads there from now on.
    pub merged: ContactId,
    pub(super) entry: Entry,
}

impl Merging {
    /// One of two contacts, as of now.
    pub fn new(node: &Node, survivor: ContactId, merged: ContactId, by: &str) -> Self {
        Self { id: MergeId(ids::fresh()), survivor, merged, entry: Entry::new(node, by) }
    }

    #[cfg(test)]
    fn at(at: i64, survivor: ContactId, merged: ContactId, by: &str) -> Self {
        Self { id: MergeId(ids::fresh()), survivor, merged, entry: Entry::at(at, by) }
    }
}

/// Makes one contact of two. Behind everything that shares a name with either, as a message of theirs would be.
pub async fn merge(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    merging: Merging,
    once: Once<MergeRow>,
) -> Done<Acted<MergeRow>> {
    let names = names_of(node, workspace, &[merging.survivor, merging.merged]).await?;
    let locks = locks_of_names(workspace, &names);
    // Without a workflow nothing was ever taken in, and nothing can wait.
    let published = node.workflows.of(workspace).ok();
    let work = move |tx: &mut Tx<'_>| {
        let merged = merge_at(tx, workspace, &merging, Some(&names))?;
        if let (Ok(_), Some(published)) = (&merged, &published) {
            settle(tx, workspace, merging.survivor, merging.merged, published, merging.entry.at)?;
        }
        Ok(merged)
    };
    let merged = once.write(node, workspace, locks, work).await;
    node.changed(&[workspace]);
    merged
}

/// Gives everything back: what moved, and what came since on the names and conversations of the one who was merged.
pub async fn undo_merge(node: &Arc<Node>, workspace: WorkspaceId, id: MergeId, by: &str) -> Done<MergeRow> {
    let known = node.store.read(move |tx| tx.merge(workspace, id)).await?.ok_or(Refusal::Missing("merge"))?;
    let names = names_of(node, workspace, &[known.merge.survivor]).await?;
    let (entries, locks) = ([Entry::new(node, by), Entry::new(node, by)], locks_of_names(workspace, &names));
    let work = move |tx: &mut Tx<'_>| undo_at(tx, workspace, id, &entries, Some(&names));
    let undone = node.store.write(locks, work).await?;
    node.changed(&[workspace]);
    undone
}

/// Every name of these people, of whom there may be fewer.
pub(super) async fn names_of(
    node: &Node,
    workspace: WorkspaceId,
    people: &[ContactId],
) -> store::Result<Vec<Identity>> {
    let people = people.to_vec();
    let rows = node.store.read(move |tx| tx.contacts_by_id(workspace, &people)).await?;
    Ok(rows.into_iter().flat_map(|row| row.identities).map(|row| row.identity).collect())
}

/// Refuses to go on where somebody has a name that is not locked: it became known, or theirs, since they were read.
pub(super) fn with_all_names(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    people: &[ContactId],
    locked: &[Identity],
) -> store::Result<Done<()>> {
    let known = tx.contacts_by_id(workspace, people)?;
    let is_locked = |row: &IdentityRow| locked.contains(&row.identity);
    Ok(if known.iter().flat_map(|row| &row.identities).all(is_locked) {
        Ok(())
    } else {
        Err(Refusal::Stale("another name of theirs became known just now; try again".to_owned()))
    })
}

/// The same inside a transaction that holds the locks of these names, if it needs any.
pub(crate) fn merge_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    merging: &Merging,
    locked: Option<&[Identity]>,
) -> store::Result<Done<MergeRow>> {
    let Merging { id, survivor, merged, entry } = merging;
    if survivor == merged {
        return Ok(Err(Refusal::Invalid("a contact cannot be merged with itself; name two".to_owned())));
    }
    // Contacts are locked in id order: two merges at once would deadlock otherwise.
    let (first, second) = (tx.contact_to_merge(workspace, *survivor.min(merged))?, *survivor.max(merged));
    let second = tx.contact_to_merge(workspace, second)?;
    let (kept, gone) = if survivor < merged { (first, second) } else { (second, first) };
    let (Some(kept), Some(gone)) = (kept, gone) else { return Ok(Err(Refusal::Missing("contact"))) };
    if let Some(refusal) = refused(&kept).or_else(|| refused(&gone)) {
        return Ok(Err(refusal));
    }
    if is_doubted(tx, workspace, &[*survivor, *merged])? {
        return Ok(Err(undecided()));
    }
    if let Some(locked) = locked
        && let Err(refusal) = with_all_names(tx, workspace, &[*survivor, *merged], locked)?
    {
        return Ok(Err(refusal));
    }
    let new = NewMerge { id: *id, survivor: *survivor, merged: *merged, at: entry.at, by: entry.by.clone() };
    let moved = tx.merge_contacts(workspace, &new)?;
    tx.judge_duplicate(workspace, *survivor, *merged, &entry.by, entry.at)?;
    tx.forget_duplicates_of(workspace, *merged)?;
    tx.make_record(workspace, *survivor)?;
    entry.write_about(tx, workspace, *survivor, Step::Merged { contact: *merged, name: gone.name })?;
    tell(tx, workspace, EventType::ContactMerged, &new, &moved)?;
    Ok(Ok(MergeRow { merge: new, undone: None }))
}

pub(super) fn refused(contact: &Mergeable) -> Option<Refusal> {
    if let Some(survivor) = contact.merged_into {
        let said = format!("one of them was merged into {survivor} before; name that one, or undo the merge first");
        return Some(Refusal::Conflict(said));
    }
    contact.erased.then(|| Refusal::Conflict("one of them was erased, and stays so".to_owned()))
}

fn undo_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: MergeId,
    [own, others]: &[Entry; 2],
    locked: Option<&[Identity]>,
) -> store::Result<Done<MergeRow>> {
    let Some(row) = tx.merge_to_undo(workspace, id)? else { return Ok(Err(Refusal::Missing("merge"))) };
    if row.undone.is_some() {
        return Ok(Err(Refusal::Conflict("this merge was undone before".to_owned())));
    }
    let (survivor, merged) = (row.merge.survivor, row.merge.merged);
    for contact in [survivor.min(merged), survivor.max(merged)] {
        tx.contact_to_merge(workspace, contact)?;
    }
    let Some(kept) = tx.contact_to_merge(workspace, survivor)? else { return Ok(Err(Refusal::Missing("contact"))) };
    if let Some(next) = kept.merged_into {
        let said = format!("this contact was itself merged into {next} later; undo that merge first");
        return Ok(Err(Refusal::Conflict(said)));
    }
    if let Some(locked) = locked
        && let Err(refusal) = with_all_names(tx, workspace, &[survivor], locked)?
    {
        return Ok(Err(refusal));
    }
    if is_doubted(tx, workspace, &[survivor])? {
        return Ok(Err(undecided()));
    }
    unsettle(tx, workspace, survivor, merged)?;
    let moved = tx.unmerge_contacts(workspace, &row, &own.by, own.at)?;
    for (entry, whose, other) in [(own, survivor, merged), (others, merged, survivor)] {
        let name = tx.contact(workspace, other)?.and_then(|row| row.contact.name);
        entry.write_about(tx, workspace, whose, Step::Unmerged { contact: other, name })?;
    }
    tell(tx, workspace, EventType::ContactUnmerged, &row.merge, &moved)?;
    tx.merge(workspace, id).map(|row| row.ok_or(Refusal::Missing("merge")))
}

/// What other systems keep with the id of its contact has another one now.
fn tell(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    event: EventType,
    merge: &NewMerge,
    moved: &Moved,
) -> store::Result<()> {
    let mut told =
        vec![(event, Subject::Contact(merge.merged)), (EventType::ContactChanged, Subject::Contact(merge.survivor))];
    told.extend(moved.conversations.iter().map(|id| (EventType::ConversationChanged, Subject::Conversation(*id))));
    told.extend(moved.tickets.iter().map(|id| (EventType::TicketChanged, Subject::Ticket(*id))));
    told.extend(moved.deals.iter().map(|id| (EventType::DealChanged, Subject::Deal(*id))));
    told.extend(moved.appointments.iter().map(|id| (EventType::AppointmentChanged, Subject::Appointment(*id))));
    told.extend(moved.orders.iter().map(|id| (EventType::OrderChanged, Subject::Order(*id))));
    told.extend(moved.notes.iter().map(|id| (EventType::NoteChanged, Subject::Note(*id))));
    changes::tell_all(tx, workspace, &told)
}

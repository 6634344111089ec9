//! Somebody writes something down beside a record, or says it better.

use std::sync::Arc;

use domain::change::EventType;
use domain::ids::{ContactId, NoteId, WorkspaceId};
use domain::record::{Appointment, Company, Deal, Note, Noun, Order, Record, RecordRef};
use store::{Stored, Tx, Versioned};

use super::Trail;
use super::change::stale;
use crate::inbox::{Acted, Done, Once, Refusal};
use crate::node::Node;

/// Keeps a note beside a record.
pub async fn add_note(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    note: Note,
    trail: Trail,
    once: Once<Versioned<Note>>,
) -> Done<Acted<Versioned<Note>>> {
    let work = move |tx: &mut Tx<'_>| add_note_at(tx, workspace, &note, &trail);
    let added = once.write(node, workspace, Vec::new(), work).await;
    node.changed(&[workspace]);
    added
}

/// The same inside a transaction, at a moment of the caller's.
pub(crate) fn add_note_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    named: &Note,
    trail: &Trail,
) -> store::Result<Done<Versioned<Note>>> {
    let Some((note, whose)) = placed(tx, workspace, named)? else {
        return Ok(Err(Refusal::Missing(named.record.noun.name())));
    };
    tx.add_record_note(workspace, &note, trail.at)?;
    trail.noted(tx, workspace, &note, whose, EventType::NoteAdded)?;
    // Beside somebody who was merged: it is theirs, whoever they are.
    if let Some(contact) = whose.filter(|_| note.record != named.record) {
        tx.set_member_of_note(workspace, (note.id, trail.id), contact, ContactId(named.record.id))?;
    }
    Ok(Ok(Versioned { record: note, version: 1, created_at: trail.at, updated_at: trail.at }))
}

/// Changes what a note says. Its author stays.
pub async fn change_note(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: NoteId,
    seen: i64,
    text: String,
    trail: Trail,
) -> Done<Versioned<Note>> {
    let work = move |tx: &mut Tx<'_>| {
        let Some(kept) = tx.record_note_to_change(workspace, id)? else { return Ok(Err(Refusal::Missing("note"))) };
        if kept.version != seen {
            return Ok(Err(stale("note", seen, kept.version)));
        }
        if kept.record.text == text {
            return Ok(Ok(kept));
        }
        tx.replace_record_note(workspace, id, &text, trail.at)?;
        let note = Note { text: text.clone(), ..kept.record };
        trail.noted(tx, workspace, &note, None, EventType::NoteChanged)?;
        Ok(Ok(Versioned { record: note, version: kept.version + 1, updated_at: trail.at, ..kept }))
    };
    let changed = node.store.write(Vec::new(), work).await?;
    node.changed(&[workspace]);
    changed
}

/// A note beside the record that it means, and on whose timeline it belongs; nothing if there is no such record.
fn placed(tx: &mut Tx<'_>, workspace: WorkspaceId, note: &Note) -> store::Result<Option<(Note, Option<ContactId>)>> {
    let Some(whose) = contact_of(tx, workspace, note.record)? else { return Ok(None) };
    let record = match whose {
        Some(ContactId(id)) if note.record.noun == Noun::Contact => RecordRef { id, ..note.record },
        Some(_) | None => note.record,
    };
    Ok(Some((Note { record, ..note.clone() }, whose)))
}

/// On whose timeline a note belongs; nothing if there is no such record.
fn contact_of(tx: &mut Tx<'_>, workspace: WorkspaceId, record: RecordRef) -> store::Result<Option<Option<ContactId>>> {
    match record.noun {
        Noun::Contact => Ok(tx.survivor_to_name(workspace, ContactId(record.id))?.map(Some)),
        Noun::Company => whose::<Company>(tx, workspace, record),
        Noun::Deal => whose::<Deal>(tx, workspace, record),
        Noun::Appointment => whose::<Appointment>(tx, workspace, record),
        Noun::Order => whose::<Order>(tx, workspace, record),
    }
}

fn whose<R: Stored>(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    record: RecordRef,
) -> store::Result<Option<Option<ContactId>>> {
    Ok(R::one(tx, workspace, record.id)?.map(|kept| Record::contact(&kept.record)))
}

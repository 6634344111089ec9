//! What automation writes down with an answer, in the transaction of the message that it answers.

use std::sync::{Mutex, PoisonError};

use domain::change::{EventType, Subject};
use domain::ids::{ContactId, EventId, NoteId, WorkspaceId};
use domain::interaction::Step;
use domain::record::{Note, RecordRef, difference};
use store::{EventRow, Tx};

use super::{AboutTicket, Told, Topic, Trail};
use crate::changes;
use crate::deliberate::{self, Wrong};
use crate::follow_ups;
use crate::inbox::wake_for_record;

/// What an answer changes beside saying something.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// What it is about, before and after.
    pub topic: Option<(Topic, Topic)>,
    /// What is noted, and beside what.
    pub note: Option<(RecordRef, String)>,
}

/// The ids of what it leaves behind, made before the transaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WrittenIds {
    pub(crate) note: NoteId,
    pub(crate) event: EventId,
    pub(crate) note_event: EventId,
}

/// Writes it down. Whoever calls has read the record so that nobody else changes it.
pub(crate) fn write_down(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    written: &Written,
    contact: ContactId,
    trail: &Trail,
    ids: WrittenIds,
) -> store::Result<()> {
    let changed = trail.named(ids.event);
    match &written.topic {
        Some((Topic::Order(old), Topic::Order(new))) => change(tx, workspace, &changed, old, new)?,
        Some((Topic::Appointment(old), Topic::Appointment(new))) => change(tx, workspace, &changed, old, new)?,
        Some((Topic::Deal(old), Topic::Deal(new))) => change(tx, workspace, &changed, old, new)?,
        Some((Topic::Company(old), Topic::Company(new))) => change(tx, workspace, &changed, old, new)?,
        Some((Topic::Ticket(old), Topic::Ticket(new))) => scored(tx, workspace, &changed, contact, (old, new))?,
        Some(_) | None => {}
    }
    let Some((record, text)) = &written.note else { return Ok(()) };
    let note = Note { id: ids.note, record: *record, text: text.clone(), author: trail.by.clone() };
    let Some(note) = in_time(note) else { return Ok(()) };
    tx.add_record_note(workspace, &note, trail.at)?;
    trail.named(ids.note_event).noted(tx, workspace, &note, Some(contact), EventType::NoteAdded)
}

/// The note itself; in a program that is broken on purpose that of the answer before, which another transaction committed.
fn in_time(note: Note) -> Option<Note> {
    static LATE: Mutex<Option<Note>> = Mutex::new(None);
    match deliberate::does(Wrong::LateNote) {
        true => LATE.lock().unwrap_or_else(PoisonError::into_inner).replace(note),
        false => Some(note),
    }
}

fn change<R: Told>(tx: &mut Tx<'_>, workspace: WorkspaceId, trail: &Trail, old: &R, new: &R) -> store::Result<()> {
    let changes = difference(old, new);
    if changes.is_empty() {
        return Ok(());
    }
    new.replace(tx, workspace, trail.at)?;
    trail.changed(tx, workspace, old, new, changes)?;
    wake_for_record(tx, workspace, &new.reference().to_string(), trail.at)
}

/// A ticket has no history of its own: that the customer judged it stands on their timeline.
fn scored(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    trail: &Trail,
    contact: ContactId,
    (old, new): (&AboutTicket, &AboutTicket),
) -> store::Result<()> {
    let Some(score) = new.facts.score.filter(|score| old.facts.score != Some(*score)) else { return Ok(()) };
    tx.set_ticket_score(workspace, new.id, score, trail.at)?;
    let event = EventRow {
        id: trail.id,
        contact,
        conversation: Some(new.conversation),
        at: trail.at,
        by: trail.by.clone(),
        step: Step::TicketScored { ticket: new.id, before: old.facts.score, score, interaction: trail.interaction },
    };
    tx.add_event(workspace, &event)?;
    follow_ups::of_ticket(tx, workspace, &trail.rules, new.id, trail.at)?;
    changes::tell(tx, workspace, EventType::TicketChanged, Subject::Ticket(new.id))
}

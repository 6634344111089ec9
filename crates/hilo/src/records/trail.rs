//! What a change leaves behind: a line of the record's history, the same on the timeline of the person whom it concerns, and a change
//! for other systems.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::ids::{ContactId, EventId, InteractionId, WorkspaceId};
use domain::interaction::Step;
use domain::record::{FieldChange, Note, RecordRef};
use store::{EventRow, HistoryRow, Tx};

use super::Told;
use crate::follow_ups::{self, Rules};
use crate::inbox::{Actor, Done, Refusal};
use crate::node::Node;
use crate::{changes, ids};

/// How much of a note a timeline shows.
const EXCERPT: usize = 200;

/// Who does something, when, and because of which matter. Made before the transaction, so that a second run of it writes the same.
#[derive(Debug, Clone)]
pub struct Trail {
    pub(super) id: EventId,
    pub(super) by: String,
    pub(super) at: i64,
    pub(super) interaction: Option<InteractionId>,
    /// What follows such changes.
    pub(super) rules: Arc<Rules>,
}

impl Trail {
    /// Now.
    pub fn new(node: &Node, workspace: WorkspaceId, actor: &Actor, interaction: Option<InteractionId>) -> Self {
        let rules = node.workflows.rules(workspace);
        Self::at(node.clock.now().as_millisecond(), &actor.name, interaction, rules)
    }

    /// At a moment of the caller's, with what follows such changes.
    pub(crate) fn at(at: i64, by: &str, interaction: Option<InteractionId>, rules: Arc<Rules>) -> Self {
        Self { id: EventId(ids::fresh()), by: by.to_owned(), at, interaction, rules }
    }

    /// Of long ago, where nothing follows any more.
    pub(crate) fn of_the_past(at: i64, by: &str) -> Self {
        Self::at(at, by, None, Arc::new(Rules::nothing()))
    }

    /// The same under another id: of two things that become of one record, each has its own.
    pub(super) fn named(&self, id: EventId) -> Self {
        Self { id, ..self.clone() }
    }

    /// Refuses a cause that is not there.
    pub(super) fn check(&self, tx: &mut Tx<'_>, workspace: WorkspaceId) -> store::Result<Done<()>> {
        match self.interaction {
            Some(id) if tx.interaction(workspace, id)?.is_none() => {
                Ok(Err(Refusal::Invalid("`interaction_id`: there is no such interaction in this workspace".to_owned())))
            }
            Some(_) | None => Ok(Ok(())),
        }
    }

    pub(super) fn made<R: Told>(&self, tx: &mut Tx<'_>, workspace: WorkspaceId, record: &R) -> store::Result<()> {
        let step = Step::RecordMade { record: record.reference(), name: record.name() };
        self.write(tx, workspace, record.reference(), record.contact().as_slice(), &step)?;
        self.plan(tx, workspace, record)?;
        changes::tell(tx, workspace, R::CREATED, record.subject())
    }

    pub(super) fn changed<R: Told>(
        &self,
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        old: &R,
        new: &R,
        changes: Vec<FieldChange>,
    ) -> store::Result<()> {
        let (record, name) = (new.reference(), new.name());
        let step = Step::RecordChanged { record, name, changes, interaction: self.interaction };
        let mut whom: Vec<ContactId> = old.contact().into_iter().chain(new.contact()).collect();
        whom.dedup();
        self.write(tx, workspace, record, &whom, &step)?;
        self.plan(tx, workspace, new)?;
        changes::tell(tx, workspace, new.changed_from(old), new.subject())
    }

    /// What follows the record's state is planned by how it stands now.
    fn plan<R: Told>(&self, tx: &mut Tx<'_>, workspace: WorkspaceId, record: &R) -> store::Result<()> {
        follow_ups::of_record(tx, workspace, &self.rules, record, self.at)
    }

    pub(super) fn noted(
        &self,
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        note: &Note,
        contact: Option<ContactId>,
        event: EventType,
    ) -> store::Result<()> {
        let text = note.text.chars().take(EXCERPT).collect();
        let step = Step::NoteAdded { note: note.id, record: note.record, text };
        if event == EventType::NoteAdded {
            self.write(tx, workspace, note.record, contact.as_slice(), &step)?;
        }
        changes::tell(tx, workspace, event, Subject::Note(note.id))
    }

    fn write(
        &self,
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        record: RecordRef,
        whom: &[ContactId],
        step: &Step,
    ) -> store::Result<()> {
        let (id, at) = (self.id, self.at);
        tx.add_history(workspace, &HistoryRow { id, record, at, by: self.by.clone(), step: step.clone() })?;
        for contact in whom.iter().copied() {
            let (by, step) = (self.by.clone(), step.clone());
            tx.add_event(workspace, &EventRow { id, contact, conversation: None, at, by, step })?;
        }
        Ok(())
    }
}

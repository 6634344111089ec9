//! Who did something: on the timeline of the person whom it concerns, or among the notices.

use domain::ids::{ContactId, ConversationId, EventId, NoticeId, WorkspaceId};
use domain::interaction::Step;
use domain::news::News;
use store::{EventRow, Tx};
use uuid::Uuid;

use crate::ids;
use crate::news::{self, Told};
use crate::node::Node;

/// Made before the transaction, so that a second run of it writes the same.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    id: EventId,
    pub(super) by: String,
    pub(super) at: i64,
}

impl Entry {
    pub(crate) fn new(node: &Node, by: &str) -> Self {
        Self::at(node.clock.now().as_millisecond(), by)
    }

    /// At a moment of the caller's.
    pub(crate) fn at(at: i64, by: &str) -> Self {
        Self { id: EventId(ids::fresh()), by: by.to_owned(), at }
    }

    /// What tells it from others; later ones sort later.
    pub(super) fn id(&self) -> Uuid {
        self.id.0
    }

    /// Somebody who could be several people has no timeline.
    pub(crate) fn write(
        &self,
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        conversation: ConversationId,
        step: Step,
    ) -> store::Result<()> {
        let thread = tx.conversation(workspace, conversation)?;
        let Some(contact) = thread.and_then(|thread| thread.contact) else { return Ok(()) };
        let (id, by, at) = (self.id, self.by.clone(), self.at);
        tx.add_event(workspace, &EventRow { id, contact, conversation: Some(conversation), at, by, step })
    }

    pub(super) fn write_about(
        &self,
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        contact: ContactId,
        step: Step,
    ) -> store::Result<()> {
        let (id, by, at) = (self.id, self.by.clone(), self.at);
        tx.add_event(workspace, &EventRow { id, contact, conversation: None, at, by, step })
    }

    /// What concerns no customer is read by whoever looks after the business.
    pub(crate) fn write_notice(
        &self,
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        subject: &str,
        news: &News,
    ) -> store::Result<()> {
        let told = Told { id: NoticeId(self.id.0), at: self.at, subject, by: Some(&self.by) };
        news::tell(tx, workspace, &told, news)
    }
}

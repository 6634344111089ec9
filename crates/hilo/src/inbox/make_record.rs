//! Somebody who is known without being a record of the CRM becomes one: because a person says so, something is kept of them, or it is known by
//! now what they write about.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::ids::{ContactId, ConversationId, WorkspaceId};
use domain::interaction::Step;
use store::{ContactRow, Tx};
use workflow::Workflow;

use super::entry::Entry;
use super::{Done, Refusal};
use crate::changes;
use crate::node::Node;

/// Makes a record of a contact. Of whoever is one, nothing changes.
pub async fn make_record(node: &Arc<Node>, workspace: WorkspaceId, id: ContactId, by: &str) -> Done<ContactRow> {
    let entry = Entry::new(node, by);
    let work = move |tx: &mut Tx<'_>| {
        let Some(id) = tx.survivor_to_name(workspace, id)? else { return Ok(Err(Refusal::Missing("contact"))) };
        if make_record_at(tx, workspace, id)? {
            entry.write_about(tx, workspace, id, Step::BecameRecord)?;
        }
        Ok(tx.contact(workspace, id)?.ok_or(Refusal::Missing("contact")))
    };
    let made = node.store.write(Vec::new(), work).await?;
    node.changed(&[workspace]);
    made
}

/// The same inside a transaction. Answers whether it is news.
pub(crate) fn make_record_at(tx: &mut Tx<'_>, workspace: WorkspaceId, id: ContactId) -> store::Result<bool> {
    let is_news = tx.make_record(workspace, id)?;
    if is_news {
        changes::tell(tx, workspace, EventType::ContactChanged, Subject::Contact(id))?;
    }
    Ok(is_news)
}

/// Whoever wrote in a conversation becomes a record, if the workflow makes one of who writes about this.
pub(super) fn make_record_by_rule(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    conversation: ConversationId,
    workflow: &Workflow,
    kind: &str,
) -> store::Result<()> {
    let contact = tx.conversation(workspace, conversation)?.and_then(|thread| thread.contact);
    match contact.filter(|_| workflow.new_contacts.makes_record(Some(kind))) {
        Some(contact) => make_record_at(tx, workspace, contact).map(drop),
        None => Ok(()),
    }
}

//! A person is done with a conversation, and says how it ended; or takes it up again.

use std::sync::Arc;

use domain::ids::{ConversationId, WorkspaceId};
use domain::interaction::Outcome;
use store::{TicketRow, Tx};

use super::entry::Entry;
use super::open_work::{open_work, thread};
use super::overtaken::overtaken;
use super::resolve_ticket::{end_ticket_at, reopen};
use super::{Actor, Done, Refusal};
use crate::follow_ups::Rules;
use crate::node::Node;

const LONGEST_SENTENCE: usize = 500;

/// How a person says that something ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    pub(super) outcome: Outcome,
    pub(super) said: Option<String>,
}

impl Closing {
    /// As a person may say it: silence is nobody's word, and something else needs a sentence.
    pub fn new(outcome: Outcome, said: Option<String>) -> Result<Self, String> {
        let said = said.map(|said| said.trim().to_owned()).filter(|said| !said.is_empty());
        if said.as_ref().is_some_and(|said| LONGEST_SENTENCE < said.chars().count()) {
            return Err(format!("`said` has at most {LONGEST_SENTENCE} characters"));
        }
        match (outcome, &said) {
            (Outcome::Silence, _) => Err("`silence` ends what nobody ends; say how it ended".to_owned()),
            (Outcome::Automated, _) => Err("`automated` is what automation dealt with; say how it ended".to_owned()),
            (Outcome::Other, None) => Err("`other` needs a sentence in `said`".to_owned()),
            (
                Outcome::Resolved | Outcome::NoAction | Outcome::Spam | Outcome::Duplicate | Outcome::Other,
                Some(_) | None,
            ) => Ok(Self { outcome, said }),
        }
    }

    /// It was dealt with.
    pub fn resolved() -> Self {
        Self { outcome: Outcome::Resolved, said: None }
    }
}

/// Closes what is open in a conversation, by somebody who has read it up to `seen`.
pub async fn close(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: ConversationId,
    closing: Closing,
    seen: Option<i64>,
    by: &Actor,
) -> Done<TicketRow> {
    let (entry, user) = (Entry::new(node, &by.name), by.user);
    let rules = node.workflows.rules(workspace);
    let work = move |tx: &mut Tx<'_>| {
        tx.lock_conversation(workspace, id)?;
        match overtaken(tx, workspace, id, seen, user)? {
            Some(refusal) => Ok(Err(refusal)),
            None => close_at(tx, workspace, &rules, id, &closing, &entry),
        }
    };
    let closed = node.store.write(Vec::new(), work).await?;
    node.changed(&[workspace]);
    node.work_wakes.notify_one();
    closed
}

fn close_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    rules: &Rules,
    id: ConversationId,
    closing: &Closing,
    entry: &Entry,
) -> store::Result<Done<TicketRow>> {
    match open_work(tx, workspace, id)? {
        Ok(work) => end_ticket_at(tx, workspace, rules, work.ticket.ticket.id, closing, entry),
        Err(refusal) => Ok(Err(refusal)),
    }
}

/// Takes up again what was closed last in a conversation.
pub async fn reopen_conversation(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: ConversationId,
    by: &Actor,
) -> Done<TicketRow> {
    let (entry, rules) = (Entry::new(node, &by.name), node.workflows.rules(workspace));
    let reopened = node.store.write(Vec::new(), move |tx| reopen_last(tx, workspace, &rules, id, &entry)).await?;
    node.changed(&[workspace]);
    node.work_wakes.notify_one();
    reopened
}

fn reopen_last(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    rules: &Rules,
    id: ConversationId,
    entry: &Entry,
) -> store::Result<Done<TicketRow>> {
    let thread = match thread(tx, workspace, id)? {
        Ok(thread) => thread,
        Err(refusal) => return Ok(Err(refusal)),
    };
    match (thread.ticket, thread.last_ticket) {
        (Some(_), _) => Ok(Err(Refusal::Conflict("it is open".to_owned()))),
        (None, None) => Ok(Err(Refusal::Conflict("nothing was closed in this conversation".to_owned()))),
        (None, Some(last)) => reopen(tx, workspace, rules, last, entry),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_else_needs_a_sentence_and_silence_is_nobodys_word() {
        assert!(Closing::new(Outcome::Other, None).is_err());
        assert!(Closing::new(Outcome::Other, Some("  ".to_owned())).is_err());
        assert!(Closing::new(Outcome::Silence, None).is_err());
        assert!(Closing::new(Outcome::Other, Some("Vino a la tienda".to_owned())).is_ok());
        assert_eq!(Closing::new(Outcome::Resolved, None), Ok(Closing::resolved()));
    }
}

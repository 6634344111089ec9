//! A person takes back what they have just sent, before it leaves.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::delivery::{Progress, SendState};
use domain::ids::{ConversationId, WorkspaceId};
use domain::interaction::{Author, Step};
use store::{ConversationRow, MessageRow, Tx};

use super::entry::Entry;
use super::open_work::thread;
use super::{Actor, Done, Refusal};
use crate::changes;
use crate::node::Node;

/// So far back it is looked who wrote last.
const LATEST: i64 = 20;

/// Takes a message back that has not left. If it was the answer, the customer waits again.
pub async fn take_back(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    conversation: ConversationId,
    seq: i64,
    by: &Actor,
) -> Done<()> {
    let entry = Entry::new(node, &by.name);
    let taken = node.store.write(Vec::new(), move |tx| take_back_at(tx, workspace, conversation, seq, &entry)).await?;
    node.outbox_wakes.notify_one();
    node.changed(&[workspace]);
    taken
}

/// The same inside a transaction.
pub(super) fn take_back_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
    seq: i64,
    entry: &Entry,
) -> store::Result<Done<()>> {
    let thread = match thread(tx, workspace, id)? {
        Ok(thread) => thread,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let message = tx.messages(workspace, id, seq.saturating_sub(1), 1)?.into_iter().find(|row| row.message.seq == seq);
    let Some(message) = message else { return Ok(Err(Refusal::Missing("message"))) };
    let gone = || Refusal::Conflict("it has left already; WhatsApp takes no message back".to_owned());
    let (Author::Agent, Some(send)) = (message.message.author, message.message.send) else { return Ok(Err(gone())) };
    let row = tx.outbox_row(workspace, send)?;
    if !row.is_some_and(|row| row.state == SendState::Queued) {
        return Ok(Err(gone()));
    }
    tx.end_message(workspace, id, seq, Progress::Cancelled, Some((0, "taken back")))?;
    tx.remove_send(workspace, send)?;
    wait_again(tx, workspace, &thread)?;
    tx.forget_prompt(workspace, id, seq)?;
    entry.write(tx, workspace, id, Step::SendTakenBack { send })?;
    let told =
        [(EventType::MessageStatusChanged, Subject::Message(id, seq)), (EventType::SendDropped, Subject::Send(send))];
    changes::tell_all(tx, workspace, &told)?;
    Ok(Ok(()))
}

fn wait_again(tx: &mut Tx<'_>, workspace: WorkspaceId, thread: &ConversationRow) -> store::Result<()> {
    let latest = tx.latest_messages(workspace, thread.id, LATEST)?;
    match (waits_since(&latest), thread.ticket) {
        (Some(since), Some(ticket)) => tx.wait_again(workspace, thread.id, Some(ticket), since),
        (None, _) | (_, None) => Ok(()),
    }
}

/// An emoji is no answer, and a template that no person chose is news.
fn is_answer(row: &MessageRow) -> bool {
    match row.message.kind.as_str() {
        "reaction" => false,
        "template" => row.message.writer.as_ref().is_some_and(|writer| writer.user.is_some()),
        _ => true,
    }
}

/// Since when the customer waits: since the first of what they wrote after our last answer.
fn waits_since(messages: &[MessageRow]) -> Option<i64> {
    let mut since = None;
    for row in messages.iter().rev() {
        match row.message.author {
            Author::Automation => {}
            Author::Agent if row.progress == Some(Progress::Cancelled) || !is_answer(row) => {}
            Author::Agent | Author::PhoneApp => break,
            Author::Customer => since = Some(row.message.recorded_at),
        }
    }
    since
}

//! What a person decides about a message that did not simply leave: let it go, send it again, or drop it.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::delivery::{Progress, Purpose, SendState};
use domain::ids::{SendId, WorkspaceId};
use domain::interaction::Step;
use store::{NewSend, OutboxRow, Tx};

use super::entry::Entry;
use super::take_back::take_back_at;
use super::{Acted, Done, Once, Refusal};
use crate::changes;
use crate::clock::machine_now;
use crate::ids;
use crate::node::Node;

/// Lets a held or dead message go once more, through all guards.
pub async fn release_send(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: SendId,
    by: &str,
    once: Once<OutboxRow>,
) -> Done<Acted<OutboxRow>> {
    let (epoch, entry) = (node.instance.epoch, Entry::new(node, by));
    let work = move |tx: &mut Tx<'_>| release(tx, workspace, id, epoch, &entry);
    let released = once.write(node, workspace, Vec::new(), work).await;
    node.outbox_wakes.notify_one();
    node.changed(&[workspace]);
    released
}

fn release(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: SendId,
    epoch: i64,
    entry: &Entry,
) -> store::Result<Done<OutboxRow>> {
    let Some(row) = tx.outbox_row(workspace, id)? else { return Ok(Err(Refusal::Missing("message in the outbox"))) };
    if row.state == SendState::Dead && machine_now() < row.not_before {
        let said =
            "WhatsApp wants to hear nothing of it before tomorrow: it spares this person; release it then, or drop it";
        return Ok(Err(Refusal::Conflict(said.to_owned())));
    }
    if !tx.release_send(workspace, id, epoch, machine_now())? {
        return Ok(Err(Refusal::Conflict(format!("a message that is {} is not waiting for a release", row.state))));
    }
    changes::tell(tx, workspace, EventType::SendReleased, Subject::Send(id))?;
    entry.write(tx, workspace, row.send.conversation, Step::SendReleased { send: id })?;
    tx.outbox_row(workspace, id).map(|row| row.ok_or(Refusal::Missing("message in the outbox")))
}

/// Sends a message again of which nobody knows whether it arrived. The person takes it upon them that it may arrive twice, so it
/// is a new message; the old one stays in the thread as it is, and a late report still finds it.
pub async fn resend(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: SendId,
    by: &str,
    once: Once<OutboxRow>,
) -> Done<Acted<OutboxRow>> {
    let (fresh, epoch, entry) = (SendId(ids::fresh()), node.instance.epoch, Entry::new(node, by));
    let work = move |tx: &mut Tx<'_>| send_again(tx, workspace, id, fresh, epoch, &entry);
    let again = once.write(node, workspace, Vec::new(), work).await;
    node.outbox_wakes.notify_one();
    node.changed(&[workspace]);
    again
}

fn send_again(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: SendId,
    fresh: SendId,
    epoch: i64,
    entry: &Entry,
) -> store::Result<Done<OutboxRow>> {
    let now = entry.at;
    let Some(row) = tx.outbox_row(workspace, id)? else { return Ok(Err(Refusal::Missing("message in the outbox"))) };
    if !matches!(row.state, SendState::Unknown | SendState::NeedsReview) {
        return Ok(Err(Refusal::Conflict(format!("a message that is {} is not unknown", row.state))));
    }
    let before = tx.messages(workspace, row.send.conversation, row.send.seq - 1, 1)?;
    let Some(before) = before.into_iter().next() else { return Ok(Err(Refusal::Missing("message"))) };
    let seq = tx.take_seqs(workspace, row.send.conversation, 1, now)?;
    let message = store::NewMessage {
        seq,
        wamid: None,
        sent_at: now,
        recorded_at: now,
        send: Some(fresh),
        ..before.message.clone()
    };
    tx.add_message(workspace, &message)?;
    tx.add_send(workspace, &NewSend { id: fresh, epoch, seq, ..row.send.clone() }, machine_now())?;
    tx.remove_send(workspace, id)?;
    let queued = Subject::Message(row.send.conversation, seq);
    changes::tell_all(
        tx,
        workspace,
        &[(EventType::SendResent, Subject::Send(id)), (EventType::MessageQueued, queued)],
    )?;
    entry.write(tx, workspace, before.message.conversation, Step::SendRepeated { send: fresh })?;
    tx.outbox_row(workspace, fresh).map(|row| row.ok_or(Refusal::Missing("message in the outbox")))
}

/// Gives a message up. What has certainly not left is cancelled; what may have left stays in the thread, unconfirmed.
pub async fn drop_send(node: &Arc<Node>, workspace: WorkspaceId, id: SendId, by: &str) -> Done<()> {
    let entry = Entry::new(node, by);
    let dropped = node.store.write(Vec::new(), move |tx| give_up(tx, workspace, id, &entry)).await?;
    node.changed(&[workspace]);
    dropped
}

fn give_up(tx: &mut Tx<'_>, workspace: WorkspaceId, id: SendId, entry: &Entry) -> store::Result<Done<()>> {
    let Some(row) = tx.outbox_row(workspace, id)? else { return Ok(Err(Refusal::Missing("message in the outbox"))) };
    let is_automations = matches!(row.send.purpose, Purpose::Acknowledgement | Purpose::Answer | Purpose::FollowUp);
    if row.state == SendState::Queued && !is_automations {
        return take_back_at(tx, workspace, row.send.conversation, row.send.seq, entry);
    }
    match row.state {
        SendState::Queued | SendState::Held | SendState::Dead => {
            let (thread, seq) = (row.send.conversation, row.send.seq);
            tx.end_message(workspace, thread, seq, Progress::Cancelled, Some((0, "dropped by a person")))?;
            changes::tell(tx, workspace, EventType::MessageStatusChanged, Subject::Message(thread, seq))?;
        }
        SendState::Unknown | SendState::NeedsReview => {}
        SendState::Sending | SendState::Accepted => {
            return Ok(Err(Refusal::Conflict(format!("a message that is {} cannot be dropped any more", row.state))));
        }
    }
    tx.remove_send(workspace, id)?;
    changes::tell(tx, workspace, EventType::SendDropped, Subject::Send(id))?;
    entry.write(tx, workspace, row.send.conversation, Step::SendDropped { send: id })?;
    Ok(Ok(()))
}

//! What a person decides about a message that did not simply leave: let it go, send it again, or drop it.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::delivery::{Progress, SendState};
use domain::ids::{SendId, WorkspaceId};
use store::{NewSend, OutboxRow, Tx};

use super::{Done, Refusal};
use crate::changes;
use crate::clock::machine_now;
use crate::ids;
use crate::node::Node;

/// Lets a held or dead message go once more, through all guards.
pub async fn release_send(node: &Arc<Node>, workspace: WorkspaceId, id: SendId) -> Done<OutboxRow> {
    let epoch = node.instance.epoch;
    let released = node.store.write(Vec::new(), move |tx| release(tx, workspace, id, epoch)).await?;
    node.outbox_wakes.notify_one();
    node.changed(&[workspace]);
    released
}

fn release(tx: &mut Tx<'_>, workspace: WorkspaceId, id: SendId, epoch: i64) -> store::Result<Done<OutboxRow>> {
    let Some(row) = tx.outbox_row(workspace, id)? else { return Ok(Err(Refusal::Missing("message in the outbox"))) };
    if !tx.release_send(workspace, id, epoch, machine_now())? {
        return Ok(Err(Refusal::Conflict(format!("a message that is {} is not waiting for a release", row.state))));
    }
    changes::tell(tx, workspace, EventType::SendReleased, Subject::Send(id))?;
    tx.outbox_row(workspace, id).map(|row| row.ok_or(Refusal::Missing("message in the outbox")))
}

/// Sends a message again of which nobody knows whether it arrived. The person takes it upon them that it may arrive twice, so it
/// is a new message; the old one stays in the thread as it is, and a late report still finds it.
pub async fn resend(node: &Arc<Node>, workspace: WorkspaceId, id: SendId) -> Done<OutboxRow> {
    let (fresh, epoch, now) = (SendId(ids::fresh()), node.instance.epoch, node.clock.now().as_millisecond());
    let again = node.store.write(Vec::new(), move |tx| send_again(tx, workspace, id, fresh, epoch, now)).await?;
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
    now: i64,
) -> store::Result<Done<OutboxRow>> {
    let Some(row) = tx.outbox_row(workspace, id)? else { return Ok(Err(Refusal::Missing("message in the outbox"))) };
    if !matches!(row.state, SendState::Unknown | SendState::NeedsReview) {
        return Ok(Err(Refusal::Conflict(format!("a message that is {} is not unknown", row.state))));
    }
    let before = tx.messages(workspace, row.send.conversation, row.send.seq - 1, 1)?;
    let Some(before) = before.into_iter().next() else { return Ok(Err(Refusal::Missing("message"))) };
    let seq = tx.take_seqs(workspace, row.send.conversation, 1, now)?;
    let message =
        store::NewMessage { seq, wamid: None, sent_at: now, recorded_at: now, send: Some(fresh), ..before.message };
    tx.add_message(workspace, &message)?;
    tx.add_send(workspace, &NewSend { id: fresh, epoch, seq, ..row.send.clone() }, machine_now())?;
    tx.remove_send(workspace, id)?;
    let queued = Subject::Message(row.send.conversation, seq);
    changes::tell_all(
        tx,
        workspace,
        &[(EventType::SendResent, Subject::Send(id)), (EventType::MessageQueued, queued)],
    )?;
    tx.outbox_row(workspace, fresh).map(|row| row.ok_or(Refusal::Missing("message in the outbox")))
}

/// Gives a message up. What has certainly not left is cancelled; what may have left stays in the thread, unconfirmed.
pub async fn drop_send(node: &Arc<Node>, workspace: WorkspaceId, id: SendId) -> Done<()> {
    let dropped = node.store.write(Vec::new(), move |tx| give_up(tx, workspace, id)).await?;
    node.changed(&[workspace]);
    dropped
}

fn give_up(tx: &mut Tx<'_>, workspace: WorkspaceId, id: SendId) -> store::Result<Done<()>> {
    let Some(row) = tx.outbox_row(workspace, id)? else { return Ok(Err(Refusal::Missing("message in the outbox"))) };
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
    Ok(Ok(()))
}

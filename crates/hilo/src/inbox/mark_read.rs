//! The customer sees that somebody read what they wrote. It is a courtesy: if it fails, nothing else does.

use std::sync::Arc;

use domain::ids::{ChannelId, ConversationId, WorkspaceId};
use tracing::debug;

use super::{Done, Refusal};
use crate::node::Node;

/// A person has read a conversation: WhatsApp shows it to the customer, unless the settings say no.
pub async fn mark_read(node: &Arc<Node>, workspace: WorkspaceId, id: ConversationId) -> Done<()> {
    let thread = node.store.read(move |tx| tx.conversation(workspace, id)).await?;
    if thread.is_none() {
        return Err(Refusal::Missing("conversation"));
    }
    if node.settings.read_receipts.on_reading() {
        in_background(node, workspace, id);
    }
    Ok(())
}

pub(super) fn in_background(node: &Arc<Node>, workspace: WorkspaceId, id: ConversationId) {
    let node = node.clone();
    tokio::spawn(async move {
        if let Err(reason) = tell(&node, workspace, id).await {
            debug!(reason, "A conversation was not marked as read at WhatsApp");
        }
    });
}

async fn tell(node: &Node, workspace: WorkspaceId, id: ConversationId) -> Result<(), String> {
    let latest = node.store.read(move |tx| latest(tx, workspace, id)).await.map_err(|error| error.to_string())?;
    let Some((channel, wamid)) = latest else { return Ok(()) };
    let Some(channel) = node.channels.get(channel) else { return Ok(()) };
    let marked = channel.client.mark_read(&channel.phone_number_id, &wamid, false).await;
    marked.map_err(|error| error.to_string())
}

/// What the customer wrote last, on a number that sends.
fn latest(
    tx: &mut store::Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
) -> store::Result<Option<(ChannelId, String)>> {
    let Some(thread) = tx.conversation(workspace, id)? else { return Ok(None) };
    let channels = tx.channels(workspace)?;
    let sends = channels.iter().any(|channel| channel.id == thread.channel && channel.paused_reason.is_none());
    let wamid = if sends { tx.latest_inbound(workspace, id)? } else { None };
    Ok(wamid.map(|wamid| (thread.channel, wamid)))
}

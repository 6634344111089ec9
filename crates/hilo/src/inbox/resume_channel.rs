//! A number whose sends were stopped goes on, once a person has mended what WhatsApp complained about.

use std::sync::Arc;

use domain::ids::{ChannelId, WorkspaceId};
use domain::news::News;
use store::{Channel, Tx};
use tracing::info;

use super::entry::Entry;
use super::{Done, Refusal};
use crate::changes;
use crate::node::Node;

/// Lets a number send again, everything and to everybody; what waited leaves in its order.
pub async fn resume_channel(node: &Arc<Node>, workspace: WorkspaceId, id: ChannelId, by: &str) -> Done<()> {
    let entry = Entry::new(node, by);
    let resumed = node.store.write(Vec::new(), move |tx| resume_channel_at(tx, workspace, id, &entry)).await?;
    node.outbox_wakes.notify_one();
    if !resumed {
        return Err(Refusal::Missing("channel"));
    }
    info!(channel.id = %id, by, "`{by}` let a number send again");
    node.changed(&[workspace]);
    Ok(())
}

/// The same inside a transaction. Answers whether there is such a number.
pub(crate) fn resume_channel_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ChannelId,
    entry: &Entry,
) -> store::Result<bool> {
    let channel = tx.channels(workspace)?.into_iter().find(|channel| channel.id == id);
    if let Some(Channel { display_phone_number, paused_reason, replies_only_reason, .. }) = channel
        && let Some(reason) = paused_reason.or(replies_only_reason)
    {
        entry.write_notice(tx, workspace, &display_phone_number, &News::NumberResumed { reason })?;
    }
    tx.limit_to_replies(workspace, id, None)?;
    changes::resume_channel(tx, workspace, id)
}

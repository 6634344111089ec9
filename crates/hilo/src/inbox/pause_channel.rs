//! A person stops a number: nothing leaves until somebody lets it go on.

use std::sync::Arc;

use domain::ids::{ChannelId, WorkspaceId};
use domain::news::News;
use store::Tx;
use tracing::info;

use super::entry::Entry;
use super::{Done, Refusal};
use crate::changes;
use crate::node::Node;

/// As the number's reason says it; [`crate::explain`] has it in every language.
pub(crate) const PAUSED_BY_HAND: &str = "somebody paused it";

/// Stops a number. What is queued waits, in its order.
pub async fn pause_channel(node: &Arc<Node>, workspace: WorkspaceId, id: ChannelId, by: &str) -> Done<()> {
    let entry = Entry::new(node, by);
    node.store.write(Vec::new(), move |tx| pause_channel_at(tx, workspace, id, &entry)).await??;
    info!(channel.id = %id, by, "`{by}` paused a number");
    node.changed(&[workspace]);
    Ok(())
}

/// The same inside a transaction. One that is stopped already keeps its reason.
pub(crate) fn pause_channel_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ChannelId,
    entry: &Entry,
) -> store::Result<Done<()>> {
    let channel = tx.channels(workspace)?.into_iter().find(|channel| channel.id == id);
    let Some(channel) = channel else { return Ok(Err(Refusal::Missing("channel"))) };
    if channel.paused_reason.is_none() {
        changes::pause_channel(tx, workspace, id, PAUSED_BY_HAND)?;
        entry.write_notice(tx, workspace, &channel.display_phone_number, &News::NumberPaused)?;
    }
    Ok(Ok(()))
}

//! A number whose sends were stopped goes on, once a person has mended what WhatsApp complained about.

use std::sync::Arc;

use domain::ids::{ChannelId, WorkspaceId};
use tracing::info;

use super::{Done, Refusal};
use crate::changes;
use crate::node::Node;

/// Lets a number send again, everything and to everybody; what waited leaves in its order.
pub async fn resume_channel(node: &Arc<Node>, workspace: WorkspaceId, id: ChannelId, by: &str) -> Done<()> {
    let resume = move |tx: &mut store::Tx<'_>| {
        tx.limit_to_replies(workspace, id, None)?;
        changes::resume_channel(tx, workspace, id)
    };
    let resumed = node.store.write(Vec::new(), resume).await?;
    node.outbox_wakes.notify_one();
    if !resumed {
        return Err(Refusal::Missing("channel"));
    }
    info!(channel.id = %id, by, "`{by}` let a number send again");
    node.changed(&[workspace]);
    Ok(())
}

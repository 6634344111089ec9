//! A message that failed three times gets another chance, once its cause is mended.

use std::sync::Arc;

use domain::ids::{WorkId, WorkspaceId};
use domain::news::News;
use store::Tx;
use tracing::info;

use super::entry::Entry;
use super::{Acted, Done, Once, Refusal};
use crate::clock::machine_now;
use crate::node::Node;

/// Puts a message that was put aside back into the backlog.
pub async fn replay_message(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: WorkId,
    by: &str,
    once: Once<()>,
) -> Done<Acted<()>> {
    let entry = Entry::new(node, by);
    let replay = move |tx: &mut Tx<'_>| {
        if !tx.replay_work(workspace, id, machine_now())? {
            return Ok(Err(Refusal::Missing("message that was put aside")));
        }
        // Whom it concerns shows only once it is read.
        entry.write_notice(tx, workspace, &id.to_string(), &News::AsideTriesAgain)?;
        Ok(Ok(()))
    };
    let replayed = once.write(node, workspace, Vec::new(), replay).await?;
    node.backlog_wakes.notify_one();
    node.changed(&[workspace]);
    info!(work.id = %id, by, "`{by}` let a message that was put aside try again");
    Ok(replayed)
}

//! A message that failed three times gets another chance, once its cause is mended.

use std::sync::Arc;

use domain::ids::{WorkId, WorkspaceId};

use super::{Done, Refusal};
use crate::clock::machine_now;
use crate::node::Node;

/// Puts a message that was put aside back into the backlog.
pub async fn replay_message(node: &Arc<Node>, workspace: WorkspaceId, id: WorkId) -> Done<()> {
    let replayed = node.store.write(Vec::new(), move |tx| tx.replay_work(workspace, id, machine_now())).await?;
    node.backlog_wakes.notify_one();
    if replayed { Ok(()) } else { Err(Refusal::Missing("message that was put aside")) }
}

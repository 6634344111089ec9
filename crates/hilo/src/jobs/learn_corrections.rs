//! Learns what people put right on other nodes: as long as there are others.

use std::sync::Arc;

use crate::node::Node;

pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    if node.neighbours.at_work() < 2 {
        return Ok(());
    }
    for (workspace, _) in node.store.read(|tx| tx.workspaces()).await? {
        node.workflows.learn(&node.store, workspace).await?;
    }
    Ok(())
}

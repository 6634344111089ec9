//! Hears what was paused, or let go on, on another node or by the command line.

use std::sync::Arc;

use crate::node::Node;

pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    let all = node.store.read(|tx| tx.all_pauses()).await?;
    let changed = node.workflows.hear_all_pauses(all);
    node.changed(&changed);
    Ok(())
}

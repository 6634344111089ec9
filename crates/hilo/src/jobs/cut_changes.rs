//! What changed more than 30 days ago is told to nobody any more.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::machine_now;
use crate::node::Node;

const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// Rows that go in one transaction: the messages that wait for the writer meanwhile shall not notice.
const AT_ONCE: i64 = 500;

pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    let before = machine_now() - KEPT.as_millis() as i64;
    for (workspace, _) in node.store.read(|tx| tx.workspaces()).await? {
        // Nothing left of a full look means that there may be more; the mark that stays is one of the rows.
        while node.store.write(Vec::new(), move |tx| tx.cut_changes(workspace, before, AT_ONCE)).await? + 1
            == AT_ONCE as u64
        {}
    }
    Ok(())
}

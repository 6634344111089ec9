//! What was put aside until a moment is back in the inbox when it comes.

use std::sync::Arc;

use domain::ids::WorkspaceId;
use store::Tx;

use crate::inbox::{Entry, woken};
use crate::node::Node;

const AT_ONCE: i64 = 200;

pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    for (workspace, _) in node.store.read(|tx| tx.workspaces()).await? {
        let now = node.clock.now().as_millisecond();
        let first = node.store.read(move |tx| tx.next_snooze(workspace, i64::MIN)).await?;
        if first.is_none_or(|first| now < first) {
            continue;
        }
        node.store.write(Vec::new(), move |tx| wake_due(tx, workspace, now)).await?;
        node.changed(&[workspace]);
        node.work_wakes.notify_one();
    }
    Ok(())
}

fn wake_due(tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> store::Result<()> {
    for ticket in tx.due_snoozes(workspace, now, AT_ONCE)? {
        woken(tx, workspace, &ticket, &Entry::at(now, "automation"))?;
    }
    Ok(())
}

/// The next moment at which something comes back.
pub(super) fn next_due(tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> store::Result<Option<i64>> {
    tx.next_snooze(workspace, now)
}

//! Answers what customers asked in several messages, once they pause; and whatever else automation looks at again.

use std::sync::Arc;
use std::time::Duration;

use domain::ids::WorkspaceId;
use store::{DueAnswer, Tx};
use tokio::sync::watch;
use tracing::warn;

use crate::ids;
use crate::node::Node;
use crate::pipeline;

const AT_ONCE: i64 = 100;
/// How long it sleeps at most; another node may have taken in something.
const NAP: Duration = Duration::from_secs(1);

/// Does what is due, until told to stop.
pub(super) async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(reason) = run_due(&node).await {
            warn!(%reason, "What automation was to answer has to wait; trying again in a moment");
        }
        let next = node.store.read(|tx| tx.next_answer()).await.ok().flatten();
        let now = node.clock.now().as_millisecond();
        let until_next = next.map_or(NAP, |due| Duration::from_millis((due - now).clamp(10, 60_000).unsigned_abs()));
        tokio::select! {
            () = tokio::time::sleep(until_next.min(NAP)) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Does what is due now.
pub(super) async fn run_due(node: &Arc<Node>) -> store::Result<()> {
    loop {
        let now = node.clock.now().as_millisecond();
        let due = node.store.read(move |tx| tx.due_answers(now, AT_ONCE)).await?;
        for one in &due {
            answer(node, *one).await?;
        }
        if (due.len() as i64) < AT_ONCE {
            return Ok(());
        }
    }
}

async fn answer(node: &Arc<Node>, due: DueAnswer) -> store::Result<()> {
    let (workflow, fresh) = (node.workflows.of(due.workspace)?, ids::fresh_set());
    let (epoch, now) = (node.instance.epoch, node.clock.now());
    let work = move |tx: &mut Tx<'_>| pipeline::answer_due(tx, &workflow, due, &fresh, epoch, now);
    let replies = node.store.write(Vec::new(), work).await?;
    node.changed(&[due.workspace]);
    if replies {
        node.outbox_wakes.notify_one();
    }
    node.work_wakes.notify_one();
    Ok(())
}

/// The next moment at which something is due, as things stand.
pub(super) fn next_due(tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> store::Result<Option<i64>> {
    tx.next_answer_after(workspace, now)
}

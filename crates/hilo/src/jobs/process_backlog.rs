//! What could not be processed when it came: tried three times, each sender's in their order, then put aside for a person.

use std::sync::Arc;
use std::time::Duration;

use store::{StoreError, Tx, WorkRow};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{error, warn};

use crate::advice::ask_about;
use crate::clock::machine_now;
use crate::kill_points::reached;
use crate::node::Node;
use crate::pipeline::{self, Inbound, Summary, TakenIn};

const TRIES: i64 = 3;
const AT_ONCE: i64 = 64;
const NAP: Duration = Duration::from_secs(2);

/// Works until told to stop.
pub(super) async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let due = due(&node).await.unwrap_or_else(|reason| {
            warn!(%reason, "The backlog cannot be read; trying again in a moment");
            Vec::new()
        });
        if due.is_empty() {
            tokio::select! {
                () = node.backlog_wakes.notified() => {}
                () = tokio::time::sleep(NAP) => {}
                _ = stop.changed() => {}
            }
            continue;
        }
        // Each of another sender, so they may go side by side.
        let mut round = JoinSet::new();
        for row in due {
            round.spawn(work_off(node.clone(), row));
        }
        while round.join_next().await.is_some() {}
    }
}

pub(super) async fn due(node: &Node) -> store::Result<Vec<WorkRow>> {
    node.store.read(|tx| tx.due_work(machine_now(), AT_ONCE)).await
}

pub(super) async fn work_off(node: Arc<Node>, row: WorkRow) {
    let row = Arc::new(row);
    if let Err(reason) = process(&node, &row).await {
        fail(&node, &row, &reason).await;
    }
}

async fn process(node: &Arc<Node>, row: &Arc<WorkRow>) -> store::Result<()> {
    let inbound: Inbound =
        serde_json::from_str(&row.work.part).map_err(|error| StoreError::Unexpected(format!("its part: {error}")))?;
    let locks = pipeline::locks_of(&inbound);
    let (node_in, row) = (node.clone(), row.clone());
    let workspace = row.workspace;
    let work = move |tx: &mut Tx<'_>| {
        if !tx.claim_work(row.workspace, row.work.id)? {
            return Ok(Summary::default()); // another node was faster
        }
        reached("work_claimed");
        let workflow = node_in.workflows.of(row.workspace)?;
        let taken = pipeline::take_in_later(tx, &workflow, &inbound, node_in.instance.epoch, node_in.clock.now())?;
        ask_about(tx, &node_in.settings.advice, row.workspace, taken)?;
        tx.finish_work(row.workspace, row.work.id)?;
        reached("work_done");
        Ok(match taken {
            TakenIn::Before => Summary { repeated: 1, ..Summary::default() },
            TakenIn::Now { replies, files, .. } => {
                Summary { messages: 1, replies: u64::from(replies), files: u64::from(files), ..Summary::default() }
            }
        })
    };
    let summary = node.store.write(locks, work).await?;
    node.tell(&[workspace], summary);
    Ok(())
}

async fn fail(node: &Arc<Node>, row: &Arc<WorkRow>, reason: &StoreError) {
    let its_fault = matches!(reason, StoreError::Panicked(_) | StoreError::Refused(_) | StoreError::Unexpected(_));
    if !its_fault {
        warn!(%reason, "The backlog waits for the database");
        tokio::time::sleep(NAP).await;
        return;
    }
    let attempt = row.attempts + 1;
    let give_up = TRIES <= attempt;
    if give_up {
        error!(work.id = %row.work.id, body.id = %row.work.body, %reason, "A message was put aside after three tries; replay it once the cause is mended");
        metrics::counter!("hilo_messages_quarantined_total").increment(1);
    }
    let (row, said) = (row.clone(), reason.in_full());
    let not_before = machine_now() + 500 * (1 << attempt);
    let note = move |tx: &mut Tx<'_>| tx.fail_work(row.workspace, row.work.id, &said, give_up, not_before);
    if let Err(reason) = node.store.write(Vec::new(), note).await {
        warn!(%reason, "A failure could not be noted; the part will be tried again");
    }
}

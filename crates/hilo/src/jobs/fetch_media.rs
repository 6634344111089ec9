//! Files that customers sent, fetched as soon as their message is committed: WhatsApp's address for one lives minutes, its id days.

use std::sync::Arc;
use std::time::Duration;

use domain::change::{EventType, Subject};
use domain::errand::Errand;
use domain::media::MediaKind;
use store::{DueMedia, MediaOutcome, StoreError, Tx};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{error, warn};

use crate::advice::ask_later;
use crate::changes;
use crate::clock::machine_now;
use crate::kill_points::reached;
use crate::media;
use crate::node::Node;

/// Files under way at once.
const AT_ONCE: usize = 8;
/// After this long another node takes a file for abandoned.
const LEASE: Duration = Duration::from_secs(12);
/// How often a node says that it is still at it.
const RENEWAL: Duration = Duration::from_secs(4);
/// How long the loop sleeps at most; with several nodes, another one may have taken a message in.
const NAP: Duration = Duration::from_secs(1);

/// Fetches until told to stop, then lets go of what is under way.
pub(super) async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    release(&node).await;
    let mut under_way = JoinSet::new();
    while !*stop.borrow() {
        let room = AT_ONCE - under_way.len();
        let (due, nap) = find(&node, room).await.unwrap_or_else(|reason| {
            warn!(%reason, "The files to fetch cannot be read; trying again in a moment");
            (Vec::new(), NAP)
        });
        for one in due {
            under_way.spawn(work_off(node.clone(), one, stop.clone()));
        }
        tokio::select! {
            Some(_) = under_way.join_next() => {}
            () = node.media_wakes.notified() => {}
            () = tokio::time::sleep(nap) => {}
            _ = stop.changed() => {}
        }
    }
    while under_way.join_next().await.is_some() {}
}

/// A database that only one process can use has no other node whose lease could still run.
async fn release(node: &Arc<Node>) {
    if node.store.is_shared() {
        return;
    }
    let me = node.id;
    if let Err(reason) = node.store.write(Vec::new(), move |tx| tx.release_media(me, machine_now())).await {
        warn!(%reason, "Files that were being fetched wait for the end of their lease");
    }
}

/// What is due, taken for this node, and how long nothing else will be.
async fn find(node: &Arc<Node>, room: usize) -> store::Result<(Vec<DueMedia>, Duration)> {
    let next = node.store.read(|tx| tx.next_due_media()).await?;
    let Some(next) = next.filter(|_| 0 < room) else { return Ok((Vec::new(), NAP)) };
    let wait = next - machine_now();
    if 0 < wait {
        return Ok((Vec::new(), Duration::from_millis(wait as u64).min(NAP)));
    }
    let me = node.id;
    let claim = move |tx: &mut Tx<'_>| {
        let due = tx.due_media(machine_now(), room as i64)?;
        for one in &due {
            tx.lease_media(one.workspace, one.media.id, me, lease())?;
        }
        Ok(due)
    };
    let due = node.store.write(Vec::new(), claim).await?;
    if !due.is_empty() {
        reached("file_claimed");
    }
    Ok((due, NAP))
}

fn lease() -> i64 {
    machine_now() + LEASE.as_millis() as i64
}

async fn work_off(node: Arc<Node>, due: DueMedia, mut stop: watch::Receiver<bool>) {
    let tried = tokio::select! {
        tried = media::fetch(&node, &due) => tried,
        () = keep(&node, &due) => return, // another node has it now
        _ = stop.wait_for(|stop| *stop) => Err(media::Trouble::Interrupted),
    };
    let outcome = media::of_try(tried, due.attempts + 1, due.created_at, machine_now());
    tell(&due, &outcome);
    if let Err(reason) = settle(&node, &due, outcome).await {
        warn!(%reason, "What came of fetching a file cannot be recorded; it will be fetched again");
    }
}

/// Renews the lease; ends when it is lost.
async fn keep(node: &Arc<Node>, due: &DueMedia) {
    let (workspace, id, me) = (due.workspace, due.media.id, node.id);
    loop {
        tokio::time::sleep(RENEWAL).await;
        match node.store.write(Vec::new(), move |tx| tx.keep_media(workspace, id, me, lease())).await {
            Ok(true) => {}
            Ok(false) => return,
            Err(reason) => warn!(%reason, "The lease of a file cannot be renewed yet"),
        }
    }
}

async fn settle(node: &Arc<Node>, due: &DueMedia, outcome: MediaOutcome) -> Result<(), StoreError> {
    let (workspace, id, me) = (due.workspace, due.media.id, node.id);
    let message = Subject::Message(due.media.conversation, due.media.seq);
    let (kind, place) = (due.media.kind, (due.media.conversation, due.media.seq));
    let advice = node.settings.advice.clone();
    let write = move |tx: &mut Tx<'_>| {
        let settled = tx.settle_media(workspace, id, me, &outcome)?;
        if let (true, Some(event)) = (settled, told_as(&outcome)) {
            changes::tell(tx, workspace, event, message)?;
        }
        if let (true, MediaOutcome::Stored(_), MediaKind::Audio) = (settled, &outcome, kind) {
            ask_later(tx, &advice, workspace, place, Errand::Transcript)?;
        }
        Ok(settled)
    };
    if node.store.write(Vec::new(), write).await? {
        node.changed(&[workspace]);
    }
    reached("file_recorded");
    Ok(())
}

/// Another try is nobody's business but ours.
fn told_as(outcome: &MediaOutcome) -> Option<EventType> {
    match outcome {
        MediaOutcome::Stored(_) => Some(EventType::FileStored),
        MediaOutcome::Ended { .. } => Some(EventType::FileMissing),
        MediaOutcome::Again { .. } => None,
    }
}

fn tell(due: &DueMedia, outcome: &MediaOutcome) {
    let name = match outcome {
        MediaOutcome::Stored(_) => "stored",
        MediaOutcome::Again { .. } => "again",
        MediaOutcome::Ended { state, reason } => {
            error!(media.id = %due.media.id, %reason, "A file of a customer is {state}");
            state.name()
        }
    };
    metrics::counter!("hilo_media_total", "outcome" => name).increment(1);
}

//! Webhooks of our own: what changes is posted to whoever asked for it.
//!
//! An endpoint belongs to one node at a time, by a lease. In turns that node makes deliveries of what the log has, posts those that are
//! due with no transaction open, and writes down what came of it. What was posted and not written down is posted again, under the same
//! id: at least once.

pub mod addresses;
mod post;
mod serve;
mod signature;
mod verbs;
mod verdict;

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use domain::ids::{EndpointId, WorkspaceId};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{error, warn};

pub use signature::fresh_secret;
pub use verbs::{
    Recovered, Wishes, add_endpoint, change_endpoint, delete_endpoint, recover, replay, rotate_secret, test_endpoint,
};

use crate::clock::machine_now;
use crate::neighbours;
use crate::node::Node;
use post::Poster;

/// So often one looks without having been called: an attempt may be due, or another node changed something.
const NAP: Duration = Duration::from_secs(1);
/// What happens at once is posted in one turn.
const BLINK: Duration = Duration::from_millis(20);

/// Serves every endpoint that has something to be told, each by itself, until told to stop.
pub async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    let poster = match Poster::new(node.settings.allow_internal.clone()) {
        Ok(poster) => Arc::new(poster),
        Err(reason) => return error!(%reason, "Webhooks cannot be posted; deliveries wait for the next start"),
    };
    let mut changed = node.changes.subscribe();
    let (mut served, mut busy) = (JoinSet::new(), HashSet::new());
    while !*stop.borrow() {
        for (workspace, id) in at_work(&node).await {
            if busy.insert(id) {
                served.spawn(serve_one(node.clone(), poster.clone(), workspace, id, stop.clone()));
            }
        }
        tokio::select! {
            Some(done) = served.join_next() => {
                // A task that panicked does not say whose it was: all are looked at again once none is under way.
                match done {
                    Ok(id) => drop(busy.remove(&id)),
                    Err(_) if served.is_empty() => busy.clear(),
                    Err(_) => {}
                }
                tokio::time::sleep(BLINK).await;
            }
            _ = changed.recv() => tokio::time::sleep(BLINK).await,
            () = tokio::time::sleep(NAP) => {}
            _ = stop.changed() => {}
        }
    }
    while served.join_next().await.is_some() {}
}

async fn at_work(node: &Node) -> Vec<(WorkspaceId, EndpointId)> {
    let keeper = neighbours::keeper(node);
    let read = node.store.read(move |tx| tx.endpoints_at_work(keeper, machine_now())).await;
    read.unwrap_or_else(|reason| {
        warn!(%reason, "The webhook endpoints cannot be read; trying again in a moment");
        Vec::new()
    })
}

async fn serve_one(
    node: Arc<Node>,
    poster: Arc<Poster>,
    workspace: WorkspaceId,
    id: EndpointId,
    stop: watch::Receiver<bool>,
) -> EndpointId {
    if let Err(reason) = serve::endpoint(&node, &poster, workspace, id, &stop).await {
        warn!(%reason, endpoint.id = %id, "What came of webhooks cannot be recorded; they will be posted again");
        tokio::time::sleep(NAP).await;
    }
    id
}

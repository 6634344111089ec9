//! Looks for trouble, and sends the word of it. It waits for nobody else, and nobody waits for it.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tracing::warn;

use crate::alerts;
use crate::node::Node;

const NAP: Duration = Duration::from_secs(15);

pub(super) async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    let mut told = stop.clone();
    while !*stop.borrow() {
        // What is cut off in the middle is begun again once its lease is over.
        tokio::select! {
            () = round(&node) => {}
            _ = told.changed() => return,
        }
        tokio::select! {
            () = tokio::time::sleep(NAP) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn round(node: &Arc<Node>) {
    if let Err(reason) = alerts::look_in_turn(node).await {
        warn!(%reason, "It could not be looked for trouble; trying again in a moment");
    }
    if let Err(reason) = alerts::send_due(node).await {
        warn!(%reason, "Word of trouble waits for the database");
    }
}

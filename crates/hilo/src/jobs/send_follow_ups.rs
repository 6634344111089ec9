//! Decides about follow-ups when they are due, and brings what is planned in line with another version of the workflow.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tracing::warn;

use crate::follow_ups::{adopt, fire_due};
use crate::node::Node;

/// How long the loop sleeps at most: business time can be moved, and another node may have planned something.
const NAP: Duration = Duration::from_secs(1);
/// How often it looks whether another version of the workflow is in force.
const LOOKS: u32 = 60;

/// Decides what is due until told to stop.
pub(super) async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    let mut rounds = 0;
    while !*stop.borrow() {
        if rounds % LOOKS == 0
            && let Err(reason) = adopt(&node).await
        {
            warn!(%reason, "What is planned is not in line with the workflow yet; trying again");
        }
        if let Err(reason) = send_due(&node).await {
            warn!(%reason, "The follow-ups that are due cannot be decided; trying again in a moment");
        }
        rounds = rounds.wrapping_add(1);
        tokio::select! {
            () = tokio::time::sleep(NAP) => {}
            _ = stop.changed() => {}
        }
    }
}

/// Decides everything that is due now.
pub(super) async fn send_due(node: &Arc<Node>) -> store::Result<()> {
    while fire_due(node).await?.more {}
    Ok(())
}

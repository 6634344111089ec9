//! What other nodes changed: whoever follows a workspace here is called when its log has grown. One short look for all who follow, and
//! none while this node is the only one.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::ids::WorkspaceId;
use store::{Position, Tx};
use tokio::sync::watch;
use tracing::warn;

use crate::node::Node;

/// A new message is on the screen of an agent within half a second, whichever node it came to.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// A failure is logged once, and the next look waits a little.
const PAUSE: Duration = Duration::from_secs(5);

type Ends = HashMap<WorkspaceId, Position>;

/// Listens until told to stop.
pub(super) async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    let mut known = Ends::new();
    while !*stop.borrow() {
        let pause = match listen(&node, &mut known).await {
            Ok(()) => LOOK_AGAIN,
            Err(reason) => {
                warn!(%reason, "What other nodes changed cannot be read; trying again in a moment");
                PAUSE
            }
        };
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn listen(node: &Arc<Node>, known: &mut Ends) -> store::Result<()> {
    let followed = node.seats.followed();
    if node.neighbours.at_work() < 2 || followed.is_empty() {
        known.clear();
        return Ok(());
    }
    let read = move |tx: &mut Tx<'_>| followed.iter().map(|one| Ok((*one, tx.end_of_changes(*one)?))).collect();
    let ends: Ends = node.store.read(read).await?;
    let grown: Vec<WorkspaceId> =
        ends.iter().filter(|(one, end)| known.get(one) != Some(end)).map(|(one, _)| *one).collect();
    *known = ends;
    node.changed(&grown);
    Ok(())
}

//! Forgets sessions that are over, links that open nothing any more, and old tries to sign in.

use std::sync::Arc;

use crate::clock::machine_now;
use crate::node::Node;
use crate::people::forget;

/// Runs one round.
pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    let now = machine_now();
    node.store.write(Vec::new(), move |tx| forget(tx, now)).await
}

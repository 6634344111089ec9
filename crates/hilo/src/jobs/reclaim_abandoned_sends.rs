//! Sends that a node marked and then went silent about become unknown: their bytes may have left.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use store::Tx;
use tracing::warn;

use crate::changes;
use crate::clock::machine_now;
use crate::neighbours;
use crate::node::Node;

pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    let keeper = neighbours::keeper(node);
    let abandon = move |tx: &mut Tx<'_>| {
        let abandoned = tx.abandon_sends(keeper, machine_now())?;
        for (workspace, send) in &abandoned {
            changes::tell(tx, *workspace, EventType::SendUnknown, Subject::Send(*send))?;
        }
        Ok(abandoned.len())
    };
    let abandoned = node.store.write(Vec::new(), abandon).await?;
    if 0 < abandoned {
        warn!(abandoned, "Sends were under way when the program stopped; they wait for WhatsApp's report");
    }
    Ok(())
}

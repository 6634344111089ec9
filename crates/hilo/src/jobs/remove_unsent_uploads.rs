//! Files that were uploaded to be sent, and that no message named in thirty days, are removed.

use std::sync::Arc;
use std::time::Duration;

use tracing::warn;

use crate::clock::machine_now;
use crate::media::Called;
use crate::node::Node;

const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
const AT_ONCE: i64 = 50;
const REASON: &str = "no message named it within 30 days of its upload; upload it again";

/// Given up, then its bytes, then its row: after a crash in between, the next round finds it again.
pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    let before = machine_now() - KEPT.as_millis() as i64;
    loop {
        let given_up = move |tx: &mut store::Tx<'_>| tx.give_up_unsent_media(before, REASON, AT_ONCE);
        let given_up = node.store.write(Vec::new(), given_up).await?;
        for (workspace, id) in &given_up {
            let (workspace, id) = (*workspace, *id);
            if let Err(reason) = node.media.depot.remove(workspace, Called::Id(id)).await {
                warn!(%reason, media.id = %id, "A file that nobody sent cannot be removed; trying again in an hour");
                return Ok(());
            }
            node.store.write(Vec::new(), move |tx| tx.forget_unsent_media(workspace, id)).await?;
        }
        if (given_up.len() as i64) < AT_ONCE {
            return Ok(());
        }
    }
}

//! Files that were uploaded to be sent, and that no message named in thirty days, are removed. So is what an upload left that was cut
//! off between its bytes and its row.

use std::sync::Arc;
use std::time::Duration;

use domain::ids::{MediaId, WorkspaceId};
use store::Tx;
use tracing::warn;

use crate::clock::machine_now;
use crate::media::Called;
use crate::node::Node;

const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
/// No upload takes so long from its first byte in the depot to its row.
const CUT_OFF: Duration = Duration::from_secs(3600);
const AT_ONCE: i64 = 50;
const REASON: &str = "no message named it within 30 days of its upload; upload it again";

pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    let unsent = |tx: &mut Tx<'_>| tx.give_up_unsent_media(ago(KEPT), REASON, AT_ONCE);
    remove(node, unsent, |tx, workspace, id| tx.forget_unsent_media(workspace, id)).await?;
    let cut_off = |tx: &mut Tx<'_>| tx.give_up_uploads(ago(CUT_OFF), AT_ONCE);
    remove(node, cut_off, |tx, workspace, id| tx.forget_upload(workspace, id)).await
}

fn ago(time: Duration) -> i64 {
    machine_now() - time.as_millis() as i64
}

type GivenUp = Vec<(WorkspaceId, MediaId)>;

/// Given up, then its bytes, then its row: after a crash in between, the next round finds it again.
async fn remove(
    node: &Arc<Node>,
    give_up: fn(&mut Tx<'_>) -> store::Result<GivenUp>,
    forget: fn(&mut Tx<'_>, WorkspaceId, MediaId) -> store::Result<()>,
) -> store::Result<()> {
    loop {
        let given_up = node.store.write(Vec::new(), give_up).await?;
        for (workspace, id) in &given_up {
            let (workspace, id) = (*workspace, *id);
            if let Err(reason) = node.media.depot.remove(workspace, Called::Id(id)).await {
                warn!(%reason, media.id = %id, "A file that nobody sent cannot be removed; trying again in an hour");
                return Ok(());
            }
            node.store.write(Vec::new(), move |tx| forget(tx, workspace, id)).await?;
        }
        if (given_up.len() as i64) < AT_ONCE {
            return Ok(());
        }
    }
}

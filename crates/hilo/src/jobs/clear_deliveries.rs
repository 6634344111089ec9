//! What was delivered, or was not, more than 30 days ago is not listed any more; of a deleted endpoint nothing stays.

use std::sync::Arc;
use std::time::Duration;

use domain::endpoint::EndpointState;

use crate::clock::machine_now;
use crate::node::Node;

const KEPT: Duration = Duration::from_secs(30 * 24 * 3600);
const AT_ONCE: i64 = 500;

pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    let too_old = machine_now() - KEPT.as_millis() as i64;
    for (workspace, id, state) in node.store.read(|tx| tx.all_endpoints()).await? {
        let before = if state == EndpointState::Deleted { i64::MAX } else { too_old };
        let drop_some = move |tx: &mut store::Tx<'_>| tx.drop_deliveries(workspace, id, before, AT_ONCE);
        while node.store.write(Vec::new(), drop_some).await? == AT_ONCE as u64 {}
        if state == EndpointState::Deleted {
            node.store.write(Vec::new(), move |tx| tx.clear_endpoint(workspace, id)).await?;
        }
    }
    Ok(())
}

//! Works off the files of people that somebody said go to. One at a time: they are long, and others want to write, too.

use std::sync::Arc;
use std::time::Duration;

use store::Tx;
use tokio::sync::watch;
use tracing::{info, warn};

use crate::clock::machine_now;
use crate::imports::{LEASE_MS, Worker, work_off};
use crate::node::Node;

/// A look that nobody asked for: another node may have died over one.
const LOOK_AGAIN: Duration = Duration::from_secs(5);
/// Screens are told so often.
const STRETCHES: u32 = 8;

/// Works off until told to stop.
pub(super) async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let worked = tokio::select! {
            worked = next(&node) => worked,
            _ = stop.changed() => return,
        };
        match worked {
            Ok(true) => continue,
            Ok(false) => {}
            Err(reason) => warn!(%reason, "An import stopped and goes on in a moment"),
        }
        tokio::select! {
            () = tokio::time::sleep(LOOK_AGAIN) => {}
            () = node.import_wakes.notified() => {}
            _ = stop.changed() => {}
        }
    }
}

/// Works off the import that waits longest. Answers whether there was one.
pub(crate) async fn next(node: &Arc<Node>) -> store::Result<bool> {
    let (id, now) = (node.id, machine_now());
    let claim = move |tx: &mut Tx<'_>| tx.claim_import(id, now, now + LEASE_MS);
    let waiting = node.store.read(move |tx| tx.has_import_to_claim(now)).await?;
    let Some((workspace, import)) = (if waiting { node.store.write(Vec::new(), claim).await? } else { None }) else {
        return Ok(false);
    };
    let worker = Worker { node: id, workspace, now: node.clock.now().as_millisecond() };
    let (name, mut stretches) = (import.name.clone(), 0_u32);
    let ended = work_off(&node.store, &worker, import, |_| {
        stretches += 1;
        if stretches.is_multiple_of(STRETCHES) {
            node.changed(&[workspace]);
        }
    });
    if let Some(state) = ended.await? {
        info!(import.name = name, import.state = %state, "An import is worked off");
    }
    node.changed(&[workspace]);
    Ok(true)
}

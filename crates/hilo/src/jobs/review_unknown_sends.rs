//! A send that is unknown for ten minutes, while WhatsApp reports on later ones, goes to the list that a person looks at.
//! Without such reports silence proves nothing, and the clock does not run.

use std::sync::Arc;
use std::time::Duration;

use domain::change::{EventType, Subject};
use store::Tx;

use crate::changes;
use crate::clock::machine_now;
use crate::node::Node;

const LONG_ENOUGH: Duration = Duration::from_secs(600);
/// A send that WhatsApp took and does not report on for so long is shown as silent.
const SILENT: Duration = Duration::from_secs(300);

pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    let now = machine_now();
    let before = now - LONG_ENOUGH.as_millis() as i64;
    let review = move |tx: &mut Tx<'_>| {
        let reviewed = tx.review_unknown_sends(before, now)?;
        for (workspace, send) in &reviewed {
            changes::tell(tx, *workspace, EventType::SendReviewRequested, Subject::Send(*send))?;
        }
        Ok(reviewed.len())
    };
    let reviewed = node.store.write(Vec::new(), review).await?;
    metrics::counter!("hilo_sends_to_review_total").increment(reviewed as u64);
    let silent = node.store.read(move |tx| tx.silent_sends(now - SILENT.as_millis() as i64)).await?;
    metrics::gauge!("hilo_sends_without_report").set(silent as f64);
    Ok(())
}

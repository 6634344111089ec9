//! Writes down, now and then, how recent the sends are that WhatsApp reported on: the proof that silence means something.
//! A row that every report touched would make all reports wait for each other.

use std::sync::Arc;

use store::StoreError;

use crate::node::Node;

pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    let reported: Vec<_> = node.reported.lock().map_err(|_| StoreError::Stopped)?.drain().collect();
    if reported.is_empty() {
        return Ok(());
    }
    let seen: Vec<_> = reported
        .into_iter()
        .filter_map(|(channel, up_to)| node.channels.get(channel).map(|known| (known.workspace, channel, up_to)))
        .collect();
    let note = move |tx: &mut store::Tx<'_>| {
        seen.iter().try_for_each(|(workspace, channel, up_to)| tx.note_reports(*workspace, *channel, *up_to))
    };
    node.store.write(Vec::new(), note).await
}

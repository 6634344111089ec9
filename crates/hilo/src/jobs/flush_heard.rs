//! Writes down, now and then, how much WhatsApp posted about each number: a row of each day, which every message would otherwise touch.

use std::sync::Arc;

use store::StoreError;

use crate::node::Node;

const DAY_MS: i64 = 24 * 3_600_000;
/// Longer ago nobody looks.
const KEPT_DAYS: i64 = 30;

pub(super) async fn run(node: &Arc<Node>) -> store::Result<()> {
    let heard: Vec<_> = node.heard.lock().map_err(|_| StoreError::Stopped)?.drain().collect();
    if heard.is_empty() {
        return Ok(());
    }
    let seen: Vec<_> = heard
        .into_iter()
        .filter_map(|(channel, (bodies, at))| {
            node.channels.get(channel).map(|known| (known.workspace, channel, bodies, at))
        })
        .collect();
    let note = move |tx: &mut store::Tx<'_>| {
        for (workspace, channel, bodies, at) in &seen {
            let day = at / DAY_MS;
            tx.note_heard(*workspace, *channel, day, *bodies, *at)?;
            tx.forget_channel_days(*workspace, *channel, day - KEPT_DAYS)?;
        }
        Ok(())
    };
    node.store.write(Vec::new(), note).await
}

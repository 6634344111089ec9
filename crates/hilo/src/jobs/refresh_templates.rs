//! Asks Meta how it judges the templates: at the start, every hour, and soon after something spoke of a change.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tracing::warn;

use crate::node::Node;
use crate::templates;

const EVERY: Duration = Duration::from_secs(3600);
/// An account that may not be looked at yet is tried again after so long.
const AGAIN: Duration = Duration::from_secs(20);

pub(super) async fn run(node: Arc<Node>, mut stop: watch::Receiver<bool>) {
    let mut all_at = Instant::now() + EVERY;
    while !*stop.borrow() {
        if all_at <= Instant::now() {
            templates::accounts(&node.channels).keys().for_each(|waba_id| node.templates.look_at(waba_id));
            all_at = Instant::now() + EVERY;
        }
        look_at_wanted(&node).await;
        tokio::select! {
            () = node.templates.wakes.notified() => {}
            () = tokio::time::sleep(AGAIN) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn look_at_wanted(node: &Arc<Node>) {
    let accounts = templates::accounts(&node.channels);
    for waba_id in node.templates.take_wanted(Instant::now()) {
        if let Some(channels) = accounts.get(&waba_id)
            && let Err(reason) = templates::look(node, &waba_id, channels).await
        {
            warn!(%reason, "The templates of an account are as they were seen last");
        }
        node.templates.looked();
    }
}

//! Every timer of the program.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::warn;

use super::{
    answer_due, ask_outside, business_time, clear_deliveries, cut_changes, fetch_media, find_duplicates, flush_heard,
    flush_reported, forget_answers, forget_sign_ins, hear_neighbours, hear_pauses, hear_versions, index_words,
    learn_corrections, process_backlog, reclaim_abandoned_sends, refresh_templates, remove_unsent_uploads,
    review_unknown_sends, send_follow_ups, settle_parked_reports, share_work, watch_troubles, work_off_imports,
};
use crate::deliver;
use crate::neighbours;
use crate::node::Node;
use crate::subscribers;

const EVERY_FEW_SECONDS: Duration = Duration::from_secs(2);
const EVERY_MINUTE: Duration = Duration::from_secs(60);
const EVERY_HOUR: Duration = Duration::from_secs(3600);

/// Starts everything that runs beside the requests. It ends when `stop` turns true.
pub fn start(node: &Arc<Node>, stop: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut running = JoinSet::new();
    running.spawn(hear_neighbours::run(node.clone(), stop.clone()));
    running.spawn(index_words::run(node.clone(), stop.clone()));
    running.spawn(find_duplicates::run(node.clone(), stop.clone()));
    running.spawn(neighbours::run(node.clone(), stop.clone()));
    running.spawn(answer_due::run(node.clone(), stop.clone()));
    running.spawn(ask_outside::run(node.clone(), stop.clone()));
    running.spawn(deliver::run(node.clone(), stop.clone()));
    running.spawn(process_backlog::run(node.clone(), stop.clone()));
    running.spawn(share_work::run(node.clone(), stop.clone()));
    running.spawn(fetch_media::run(node.clone(), stop.clone()));
    running.spawn(refresh_templates::run(node.clone(), stop.clone()));
    running.spawn(work_off_imports::run(node.clone(), stop.clone()));
    running.spawn(send_follow_ups::run(node.clone(), stop.clone()));
    running.spawn(subscribers::run(node.clone(), stop.clone()));
    running.spawn(watch_troubles::run(node.clone(), stop.clone()));
    running.spawn(every(EVERY_FEW_SECONDS, node.clone(), stop.clone(), every_few_seconds));
    running.spawn(every(EVERY_MINUTE, node.clone(), stop.clone(), every_minute));
    running.spawn(every(EVERY_HOUR, node.clone(), stop.clone(), async |node| {
        remove_unsent_uploads::run(node).await?;
        neighbours::forget(node).await?;
        forget_answers::run(node).await?;
        forget_sign_ins::run(node).await
    }));
    running
}

pub(super) async fn every_few_seconds(node: &Arc<Node>) -> store::Result<()> {
    reclaim_abandoned_sends::run(node).await?;
    flush_reported::run(node).await?;
    flush_heard::run(node).await?;
    learn_corrections::run(node).await?;
    hear_pauses::run(node).await?;
    hear_versions::run(node).await?;
    settle_parked_reports::run(node).await
}

pub(super) async fn every_minute(node: &Arc<Node>) -> store::Result<()> {
    review_unknown_sends::run(node).await?;
    business_time::run_due(node).await?;
    cut_changes::run(node).await?;
    clear_deliveries::run(node).await
}

/// A failure is logged and the next round tries again: each job finds by itself what is left to do.
async fn every(
    period: Duration,
    node: Arc<Node>,
    mut stop: watch::Receiver<bool>,
    job: impl AsyncFn(&Arc<Node>) -> store::Result<()>,
) {
    while !*stop.borrow() {
        if let Err(reason) = job(&node).await {
            warn!(%reason, "A job failed and will be tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(period) => {}
            _ = stop.changed() => {}
        }
    }
}

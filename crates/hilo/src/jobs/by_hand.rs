//! The timers as a simulation turns them: one round when it says so.

use std::sync::Arc;

use store::WorkRow;

use super::{process_backlog, schedule};
use crate::node::Node;

pub(crate) async fn every_few_seconds(node: Arc<Node>) -> store::Result<()> {
    schedule::every_few_seconds(&node).await
}

pub(crate) async fn every_minute(node: Arc<Node>) -> store::Result<()> {
    schedule::every_minute(&node).await
}

pub(crate) async fn due_work(node: Arc<Node>) -> store::Result<Vec<WorkRow>> {
    process_backlog::due(&node).await
}

pub(crate) async fn work_off(node: Arc<Node>, row: WorkRow) {
    process_backlog::work_off(node, row).await;
}

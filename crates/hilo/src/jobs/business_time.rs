//! What waits for a moment of business time. Whoever moves the clock asks here where to stop, and lets it happen there.

use std::sync::Arc;

use domain::ids::WorkspaceId;
use store::Tx;

pub(crate) use super::close_silent_matters::close as close_silent;
use super::{answer_due, close_silent_matters, send_follow_ups, wake_snoozed, watch_promises};
use crate::node::Node;

/// Does what is due now.
pub async fn run_due(node: &Arc<Node>) -> store::Result<()> {
    answer_due::run_due(node).await?;
    wake_snoozed::run(node).await?;
    watch_promises::run(node).await?;
    close_silent_matters::run(node).await?;
    send_follow_ups::send_due(node).await
}

/// The next moment after `now` at which something will be due, as things stand.
pub fn next_due(tx: &mut Tx<'_>, node: &Node, workspace: WorkspaceId, now: i64) -> store::Result<Option<i64>> {
    let silence = close_silent_matters::next_due(tx, node, workspace, now)?;
    let answer = answer_due::next_due(tx, workspace, now)?;
    let follow_up = tx.next_follow_up(now)?;
    let woken = wake_snoozed::next_due(tx, workspace, now)?;
    Ok(silence.into_iter().chain(answer).chain(woken).chain(follow_up).min())
}

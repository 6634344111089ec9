//! The clock of the demo, moved: with a stop at every moment at which something happens, until all is quiet there. The parent holds
//! where the move leads, so that a worker that was killed on the way is followed by one that goes on.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::delivery::SendState;
use domain::ids::WorkspaceId;
use jiff::Timestamp;
use simulator::control::Client;
use store::Tx;

use super::line::{Line, Moved, ToParent};
use crate::changes::Cursor;
use crate::jobs::business_time;
use crate::node::Node;

/// How long one stop may take: a fault that is set can keep things from coming to rest.
const QUIET: Duration = Duration::from_secs(2);
/// How long a whole move may take. What is left of the way is then gone in one step.
const AT_MOST: Duration = Duration::from_secs(15);
/// How often it is looked whether all is quiet.
const LOOK: Duration = Duration::from_millis(20);

/// Moves business time to `to`, for the server and the simulator together. It never goes back. Answers whether it did: the clock is
/// moved by one visitor at a time.
pub async fn move_clock(
    node: &Arc<Node>,
    line: &Line,
    platform: &Client,
    workspace: WorkspaceId,
    to: Timestamp,
) -> store::Result<bool> {
    let Ok(_alone) = line.moving.try_lock() else { return Ok(false) };
    let (from, to) = (node.clock.now().as_millisecond(), to.as_millisecond());
    let moved = Moved { from, to, behind: end_of_log(node, workspace).await?, up_to: None };
    go(node, line, from, &moved).await;
    walk(node, line, platform, workspace, moved).await?;
    Ok(true)
}

/// Goes on with a move that a crash cut off.
pub async fn finish_move(
    node: &Arc<Node>,
    line: &Line,
    platform: &Client,
    workspace: WorkspaceId,
) -> store::Result<()> {
    let Some(moved) = line.known().time.moved.filter(Moved::is_under_way) else { return Ok(()) };
    let Ok(_alone) = line.moving.try_lock() else { return Ok(()) };
    walk(node, line, platform, workspace, moved).await
}

async fn walk(
    node: &Arc<Node>,
    line: &Line,
    platform: &Client,
    workspace: WorkspaceId,
    moved: Moved,
) -> store::Result<()> {
    let until = Instant::now() + AT_MOST;
    quiet(node, platform, workspace).await?;
    loop {
        let stop = if Instant::now() < until { next_stop(node, workspace, moved.to).await? } else { moved.to };
        go(node, line, stop, &moved).await;
        business_time::run_due(node).await?;
        quiet(node, platform, workspace).await?;
        if moved.to <= stop {
            break;
        }
    }
    let up_to = Some(end_of_log(node, workspace).await?);
    go(node, line, moved.to, &Moved { up_to, ..moved }).await;
    node.changed(&[workspace]);
    Ok(())
}

/// The parent moves first, and everybody with it.
async fn go(node: &Node, line: &Line, to: i64, moved: &Moved) {
    let ahead_ms = node.clock.ahead_ms() + (to - node.clock.now().as_millisecond()).max(0);
    line.say(ToParent::Ahead { ahead_ms, moved: moved.clone() });
    line.until(|known| ahead_ms <= known.time.ahead_ms && known.time.moved.as_ref() == Some(moved)).await;
    node.clock.put_ahead(ahead_ms);
}

async fn end_of_log(node: &Node, workspace: WorkspaceId) -> store::Result<Cursor> {
    let position = node.store.read(move |tx| tx.end_of_changes(workspace)).await?;
    Ok(Cursor { epoch: node.instance.epoch, position })
}

async fn next_stop(node: &Arc<Node>, workspace: WorkspaceId, to: i64) -> store::Result<i64> {
    let (node_in, now) = (node.clone(), node.clock.now().as_millisecond());
    let look = move |tx: &mut Tx<'_>| {
        let promise = tx.passed_promises(workspace, now, to, 1)?;
        let window = tx.closed_windows(workspace, now, to, 1)?;
        let stops = promise.iter().chain(&window).map(|passed| passed.at);
        Ok(stops.chain(business_time::next_due(tx, &node_in, workspace, now)?).min())
    };
    Ok(node.store.read(look).await?.map_or(to, |stop| stop.min(to)))
}

/// Waits until nothing is under way: nothing due in the outbox or the backlog, no status owed, every webhook answered.
async fn quiet(node: &Arc<Node>, platform: &Client, workspace: WorkspaceId) -> store::Result<()> {
    let until = Instant::now() + QUIET;
    while Instant::now() < until {
        // A platform that does not answer is not waited for.
        let settled = platform.settled(QUIET).await.unwrap_or(true);
        if settled && node.store.read(move |tx| under_way(tx, workspace)).await? == 0 {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

/// The sends of a number that is paused wait for a person, and not for a moment.
fn under_way(tx: &mut Tx<'_>, workspace: WorkspaceId) -> store::Result<i64> {
    let paused = tx.channels(workspace)?.iter().any(|channel| channel.paused_reason.is_some());
    let moves = |state: SendState| state == SendState::Sending || (state == SendState::Queued && !paused);
    let sends: i64 = tx.outbox_counts()?.iter().filter(|(state, _)| moves(*state)).map(|(_, sends)| sends).sum();
    Ok(sends + tx.work_counts()?.0)
}

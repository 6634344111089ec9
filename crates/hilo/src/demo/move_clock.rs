//! The clock of the demo, moved: with a stop at every moment at which something happens, until all is quiet there.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::ids::WorkspaceId;
use jiff::Timestamp;
use simulator::control::Client;
use store::{Tx, params};

use super::line::{Line, Moved, ToParent};
use crate::clock::machine_now;
use crate::jobs::business_time;
use crate::node::Node;

/// How long one stop may take: a fault that is set can keep things from coming to rest.
const QUIET: Duration = Duration::from_secs(2);
/// How long a whole move may take. What is left of the way is then gone in one step.
const AT_MOST: Duration = Duration::from_secs(15);
/// How often it is looked whether all is quiet.
const LOOK: Duration = Duration::from_millis(20);

/// Moves business time to `to`, for the server and the simulator together. It never goes back.
pub async fn move_clock(
    node: &Arc<Node>,
    line: &Line,
    platform: &Client,
    workspace: WorkspaceId,
    to: Timestamp,
) -> store::Result<()> {
    let (from, begun, until) = (node.clock.now().as_millisecond(), machine_now(), Instant::now() + AT_MOST);
    let to = to.as_millisecond();
    quiet(node, platform).await?;
    loop {
        let stop = if Instant::now() < until { next_stop(node, workspace, to).await? } else { to };
        go(node, line, stop, None).await;
        business_time::run_due(node).await?;
        quiet(node, platform).await?;
        if to <= stop {
            break;
        }
    }
    go(node, line, to, Some(Moved { from, to, begun })).await;
    node.changed(&[workspace]);
    Ok(())
}

/// The parent moves first, and everybody with it.
async fn go(node: &Node, line: &Line, to: i64, moved: Option<Moved>) {
    let ahead_ms = node.clock.ahead_ms() + (to - node.clock.now().as_millisecond()).max(0);
    let told = moved.clone();
    line.say(ToParent::Ahead { ahead_ms, moved });
    line.until(|known| ahead_ms <= known.time.ahead_ms && (told.is_none() || told == known.time.moved)).await;
    node.clock.put_ahead(ahead_ms);
}

async fn next_stop(node: &Arc<Node>, workspace: WorkspaceId, to: i64) -> store::Result<i64> {
    let (node_in, now) = (node.clone(), node.clock.now().as_millisecond());
    let look = move |tx: &mut Tx<'_>| {
        let due = business_time::next_due(tx, &node_in, workspace, now)?;
        let windows = "SELECT min(window_until) FROM conversations WHERE workspace_id = $1 AND window_until > $2";
        let promises = "SELECT min(due_at) FROM tickets WHERE workspace_id = $1 AND state = 'open' AND due_at > $2";
        let mut stops = vec![due];
        for sql in [windows, promises] {
            stops.push(tx.query_one(sql, params![workspace, now])?.opt_int(0)?);
        }
        Ok(stops.into_iter().flatten().min())
    };
    Ok(node.store.read(look).await?.map_or(to, |stop| stop.min(to)))
}

/// Waits until nothing is under way: nothing due in the outbox or the backlog, no status owed, every webhook answered.
async fn quiet(node: &Arc<Node>, platform: &Client) -> store::Result<()> {
    let until = Instant::now() + QUIET;
    while Instant::now() < until {
        // A platform that does not answer is not waited for.
        let settled = platform.settled(QUIET).await.unwrap_or(true);
        if settled && under_way(node).await? == 0 {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

async fn under_way(node: &Arc<Node>) -> store::Result<i64> {
    let count = |tx: &mut Tx<'_>| {
        let sends =
            "SELECT count(*) FROM outbox o JOIN channels c ON c.workspace_id = o.workspace_id AND c.id = o.channel_id
                     WHERE o.state = 'sending' OR (o.state = 'queued' AND c.paused_reason IS NULL)";
        Ok(tx.query_one(sends, params![])?.int(0)? + tx.work_counts()?.0)
    };
    node.store.read(count).await
}

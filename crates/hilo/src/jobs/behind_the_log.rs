//! How what follows the log of changes goes on from where it was: behind it, so that nobody who writes a message waits for it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::ids::WorkspaceId;
use store::Position;
use tokio::sync::watch;
use tracing::warn;

use crate::node::Node;

/// How soon, and how gently.
pub(super) struct Pace {
    /// What changes together is taken together.
    pub(super) gather: Duration,
    /// A look that nobody asked for: another node may have written.
    pub(super) look_again: Duration,
    /// After a look it rests so many times as long as that took: messages that come in crowds have the machine to themselves.
    pub(super) rests: u32,
}

/// Follows the log until told to stop. `advance` is one look behind a position of a workspace: it answers how far it came, and whether
/// there is more. `what` is what cannot be done where it fails.
pub(super) async fn follow<L>(
    node: Arc<Node>,
    mut stop: watch::Receiver<bool>,
    pace: Pace,
    what: &'static str,
    advance: impl Fn(Arc<Node>, WorkspaceId, Position) -> L,
) where
    L: Future<Output = store::Result<(Position, bool)>>,
{
    let mut changes = node.changes.subscribe();
    let mut passed = HashMap::new();
    while !*stop.borrow() {
        if let Err(reason) = catch_up(&node, &pace, &mut passed, &advance).await {
            warn!(%reason, "{what} yet; trying again in a moment");
        }
        tokio::select! {
            () = tokio::time::sleep(pace.look_again) => {}
            _ = changes.recv() => tokio::time::sleep(pace.gather).await,
            _ = stop.changed() => {}
        }
        // One look is for all that was said meanwhile.
        changes = changes.resubscribe();
    }
}

async fn catch_up<L>(
    node: &Arc<Node>,
    pace: &Pace,
    passed: &mut HashMap<WorkspaceId, Position>,
    advance: &impl Fn(Arc<Node>, WorkspaceId, Position) -> L,
) -> store::Result<()>
where
    L: Future<Output = store::Result<(Position, bool)>>,
{
    for (workspace, _) in node.store.read(|tx| tx.workspaces()).await? {
        loop {
            let (began, behind) = (Instant::now(), passed.get(&workspace).copied().unwrap_or_default());
            let (up_to, more) = advance(node.clone(), workspace, behind).await?;
            passed.insert(workspace, up_to);
            if !more {
                break;
            }
            tokio::time::sleep(began.elapsed() * pace.rests).await;
        }
    }
    Ok(())
}

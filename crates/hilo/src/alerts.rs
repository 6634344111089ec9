//! Trouble that reaches a person who does not look at a screen: a number that receives nothing, a token that ends, a backlog, a full disk.
//! What is seen is kept in the database, whichever node sees it; a row with a key decides who is told, and is tried until it has left.

mod keep;
mod letter;
pub(crate) mod mail;
mod see;
mod send;
mod silence;

use std::sync::Arc;

use domain::ids::WorkspaceId;
use domain::trouble::TroubleKind;
use store::Tx;
use tracing::warn;

use crate::clock::machine_now;
use crate::node::Node;

pub(crate) use letter::{Telling, test_letter};
pub use send::send_due;
pub(crate) use send::whoever_is_told;

const MINUTE_MS: i64 = 60_000;
/// What the database tells is looked at so often, by one node.
const EVERY_MS: i64 = MINUTE_MS;
/// Meta is asked so often, by one node.
const META_EVERY_MS: i64 = 60 * MINUTE_MS;

/// Something that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sight {
    kind: TroubleKind,
    subject: String,
    /// What was seen, if it is trouble.
    wrong: Option<String>,
}

/// Looks at what has not been looked at for a while, by this node or another.
pub(crate) async fn look_in_turn(node: &Arc<Node>) -> store::Result<()> {
    for (workspace, name) in node.store.read(|tx| tx.workspaces()).await? {
        if takes(node, workspace, "database", EVERY_MS).await? {
            look_at_database(node, workspace).await?;
        }
        if name == node.settings.workspace {
            let (disk, free) = see::disk(node);
            if takes(node, workspace, &format!("disk {disk}"), EVERY_MS).await? {
                keep(node, workspace, vec![see::judged_disk(node, disk, free)]).await?;
            }
        }
        // Whoever is not told would not hear of it before it shows by itself.
        if node.settings.alerts.tell_anybody() && takes(node, workspace, "meta", META_EVERY_MS).await? {
            look_at_meta(node, workspace, &name).await?;
        }
    }
    Ok(())
}

/// The same at once, whoever looked when.
pub async fn look(node: &Arc<Node>) -> store::Result<()> {
    for (workspace, name) in node.store.read(|tx| tx.workspaces()).await? {
        look_at_database(node, workspace).await?;
        look_at_meta(node, workspace, &name).await?;
    }
    Ok(())
}

async fn takes(node: &Node, workspace: WorkspaceId, what: &str, every_ms: i64) -> store::Result<bool> {
    let (what, now) = (what.to_owned(), machine_now());
    node.store.write(Vec::new(), move |tx| tx.take_look(workspace, &what, now, now - every_ms)).await
}

async fn look_at_database(node: &Arc<Node>, workspace: WorkspaceId) -> store::Result<()> {
    let looking = node.clone();
    let sights = node.store.read(move |tx| see::database(tx, &looking, workspace, machine_now())).await?;
    keep(node, workspace, sights).await
}

async fn look_at_meta(node: &Arc<Node>, workspace: WorkspaceId, name: &str) -> store::Result<()> {
    let sights = see::meta(node, name).await;
    keep(node, workspace, sights).await
}

/// What tells the lock of a workspace's troubles from that of a sender.
const OF_TROUBLE: i64 = 0x7472_6f75_626c_6573;

/// Writes down what was seen, and has people told.
async fn keep(node: &Arc<Node>, workspace: WorkspaceId, sights: Vec<Sight>) -> store::Result<()> {
    let (known, told) = (node.store.read(move |tx| tx.troubles(workspace)).await?, whoever_is_told(node, workspace));
    let moment = keep::Moment::of(node, workspace)?;
    if known.is_empty() && sights.iter().all(|sight| sight.wrong.is_none()) {
        return Ok(());
    }
    let unit = move |tx: &mut Tx<'_>| keep::sights(tx, workspace, &sights, &told, moment);
    // One after the other: two that see the same trouble at one moment would both be the first.
    let alone = workspace.0.as_u128() as i64 ^ OF_TROUBLE;
    let news = node.store.write(vec![alone], unit).await?;
    for (kind, subject, phase) in &news {
        warn!(trouble = %kind, subject, phase = %phase, "Trouble with `{subject}`: {kind} {phase}");
    }
    if !news.is_empty() {
        node.changed(&[workspace]);
    }
    Ok(())
}

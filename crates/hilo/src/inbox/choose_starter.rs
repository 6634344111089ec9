//! A workspace that has no workflow of its own begins with another starter.

use std::sync::Arc;

use domain::ids::WorkspaceId;
use domain::news::News;
use store::{StoreError, Tx};
use tracing::info;
use workflow::STARTERS;

use super::entry::Entry;
use super::{Done, Refusal};
use crate::node::Node;
use crate::workflows::Published;

/// The name of the starter that this text is, if it is one.
pub fn starter_of(text: &str) -> Option<&'static str> {
    STARTERS.iter().find(|(_, starter)| *starter == text).map(|(name, _)| *name)
}

/// Publishes a starter as the next version. It holds for what begins from now on.
pub async fn choose_starter(node: &Arc<Node>, workspace: WorkspaceId, name: &str, by: &str) -> Done<i64> {
    let Some((name, text)) = STARTERS.iter().copied().find(|(known, _)| *known == name) else {
        let known: Vec<&str> = STARTERS.iter().map(|(known, _)| *known).collect();
        return Err(Refusal::Invalid(format!("`starter`: use {}, not `{name}`", known.join(" or "))));
    };
    let trained = tokio::task::spawn_blocking(move || Published::new(0, text, "starter"));
    let mut published =
        trained.await.map_err(|_| StoreError::Stopped)?.map_err(|error| StoreError::Unexpected(error.to_string()))?;
    let entry = Entry::new(node, by);
    let publish = move |tx: &mut Tx<'_>| {
        let latest = tx.workflow_in_force(workspace)?;
        if latest.is_some_and(|(_, text)| starter_of(&text).is_none()) {
            let said = "this workspace has a workflow of its own; change that one instead";
            return Ok(Err(Refusal::Conflict(said.to_owned())));
        }
        entry.write_notice(tx, workspace, name, &News::StarterChosen)?;
        let reason = format!("began with the starter `{name}`");
        tx.publish_workflow(workspace, text, &entry.by, &reason, entry.at).map(Ok)
    };
    published.version = node.store.write(Vec::new(), publish).await??;
    let version = published.version;
    node.workflows.put_published(&node.store, workspace, published).await?;
    node.workflows.learn(&node.store, workspace).await?;
    node.changed(&[workspace]);
    info!(version, "`{by}` chose the starter `{name}`");
    Ok(version)
}

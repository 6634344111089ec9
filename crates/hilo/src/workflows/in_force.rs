//! Which version is in force, and which earlier ones are kept: from the database, from the file of the settings, and as other nodes publish.

use std::sync::Arc;

use anyhow::Result;
use domain::ids::{CorrectionId, WorkspaceId};
use jiff::SignedDuration;
use store::{PublishedRow, Store, StoreError, Tx};
use tracing::{info, warn};
use uuid::Uuid;

use super::{MOST_EARLIER, MOST_LESSONS, Published, Workflows};
use crate::node::Node;

/// Who publishes what stands in the file that the settings name.
const SETTINGS: &str = "settings";
/// Matters that run longer than that on a version that was replaced go on with the one in force.
const KEPT_FOR: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Brings a workspace's workflow into force: the file of the settings, published if it says something else than it last said; without
/// news there, the latest version; without one, the built-in triage.
pub async fn bring_into_force(
    store: &Store,
    workflows: &Workflows,
    workspace: WorkspaceId,
    given: Option<(&str, &str)>,
    now: i64,
) -> Result<()> {
    let known =
        move |tx: &mut Tx<'_>| Ok((tx.workflow_in_force(workspace)?, tx.workflow_published_by(workspace, SETTINGS)?));
    let (latest, of_file) = store.read(known).await?;
    // What somebody published meanwhile is not taken back by a file that nobody touched.
    let given = given.filter(|(_, text)| of_file.is_none_or(|row| row.text != *text));
    let (file, text, version) = match (given, latest) {
        (Some((file, text)), Some((version, latest))) if latest == text => (file, latest, Some(version)),
        (Some((file, text)), _) => (file, text.to_owned(), None),
        (None, Some((version, latest))) => ("workflow.yaml", latest, Some(version)),
        (None, None) => ("workflow.yaml", workflow::TRIAGE.to_owned(), None),
    };
    // Checked before it is published: what is in the database is known to be right.
    let mut published = Published::new(version.unwrap_or(0), &text, file)?;
    if version.is_none() {
        let (by, reason) = match given {
            Some((file, _)) => (SETTINGS, format!("what stands in {file}")),
            None => ("starter", "what every company begins with".to_owned()),
        };
        published.version =
            store.write(Vec::new(), move |tx| tx.publish_workflow(workspace, &text, by, &reason, now)).await?;
    }
    workflows.put_published(store, workspace, published).await?;
    keep_earlier(store, workflows, workspace, now).await?;
    workflows.learn(store, workspace).await?;
    workflows.hear_pauses(store, workspace).await?;
    Ok(())
}

/// Keeps the versions on which matters may still run.
async fn keep_earlier(store: &Store, workflows: &Workflows, workspace: WorkspaceId, now: i64) -> store::Result<()> {
    let published = workflows.of(workspace)?;
    let (behind, most) = (published.version + 1, MOST_EARLIER as i64 + 1);
    let rows = store.read(move |tx| tx.workflows_before(workspace, behind, most)).await?;
    let read = |row: &PublishedRow| Published::untrained(row.imprint.version, &row.text, "workflow.yaml").ok();
    let earlier: Vec<Published> = in_use(&rows, now).filter_map(read).collect();
    published.keep(&earlier);
    Ok(())
}

/// Of versions, the latest first, those that were replaced lately.
fn in_use(rows: &[PublishedRow], now: i64) -> impl Iterator<Item = &PublishedRow> {
    let since = now - KEPT_FOR.as_millis() as i64;
    rows.windows(2).filter(move |pair| since <= pair[0].imprint.at).map(|pair| &pair[1])
}

/// A workflow beside the one in force: with what people put right, and with nothing paused.
pub(crate) async fn apart(store: &Store, workspace: WorkspaceId, version: i64, text: String) -> Result<Published> {
    let trained = tokio::task::spawn_blocking(move || Published::new(version, &text, "workflow.yaml")).await??;
    let corrections = store.read(move |tx| tx.corrections(workspace, CorrectionId(Uuid::nil()), MOST_LESSONS)).await?;
    trained.mind.learn(corrections);
    Ok(trained)
}

/// Takes over what was published on another node or by the command line, and whom automation answers on it, and has the models of earlier
/// versions ready before a message asks for them.
pub(crate) async fn keep_up(node: &Arc<Node>) -> store::Result<()> {
    let latest = |tx: &mut Tx<'_>| {
        let all = tx
            .workspaces()?
            .into_iter()
            .map(|(workspace, _)| Ok((workspace, tx.version_in_force(workspace)?, tx.trial(workspace)?)));
        all.collect::<store::Result<Vec<_>>>()
    };
    for (workspace, latest, trial) in node.store.read(latest).await? {
        let Ok(published) = node.workflows.of(workspace) else { continue };
        if latest.is_some_and(|latest| published.version < latest) {
            take_over(node, workspace).await;
        } else if published.trial.hear(trial) {
            info!("Automation reaches other people than before");
            node.changed(&[workspace]);
        }
        get_ready(node, workspace).await?;
    }
    Ok(())
}

async fn take_over(node: &Arc<Node>, workspace: WorkspaceId) {
    let now = node.clock.now().as_millisecond();
    match bring_into_force(&node.store, &node.workflows, workspace, None, now).await {
        Ok(()) => {
            info!("Another version of the workflow is in force");
            node.changed(&[workspace]);
        }
        Err(reason) => warn!(%reason, "A published workflow cannot be brought into force; the one before stays"),
    }
}

async fn get_ready(node: &Arc<Node>, workspace: WorkspaceId) -> store::Result<()> {
    let minds = node.workflows.of(workspace)?.minds();
    let untrained: Vec<_> = minds.into_iter().filter(|mind| !mind.is_trained()).collect();
    if untrained.is_empty() {
        return Ok(());
    }
    let train = move || untrained.iter().for_each(|mind| mind.train());
    tokio::task::spawn_blocking(train).await.map_err(|_| StoreError::Stopped)?;
    node.workflows.learn(&node.store, workspace).await
}

//! A workflow becomes the one in force, with who published it and why; and an earlier one becomes it again.

use std::sync::Arc;

use domain::ids::WorkspaceId;
use domain::news::News;
use domain::trial::Reach;
use store::{StoreError, Tx};
use tracing::info;
use workflow::{Findings, Severity};

use super::entry::Entry;
use super::set_reach::put_reach;
use super::{Acted, Done, Once, Refusal};
use crate::node::Node;
use crate::workflows::Published;

const LONGEST_REASON: usize = 500;
const LONGEST_TEXT: usize = 512 * 1024;
/// As findings name a text that was posted.
const FILE: &str = "workflow.yaml";

/// A text that is to be in force.
#[derive(Debug, Clone)]
pub struct NewVersion {
    /// The workflow file.
    pub text: String,
    /// Why, for whoever looks for what changed.
    pub reason: String,
    /// The version that its author saw; another one that is in force by now is not overwritten.
    pub after: Option<i64>,
    /// Whom automation answers on it; those whom it answers on the one before, unless said.
    pub reach: Option<Reach>,
}

/// What there is to say about a text.
pub fn check_workflow(text: &str) -> Done<Findings> {
    if LONGEST_TEXT < text.len() {
        return Err(Refusal::Invalid(format!("`text` has at most {} KiB", LONGEST_TEXT / 1024)));
    }
    Ok(workflow::check(text, FILE, &workflow::ARCHETYPES).findings)
}

/// Whether a text can be published; if not, what to change first.
pub fn is_sound_workflow(text: &str) -> Done<()> {
    is_sound(&check_workflow(text)?)
}

/// Publishes a text as the next version. It holds for what begins from now on; what runs finishes on the version that it began on.
pub async fn publish_workflow(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    new: NewVersion,
    by: &str,
    once: Once<i64>,
) -> Done<Acted<i64>> {
    is_sound_workflow(&new.text)?;
    let text = new.text.clone();
    let trained = tokio::task::spawn_blocking(move || Published::new(0, &text, FILE));
    let mut published =
        trained.await.map_err(|_| StoreError::Stopped)?.map_err(|error| StoreError::Unexpected(error.to_string()))?;
    let entry = Entry::new(node, by);
    let unit = move |tx: &mut Tx<'_>| publish_workflow_at(tx, workspace, &new, &entry);
    let done = once.write(node, workspace, Vec::new(), unit).await?;
    if let Acted::Now(version) = &done {
        published.version = *version;
        node.workflows.put_published(&node.store, workspace, published).await?;
        node.workflows.learn(&node.store, workspace).await?;
        node.changed(&[workspace]);
        info!(version, "`{by}` published version {version} of the workflow");
    }
    Ok(done)
}

/// Publishes what an earlier version said as the next one, for those whom that one answered last.
pub async fn put_back_workflow(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    version: i64,
    reason: String,
    by: &str,
    once: Once<i64>,
) -> Done<Acted<i64>> {
    let unit = move |tx: &mut Tx<'_>| put_back(tx, workspace, version, reason.clone());
    let new = node.store.read(unit).await?.ok_or(Refusal::Missing("version"))?;
    publish_workflow(node, workspace, new, by, once).await
}

/// An earlier version as one to be published; nothing if there is none of this number.
pub(crate) fn put_back(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    version: i64,
    reason: String,
) -> store::Result<Option<NewVersion>> {
    let Some(earlier) = tx.published_workflow(workspace, version)? else { return Ok(None) };
    let reach = tx.reach_of_version(workspace, version)?.map(|row| row.reach).unwrap_or_default();
    Ok(Some(NewVersion { text: earlier.text, reason, after: None, reach: Some(reach) }))
}

/// The same inside a transaction; the text was checked before.
pub(crate) fn publish_workflow_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    new: &NewVersion,
    entry: &Entry,
) -> store::Result<Done<i64>> {
    let reason = match told(&new.reason) {
        Ok(reason) => reason,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let in_force = tx.workflow_in_force(workspace)?;
    if let Some((version, text)) = &in_force {
        if new.after.is_some_and(|after| after != *version) {
            let said = format!("version {version} was published meanwhile: look at it, and publish on top of it");
            return Ok(Err(Refusal::Stale(said)));
        }
        if *text == new.text {
            let said = format!("version {version}, which is in force, says exactly that; whom it answers is its reach");
            return Ok(Err(Refusal::Conflict(said)));
        }
    }
    let version = tx.publish_workflow(workspace, &new.text, &entry.by, reason, entry.at)?;
    if let Some(reach) = new.reach {
        put_reach(tx, workspace, version, reach, reason, entry)?;
    }
    let reach = tx.reach_in_force(workspace)?.map(|row| row.reach).unwrap_or_default();
    let tried = Some(reach).filter(|reach| *reach != Reach::All);
    let (tried, share) = (tried.map(Reach::name), tried.and_then(Reach::share));
    let news = News::WorkflowPublished { version, reason: reason.to_owned(), reach: tried, share };
    entry.write_notice(tx, workspace, "workflow", &news)?;
    Ok(Ok(version))
}

/// A reason that says something.
pub(super) fn told(reason: &str) -> Done<&str> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::Invalid("`reason`: say why, for whoever looks for what changed".to_owned()));
    }
    if LONGEST_REASON < reason.chars().count() {
        return Err(Refusal::Invalid(format!("`reason` has at most {LONGEST_REASON} characters")));
    }
    Ok(reason)
}

fn is_sound(findings: &Findings) -> Done<()> {
    let mut errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let Some(first) = errors.next() else { return Ok(()) };
    let others = match errors.count() {
        0 => String::new(),
        others => format!(" ({others} more; `POST /workflow/check` lists them)"),
    };
    Err(Refusal::Invalid(format!("line {}, column {}: {}{others}", first.line, first.column, first.message)))
}

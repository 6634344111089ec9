//! Whom automation answers while a version of the workflow is tried: nobody, those who hold test numbers, a share of the contacts, or all.

use std::sync::Arc;

use domain::PhoneNumber;
use domain::ids::{InteractionId, WorkspaceId};
use domain::news::News;
use domain::trial::Reach;
use store::{ReachRow, TestNumberRow, Tx};
use tracing::info;

use super::entry::Entry;
use super::publish_workflow::told;
use super::{Done, Refusal};
use crate::node::Node;

/// So many people try it before others do; who needs more, needs a share.
const MOST_TEST_NUMBERS: usize = 100;
/// How a version does is told from so many matters at most, the latest.
pub const MOST_MATTERS: i64 = 10_000;

/// How far automation is to reach.
#[derive(Debug, Clone)]
pub struct NewReach {
    /// How far.
    pub reach: Reach,
    /// Why, for whoever looks for what changed.
    pub reason: String,
    /// The version that its author saw in force; of another one that is by now, the reach stays.
    pub version: Option<i64>,
}

/// Sets it. It holds for what is decided from now on, and for what waits to leave.
pub async fn set_reach(node: &Arc<Node>, workspace: WorkspaceId, new: NewReach, by: &str) -> Done<()> {
    let entry = Entry::new(node, by);
    let unit = move |tx: &mut Tx<'_>| set_reach_at(tx, workspace, &new, &entry);
    let version = node.store.write(Vec::new(), unit).await??;
    node.workflows.hear_trial(&node.store, workspace).await?;
    node.changed(&[workspace]);
    info!(version, "`{by}` set whom version {version} of the workflow answers");
    Ok(())
}

/// The same inside a transaction. Answers the version; one that reaches so far already keeps who set it and why.
pub(crate) fn set_reach_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    new: &NewReach,
    entry: &Entry,
) -> store::Result<Done<i64>> {
    let reason = match told(&new.reason) {
        Ok(reason) => reason,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(version) = tx.version_in_force(workspace)? else { return Ok(Err(Refusal::Missing("version"))) };
    if new.version.is_some_and(|seen| seen != version) {
        let said = format!("version {version} was published meanwhile: look at it, and say whom that one answers");
        return Ok(Err(Refusal::Stale(said)));
    }
    if put_reach(tx, workspace, version, new.reach, reason, entry)? {
        let (reach, share) = (new.reach.name(), new.reach.share());
        let news = News::ReachChanged { version, reach, share, reason: reason.to_owned() };
        entry.write_notice(tx, workspace, "workflow", &news)?;
    }
    Ok(Ok(version))
}

/// Keeps the reach of the version in force. Answers whether it is another one.
pub(super) fn put_reach(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    version: i64,
    reach: Reach,
    reason: &str,
    entry: &Entry,
) -> store::Result<bool> {
    let before = tx.reach_in_force(workspace)?;
    if before.as_ref().map(|row| row.reach).unwrap_or_default() == reach {
        return Ok(false);
    }
    // Whoever was in a share stays in as it grows; what is tried anew begins with others.
    let tried = before.filter(|row| row.reach != Reach::All);
    let salt = tried.map_or(version, |row| row.salt);
    let (mark, by, reason) = (InteractionId(entry.id()), entry.by.clone(), reason.to_owned());
    tx.set_reach(workspace, &ReachRow { version, reach, salt, mark, at: entry.at, by, reason })?;
    Ok(true)
}

/// Makes a number one for tests; one that is stays as it is.
pub async fn add_test_number(node: &Arc<Node>, workspace: WorkspaceId, number: PhoneNumber, by: &str) -> Done<()> {
    let entry = Entry::new(node, by);
    let unit = move |tx: &mut Tx<'_>| add_test_number_at(tx, workspace, &number, &entry);
    node.store.write(Vec::new(), unit).await??;
    node.workflows.hear_trial(&node.store, workspace).await?;
    node.changed(&[workspace]);
    Ok(())
}

/// The same inside a transaction.
pub(crate) fn add_test_number_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    number: &PhoneNumber,
    entry: &Entry,
) -> store::Result<Done<()>> {
    let known = tx.test_numbers(workspace)?;
    if known.iter().any(|row| row.number == *number) {
        return Ok(Ok(()));
    }
    if MOST_TEST_NUMBERS <= known.len() {
        let said = format!("a workspace has at most {MOST_TEST_NUMBERS} test numbers: remove one, or use a share");
        return Ok(Err(Refusal::Conflict(said)));
    }
    let row = TestNumberRow { number: number.clone(), at: entry.at, by: entry.by.clone() };
    if tx.add_test_number(workspace, &row)? {
        entry.write_notice(tx, workspace, number.as_str(), &News::TestNumberAdded)?;
    }
    Ok(Ok(()))
}

/// Takes a number off those for tests.
pub async fn remove_test_number(node: &Arc<Node>, workspace: WorkspaceId, number: PhoneNumber, by: &str) -> Done<()> {
    let entry = Entry::new(node, by);
    let unit = move |tx: &mut Tx<'_>| remove_test_number_at(tx, workspace, &number, &entry);
    node.store.write(Vec::new(), unit).await??;
    node.workflows.hear_trial(&node.store, workspace).await?;
    node.changed(&[workspace]);
    Ok(())
}

/// The same inside a transaction.
pub(crate) fn remove_test_number_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    number: &PhoneNumber,
    entry: &Entry,
) -> store::Result<Done<()>> {
    if !tx.remove_test_number(workspace, number)? {
        return Ok(Err(Refusal::Missing("test number")));
    }
    entry.write_notice(tx, workspace, number.as_str(), &News::TestNumberRemoved)?;
    Ok(Ok(()))
}

//! A person pauses automation: all of it, what answers a type, or what answers on a number. What people send is never paused.

use std::sync::Arc;

use domain::ids::{ChannelId, WorkspaceId};
use domain::news::News;
use domain::pause::PauseScope;
use store::{PauseRow, Tx};
use tracing::info;

use super::entry::Entry;
use super::{Done, Refusal};
use crate::node::Node;

const LONGEST_WHY: usize = 200;

/// How much of automation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pausing {
    /// All of it.
    All,
    /// What answers one interaction type.
    Type(String),
    /// What answers on one number.
    Channel(ChannelId),
}

impl Pausing {
    fn scope(&self) -> PauseScope {
        match self {
            Pausing::All => PauseScope::All,
            Pausing::Type(_) => PauseScope::Type,
            Pausing::Channel(_) => PauseScope::Channel,
        }
    }

    fn subject(&self) -> String {
        match self {
            Pausing::All => String::new(),
            Pausing::Type(kind) => kind.clone(),
            Pausing::Channel(id) => id.to_string(),
        }
    }
}

/// Pauses it. What waits to leave because of it is cancelled when its turn comes; nothing else is said until it goes on.
pub async fn pause(node: &Arc<Node>, workspace: WorkspaceId, what: Pausing, why: &str, by: &str) -> Done<()> {
    if !is_known(node, workspace, &what) {
        return Err(Refusal::Missing("type"));
    }
    let (entry, paused, why) = (Entry::new(node, by), what.clone(), why.to_owned());
    node.store.write(Vec::new(), move |tx| pause_at(tx, workspace, &paused, &why, &entry)).await??;
    info!(scope = %what.scope(), subject = what.subject(), by, "`{by}` paused automation");
    node.workflows.hear_pauses(&node.store, workspace).await?;
    node.changed(&[workspace]);
    Ok(())
}

/// Whether the workflow has such a type.
fn is_known(node: &Node, workspace: WorkspaceId, what: &Pausing) -> bool {
    let Pausing::Type(kind) = what else { return true };
    node.workflows.of(workspace).is_ok_and(|published| published.workflow.interaction_type(kind).is_some())
}

/// The same inside a transaction. One that is paused already keeps who did it, when and why.
pub(crate) fn pause_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    what: &Pausing,
    why: &str,
    entry: &Entry,
) -> store::Result<Done<()>> {
    let why = why.trim();
    if LONGEST_WHY < why.chars().count() {
        return Ok(Err(Refusal::Invalid(format!("`why` has at most {LONGEST_WHY} characters"))));
    }
    let Some(named) = name(tx, workspace, what)? else { return Ok(Err(Refusal::Missing("channel"))) };
    let (by, at) = (entry.by.clone(), entry.at);
    let row = PauseRow { scope: what.scope(), subject: what.subject(), by, why: why.to_owned(), at };
    if tx.add_pause(workspace, &row)? {
        let why = (!why.is_empty()).then(|| why.to_owned());
        entry.write_notice(tx, workspace, &named, &News::AutomationPaused { why })?;
    }
    Ok(Ok(()))
}

/// Lets it go on.
pub async fn resume(node: &Arc<Node>, workspace: WorkspaceId, what: Pausing, by: &str) -> Done<()> {
    let (entry, paused) = (Entry::new(node, by), what.clone());
    let ended = node.store.write(Vec::new(), move |tx| resume_at(tx, workspace, &paused, &entry)).await??;
    if !ended && !is_known(node, workspace, &what) {
        return Err(Refusal::Missing("type"));
    }
    info!(scope = %what.scope(), subject = what.subject(), by, "`{by}` let automation go on");
    node.workflows.hear_pauses(&node.store, workspace).await?;
    node.changed(&[workspace]);
    Ok(())
}

/// The same inside a transaction. Answers whether it was paused.
pub(crate) fn resume_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    what: &Pausing,
    entry: &Entry,
) -> store::Result<Done<bool>> {
    let Some(named) = name(tx, workspace, what)? else { return Ok(Err(Refusal::Missing("channel"))) };
    let ended = tx.end_pause(workspace, what.scope(), &what.subject())?;
    if ended {
        entry.write_notice(tx, workspace, &named, &News::AutomationResumed)?;
    }
    Ok(Ok(ended))
}

/// As the notices name it; nothing if there is no such number.
fn name(tx: &mut Tx<'_>, workspace: WorkspaceId, what: &Pausing) -> store::Result<Option<String>> {
    match what {
        Pausing::All => Ok(Some("automation".to_owned())),
        Pausing::Type(kind) => Ok(Some(kind.clone())),
        Pausing::Channel(id) => {
            let channel = tx.channels(workspace)?.into_iter().find(|channel| channel.id == *id);
            Ok(channel.map(|channel| channel.display_phone_number))
        }
    }
}

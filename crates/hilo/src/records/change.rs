//! A record is changed by somebody who has seen how it stands: a change of what somebody else changed meanwhile is refused.

use std::sync::Arc;

use domain::ids::WorkspaceId;
use domain::record::difference;
use store::{Tx, Versioned};
use uuid::Uuid;

use super::told::{member, with_names};
use super::{Told, Trail};
use crate::inbox::{Done, Refusal, wake_for_record};
use crate::node::Node;

/// Which record, as which version its author saw it, and who that is.
#[derive(Debug, Clone)]
pub struct Edit {
    /// Which.
    pub id: Uuid,
    /// The version that was on the screen.
    pub seen: i64,
    /// Who, when and why.
    pub trail: Trail,
}

/// Changes a record to what `edited` makes of it.
pub async fn change<R: Told>(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    edit: Edit,
    edited: impl FnMut(&mut Tx<'_>, &R) -> store::Result<Done<R>> + Send + 'static,
) -> Done<Versioned<R>> {
    change_behind(node, workspace, Vec::new(), edit, edited).await
}

/// The same behind everybody who holds one of these locks.
pub(super) async fn change_behind<R: Told>(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    locks: Vec<i64>,
    edit: Edit,
    mut edited: impl FnMut(&mut Tx<'_>, &R) -> store::Result<Done<R>> + Send + 'static,
) -> Done<Versioned<R>> {
    let work = move |tx: &mut Tx<'_>| change_at(tx, workspace, &edit, &mut edited);
    let changed = node.store.write(locks, work).await?;
    node.changed(&[workspace]);
    changed
}

/// The same inside a transaction, at a moment of the caller's. What leaves everything as it is, is no change.
pub(crate) fn change_at<R: Told>(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    edit: &Edit,
    edited: &mut impl FnMut(&mut Tx<'_>, &R) -> store::Result<Done<R>>,
) -> store::Result<Done<Versioned<R>>> {
    let Some(kept) = R::to_change(tx, workspace, edit.id)? else {
        return Ok(Err(Refusal::Missing(R::NOUN.name())));
    };
    if kept.version != edit.seen {
        return Ok(Err(stale(R::NOUN.name(), edit.seen, kept.version)));
    }
    let new = match edited(tx, &kept.record)? {
        Ok(new) => new,
        Err(refused) => return Ok(Err(refused)),
    };
    let named = new.contact();
    let new = match with_names(tx, workspace, Some(&kept.record), new)? {
        Ok(new) => new,
        Err(refused) => return Ok(Err(refused)),
    };
    let changes = difference(&kept.record, &new);
    if new == kept.record || changes.is_empty() {
        return Ok(Ok(kept));
    }
    if let Err(refused) = edit.trail.check(tx, workspace)? {
        return Ok(Err(refused));
    }
    new.replace(tx, workspace, edit.trail.at)?;
    if new.contact() != kept.record.contact()
        && let Some(member) = member(tx, workspace, named, new.contact(), &edit.trail)?
    {
        tx.set_member(workspace, new.reference(), member)?;
    }
    edit.trail.changed(tx, workspace, &kept.record, &new, changes)?;
    // Conversations that were put aside until then come back.
    wake_for_record(tx, workspace, &format!("{}/{}", R::NOUN.name(), edit.id), edit.trail.at)?;
    Ok(Ok(Versioned { record: new, version: kept.version + 1, updated_at: edit.trail.at, ..kept }))
}

pub(super) fn stale(noun: &str, seen: i64, now: i64) -> Refusal {
    Refusal::Stale(format!(
        "this {noun} was changed meanwhile: you saw version {seen}, and it is at version {now}; read it again"
    ))
}

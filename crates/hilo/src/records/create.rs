//! A new record.

use std::sync::Arc;

use domain::ids::WorkspaceId;
use store::{Tx, Versioned};

use super::told::{member, with_names};
use super::{Told, Trail};
use crate::inbox::{Acted, Done, Once};
use crate::node::Node;

/// Keeps a new record, if whatever it names is there.
pub async fn create<R: Told + Sync>(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    record: R,
    trail: Trail,
    once: Once<Versioned<R>>,
) -> Done<Acted<Versioned<R>>> {
    let work = move |tx: &mut Tx<'_>| create_at(tx, workspace, &record, &trail);
    let created = once.write(node, workspace, Vec::new(), work).await;
    node.changed(&[workspace]);
    created
}

/// The same inside a transaction, at a moment of the caller's.
pub(crate) fn create_at<R: Told>(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    record: &R,
    trail: &Trail,
) -> store::Result<Done<Versioned<R>>> {
    let named = record.contact();
    let record = match with_names(tx, workspace, None, record.clone())? {
        Ok(record) => record,
        Err(refused) => return Ok(Err(refused)),
    };
    if let Err(refused) = trail.check(tx, workspace)? {
        return Ok(Err(refused));
    }
    record.add(tx, workspace, trail.at)?;
    if let Some(member) = member(tx, workspace, named, record.contact(), trail)? {
        tx.set_member(workspace, record.reference(), member)?;
    }
    trail.made(tx, workspace, &record)?;
    Ok(Ok(Versioned { record, version: 1, created_at: trail.at, updated_at: trail.at }))
}

//! Keys of the API, made and revoked. Who did it stands among the notices.

use std::sync::Arc;

use domain::ids::{KeyId, WorkspaceId};
use domain::news::News;
use store::{KeyRow, NewKey, Tx};
use tracing::info;

use super::entry::Entry;
use super::{Acted, Done, Once, Refusal};
use crate::node::Node;

/// Keeps a new key.
pub async fn make_key(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    new: NewKey,
    by: &str,
    once: Once<KeyRow>,
) -> Done<Acted<KeyRow>> {
    let (entry, id, name) = (Entry::new(node, by), new.id, new.name.clone());
    let keep = move |tx: &mut Tx<'_>| {
        make_key_at(tx, workspace, &new, &entry)?;
        Ok(tx.key(workspace, new.id)?.ok_or(Refusal::Missing("key")))
    };
    let made = once.write(node, workspace, Vec::new(), keep).await?;
    node.changed(&[workspace]);
    info!(key.id = %id, by, "`{by}` made the key `{name}`");
    Ok(made)
}

/// The same inside a transaction.
pub(crate) fn make_key_at(tx: &mut Tx<'_>, workspace: WorkspaceId, new: &NewKey, entry: &Entry) -> store::Result<()> {
    tx.add_key(workspace, new, entry.at)?;
    entry.write_notice(tx, workspace, &new.name, &News::KeyMade { scopes: new.scopes.to_string() })
}

/// Revokes a key: from the next request on it opens nothing. One that was revoked before stays so.
pub async fn revoke_key(node: &Arc<Node>, workspace: WorkspaceId, id: KeyId, by: &str) -> Done<()> {
    let entry = Entry::new(node, by);
    node.store.write(Vec::new(), move |tx| revoke_key_at(tx, workspace, id, &entry)).await??;
    node.changed(&[workspace]);
    info!(key.id = %id, by, "`{by}` revoked a key");
    Ok(())
}

/// The same inside a transaction.
pub(crate) fn revoke_key_at(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: KeyId,
    entry: &Entry,
) -> store::Result<Done<()>> {
    let Some(key) = tx.key(workspace, id)? else { return Ok(Err(Refusal::Missing("key"))) };
    if key.revoked_at.is_none() {
        tx.revoke_key(workspace, id, entry.at)?;
        entry.write_notice(tx, workspace, &key.name, &News::KeyRevoked)?;
    }
    Ok(Ok(()))
}

//! Keys of the API, made and revoked through the API.

use std::sync::Arc;

use domain::ids::{KeyId, WorkspaceId};
use store::{KeyRow, NewKey, Tx};
use tracing::info;

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
    let (now, id, name) = (node.clock.now().as_millisecond(), new.id, new.name.clone());
    let keep = move |tx: &mut Tx<'_>| {
        tx.add_key(workspace, &new, now)?;
        Ok(tx.key(workspace, new.id)?.ok_or(Refusal::Missing("key")))
    };
    let made = once.write(node, workspace, Vec::new(), keep).await?;
    info!(key.id = %id, by, "`{by}` made the key `{name}`");
    Ok(made)
}

/// Revokes a key: from the next request on it opens nothing. One that was revoked before stays so.
pub async fn revoke_key(node: &Arc<Node>, workspace: WorkspaceId, id: KeyId, by: &str) -> Done<()> {
    let now = node.clock.now().as_millisecond();
    let found = node.store.write(Vec::new(), move |tx| tx.revoke_key(workspace, id, now)).await?;
    if !found {
        return Err(Refusal::Missing("key"));
    }
    info!(key.id = %id, by, "`{by}` revoked a key");
    Ok(())
}

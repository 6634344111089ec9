//! A person removes a file that they uploaded and that no message names.

use std::sync::Arc;

use domain::ids::{MediaId, WorkspaceId};
use store::Tx;
use tracing::{info, warn};

use super::depot::Called;
use crate::inbox::{Done, Refusal};
use crate::node::Node;

/// Given up, then its bytes, then its row: after a crash in between, the hourly round goes on with it.
pub async fn discard(node: &Arc<Node>, workspace: WorkspaceId, id: MediaId, by: &str) -> Done<()> {
    let reason = format!("{by} removed it");
    node.store.write(Vec::new(), move |tx| give_up(tx, workspace, id, &reason)).await??;
    if let Err(reason) = node.media.depot.remove(workspace, Called::Id(id)).await {
        warn!(%reason, media.id = %id, "A file that somebody removed is still where files are kept; trying again in an hour");
        return Ok(());
    }
    node.store.write(Vec::new(), move |tx| tx.forget_unsent_media(workspace, id)).await?;
    info!(media.id = %id, by, "`{by}` removed an uploaded file");
    Ok(())
}

fn give_up(tx: &mut Tx<'_>, workspace: WorkspaceId, id: MediaId, reason: &str) -> store::Result<Done<()>> {
    let Some(row) = tx.media(workspace, id)? else { return Ok(Err(Refusal::Missing("file"))) };
    if row.conversation.is_some() {
        let said = "it came with a customer's message and stays with it; only a file that was uploaded can be removed";
        return Ok(Err(Refusal::Conflict(said.to_owned())));
    }
    if !tx.discard_upload(workspace, id, reason)? {
        return Ok(Err(Refusal::Conflict("a message names it, so it stays with that message".to_owned())));
    }
    Ok(Ok(()))
}

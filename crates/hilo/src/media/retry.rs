//! A person wants another try for a file that did not come.

use std::sync::Arc;

use domain::ids::{MediaId, WorkspaceId};
use store::{MediaRow, Tx};

use crate::clock::machine_now;
use crate::inbox::{Acted, Done, Once, Refusal};
use crate::node::Node;

/// Has a missing or refused file fetched once more.
pub async fn retry(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: MediaId,
    once: Once<MediaRow>,
) -> Done<Acted<MediaRow>> {
    let work = move |tx: &mut Tx<'_>| fetch_again(tx, workspace, id);
    let again = once.write(node, workspace, Vec::new(), work).await;
    node.media_wakes.notify_one();
    node.changed(&[workspace]);
    again
}

fn fetch_again(tx: &mut Tx<'_>, workspace: WorkspaceId, id: MediaId) -> store::Result<Done<MediaRow>> {
    let Some(row) = tx.media(workspace, id)? else { return Ok(Err(Refusal::Missing("file"))) };
    if !tx.retry_media(workspace, id, machine_now())? {
        let said = match row.conversation {
            Some(_) => {
                format!("a file that is {} cannot be fetched again; only a missing or refused one can", row.state)
            }
            None => "a file that was uploaded here cannot be fetched; upload it again".to_owned(),
        };
        return Ok(Err(Refusal::Conflict(said)));
    }
    tx.media(workspace, id).map(|row| row.ok_or(Refusal::Missing("file")))
}

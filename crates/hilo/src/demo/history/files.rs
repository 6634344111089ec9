//! The files of those days: most were fetched in time.

use anyhow::Result;
use domain::ids::WorkspaceId;
use domain::media::{MediaKind, MediaState};
use store::{DueMedia, MediaOutcome, StoredFile, Tx};

use crate::clock::machine_now;
use crate::demo::pieces::{PHOTO, VOICE};
use crate::media::Called;
use crate::node::Node;

/// More than there are in sixty days.
const MANY: i64 = 10_000;
/// One of so many was not fetched in time.
const LOST: usize = 4;

/// Bytes that are in the depot already.
pub(super) struct Files {
    photo: StoredFile,
    voice: StoredFile,
}

/// Puts the bytes into the depot, where doing so twice is as good as once.
pub(super) async fn keep(node: &Node, workspace: WorkspaceId) -> Result<Files> {
    let photo = put(node, workspace, PHOTO, "image/jpeg").await?;
    Ok(Files { photo, voice: put(node, workspace, VOICE, "audio/ogg").await? })
}

async fn put(node: &Node, workspace: WorkspaceId, bytes: &[u8], mime_type: &str) -> Result<StoredFile> {
    let mut draft = node.media.depot.draft().await?;
    draft.write(bytes).await?;
    let complete = draft.finish().await?;
    let file = StoredFile { mime_type: mime_type.to_owned(), size: bytes.len() as i64, sha256: complete.sha256() };
    node.media.depot.put(workspace, Called::Hash(&file.sha256), complete).await?;
    Ok(file)
}

/// Ends the wait of every file: the simulator knows nothing of those days.
pub(super) fn settle(tx: &mut Tx<'_>, node: &Node, files: &Files) -> store::Result<()> {
    let due = tx.due_media(i64::MAX, MANY)?;
    for (place, DueMedia { workspace, media, .. }) in due.iter().enumerate() {
        let outcome = match media.kind {
            _ if place % LOST == LOST - 1 => {
                let reason = "WhatsApp does not have it any more".to_owned();
                MediaOutcome::Ended { state: MediaState::Missing, reason }
            }
            MediaKind::Audio => MediaOutcome::Stored(files.voice.clone()),
            MediaKind::Image | MediaKind::Video | MediaKind::Document | MediaKind::Sticker => {
                MediaOutcome::Stored(files.photo.clone())
            }
        };
        tx.lease_media(*workspace, media.id, node.id, machine_now())?;
        tx.settle_media(*workspace, media.id, node.id, &outcome)?;
    }
    Ok(())
}

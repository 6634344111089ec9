//! A file that somebody uploads here, to be sent.

use std::fmt::Display;
use std::sync::Arc;

use axum::body::Bytes;
use domain::ids::{MediaId, WorkspaceId};
use domain::media::{MediaKind, MediaState};
use futures::{Stream, StreamExt};
use sha2::{Digest, Sha256};
use store::{MediaRow, StoreError, StoredFile, Tx};
use tracing::warn;
use uuid::Uuid;

use super::depot::{Called, Complete};
use super::sniff::sniff;
use super::{sendable, slots};
use crate::clock::machine_now;
use crate::ids;
use crate::inbox::{Acted, Done, Once, Refusal};
use crate::kill_points::reached;
use crate::node::Node;

/// Uploaded files that no message names, of one workspace: so many, and so many bytes.
const UNSENT: (i64, i64) = (1_000, 4 * 1024 * 1024 * 1024);

/// No name of a file comes near it.
const LONGEST_NAME: usize = 240;

/// What is said of a file beside its bytes.
#[derive(Debug, Clone, Default)]
pub struct Offered {
    /// The type that it claims.
    pub claimed_type: Option<String>,
    /// Its name.
    pub filename: Option<String>,
    /// As what it shall be sent, if not as what its bytes are.
    pub kind: Option<MediaKind>,
}

/// Why a file was not taken.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// WhatsApp would not take it either.
    #[error("{0}")]
    Unsendable(String),
    /// It did not arrive whole.
    #[error("the file did not arrive whole: {0}")]
    Broken(String),
    /// This key uploads too much at once.
    #[error("this key has {} uploads under way; wait until one of them is answered", slots::AT_ONCE)]
    TooMany,
    /// This workspace uploads and does not send.
    #[error("{} files, or {} bytes, are uploaded and named by no message; send them first: what is not sent within 30 days is removed", UNSENT.0, UNSENT.1)]
    TooManyUnsent,
    /// It cannot be kept.
    #[error("the file cannot be stored: {0}")]
    NotStored(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A file whose bytes are kept, and of which nobody knows yet.
#[derive(Debug, Clone)]
pub struct Taken {
    id: MediaId,
    kind: MediaKind,
    filename: Option<String>,
    file: StoredFile,
}

impl Taken {
    /// The same for the same file, kind and name, another for any other.
    pub fn request(&self) -> Vec<u8> {
        let mut request = Sha256::new();
        let name = self.filename.as_deref().unwrap_or_default();
        for part in ["upload", &self.file.sha256, &self.file.mime_type, self.kind.name(), name] {
            request.update((part.len() as u64).to_be_bytes());
            request.update(part);
        }
        request.finalize().to_vec()
    }

    fn row(&self, machine_now: i64) -> MediaRow {
        MediaRow {
            id: self.id,
            conversation: None,
            seq: None,
            kind: self.kind,
            state: MediaState::Stored,
            reason: None,
            file: Some(self.file.clone()),
            filename: self.filename.clone(),
            attempts: 0,
            created_at: machine_now,
        }
    }
}

/// Checks a file and keeps its bytes, under an id that nobody knows until it is recorded.
pub async fn take<E: Display>(
    node: &Arc<Node>,
    (workspace, caller): (WorkspaceId, Uuid),
    offered: Offered,
    bytes: impl Stream<Item = Result<Bytes, E>>,
) -> Result<Taken, NotTaken> {
    let _slot = node.media.slots.take(caller).ok_or(NotTaken::TooMany)?;
    let (unsent, of_bytes) = node.store.read(move |tx| tx.unsent_media(workspace)).await?;
    if UNSENT.0 <= unsent || UNSENT.1 <= of_bytes {
        return Err(NotTaken::TooManyUnsent);
    }
    let complete = receive(node, bytes).await?;
    let mime_type = sniff(&complete.head, offered.claimed_type.as_deref());
    let kind = sendable::check(mime_type, complete.size, offered.kind, &node.media.largest);
    let kind = kind.map_err(NotTaken::Unsendable)?;
    let file = StoredFile { mime_type: mime_type.to_owned(), size: complete.size as i64, sha256: complete.sha256() };
    let (id, now) = (MediaId(ids::fresh()), machine_now());
    node.store.write(Vec::new(), move |tx| tx.begin_upload(workspace, id, now)).await?;
    let kept = node.media.depot.put(workspace, Called::Id(id), complete).await;
    kept.map_err(|problem| NotTaken::NotStored(problem.to_string()))?;
    reached("upload_kept");
    let filename = offered.filename.map(|name| name.chars().take(LONGEST_NAME).collect());
    Ok(Taken { id, kind, filename, file })
}

async fn receive<E: Display>(node: &Node, bytes: impl Stream<Item = Result<Bytes, E>>) -> Result<Complete, NotTaken> {
    let largest = node.media.largest.of(MediaKind::Document);
    let not_stored = |error: std::io::Error| NotTaken::NotStored(error.to_string());
    let mut draft = node.media.depot.draft().await.map_err(not_stored)?;
    let mut bytes = std::pin::pin!(bytes);
    while let Some(piece) = bytes.next().await {
        draft.write(&piece.map_err(|error| NotTaken::Broken(error.to_string()))?).await.map_err(not_stored)?;
        if largest < draft.size() {
            return Err(NotTaken::Unsendable(format!("the file has more than {largest} bytes")));
        }
    }
    draft.finish().await.map_err(not_stored)
}

/// Records a file, so that a message can name it. If that was done before under the same key, the bytes are not needed twice.
pub async fn record(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    taken: Taken,
    once: Once<MediaRow>,
) -> Done<Acted<MediaRow>> {
    let (id, now) = (taken.id, machine_now());
    let work = move |tx: &mut Tx<'_>| {
        if !tx.end_upload(workspace, taken.id)? {
            return Ok(Err(Refusal::Conflict("the upload took too long; upload the file again".to_owned())));
        }
        let name = taken.filename.as_deref();
        tx.add_uploaded_media(workspace, taken.id, taken.kind, name, &taken.file, now)?;
        Ok(Ok(taken.row(now)))
    };
    let done = once.write(node, workspace, Vec::new(), work).await;
    match &done {
        // It may be recorded all the same; if not, its bytes are found by themselves.
        Ok(Acted::Now(_)) | Err(Refusal::Store(_)) => {}
        Ok(Acted::Before(_)) | Err(_) => unneeded(node, workspace, id).await,
    }
    done
}

async fn unneeded(node: &Arc<Node>, workspace: WorkspaceId, id: MediaId) {
    if let Err(reason) = node.media.depot.remove(workspace, Called::Id(id)).await {
        return warn!(%reason, media.id = %id, "A file that was uploaded twice cannot be removed; trying again in an hour");
    }
    if let Err(reason) = node.store.write(Vec::new(), move |tx| tx.forget_upload(workspace, id)).await {
        warn!(%reason, media.id = %id, "A file that was uploaded twice is gone, and not forgotten yet");
    }
}

//! A file that somebody uploads here, to be sent.

use std::fmt::Display;
use std::sync::Arc;

use axum::body::Bytes;
use domain::ids::{MediaId, WorkspaceId};
use domain::media::MediaKind;
use futures::{Stream, StreamExt};
use store::{StoreError, StoredFile, Tx};

use super::sendable;
use super::sniff::sniff;
use crate::clock::machine_now;
use crate::ids;
use crate::node::Node;

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
    /// It cannot be kept.
    #[error("the file cannot be stored: {0}")]
    NotStored(String),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps a file, and answers the id by which a message names it.
pub async fn take<E: Display>(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    offered: Offered,
    bytes: impl Stream<Item = Result<Bytes, E>>,
) -> Result<MediaId, NotTaken> {
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
    let complete = draft.finish().await.map_err(not_stored)?;
    let mime_type = sniff(&complete.head, offered.claimed_type.as_deref());
    let kind = sendable::check(mime_type, complete.size, offered.kind, &node.media.largest);
    let kind = kind.map_err(NotTaken::Unsendable)?;
    let size = complete.size as i64;
    let file = StoredFile { mime_type: mime_type.to_owned(), size, sha256: complete.sha256() };
    let kept = node.media.depot.put(workspace, complete).await;
    kept.map_err(|problem| NotTaken::NotStored(problem.to_string()))?;

    let id = MediaId(ids::fresh());
    let record = move |tx: &mut Tx<'_>| {
        tx.add_uploaded_media(workspace, id, kind, offered.filename.as_deref(), &file, machine_now())
    };
    node.store.write(Vec::new(), record).await?;
    Ok(id)
}

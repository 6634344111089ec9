//! Where the bytes of files are: in a folder, or in a bucket. Each workspace has its own place.

mod bucket;
mod draft;
mod folder;

use std::ops::Range;
use std::path::PathBuf;

use anyhow::Result;
use axum::body::Bytes;
use domain::ids::{MediaId, WorkspaceId};
use futures::stream::BoxStream;
use store::{MediaRow, StoredFile};

pub(crate) use draft::{Complete, Draft};

use crate::config::MediaSettings;
use bucket::Bucket;
use folder::Folder;

/// The bytes of a file, piece by piece.
pub(crate) type ByteStream = BoxStream<'static, std::io::Result<Bytes>>;

/// How a file is called in the place of its workspace.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Called<'a> {
    /// By its hash: what customers send, which is kept once however often it is sent.
    Hash(&'a str),
    /// By its id: what is uploaded, which can be removed without a look at all others.
    Id(MediaId),
}

impl<'a> Called<'a> {
    /// How the file of a row is called.
    pub(crate) fn of(row: &MediaRow, file: &'a StoredFile) -> Self {
        match row.conversation {
            Some(_) => Called::Hash(&file.sha256),
            None => Called::Id(row.id),
        }
    }
}

/// Why a file is not in the depot, or not out of it.
#[derive(Debug, thiserror::Error)]
pub enum DepotProblem {
    /// Nothing is kept under that hash.
    #[error("it is not where files are kept")]
    NotThere,
    /// The disk or the bucket.
    #[error("{0}")]
    Failed(String),
}

impl From<std::io::Error> for DepotProblem {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => DepotProblem::NotThere,
            _ => DepotProblem::Failed(error.to_string()),
        }
    }
}

/// Where the bytes of files are.
#[derive(Debug)]
pub struct Depot {
    /// Of files on their way in.
    arriving: PathBuf,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Folder(Folder),
    Bucket(Bucket),
}

impl Depot {
    /// Makes the place ready, and removes what a crash left half-way. With `shared`, other nodes may be writing there.
    pub fn open(settings: &MediaSettings, shared: bool) -> Result<Depot> {
        let arriving = settings.folder.join("arriving");
        draft::make_ready(&arriving, shared)?;
        let place = match &settings.s3 {
            Some(s3) => Place::Bucket(Bucket::new(s3)?),
            None => Place::Folder(Folder::new(settings.folder.clone())),
        };
        Ok(Depot { arriving, place })
    }

    /// A file on its way in.
    pub(crate) async fn draft(&self) -> std::io::Result<Draft> {
        Draft::begin(&self.arriving).await
    }

    /// Keeps a file. Doing so twice is as good as once.
    pub(crate) async fn put(
        &self,
        workspace: WorkspaceId,
        called: Called<'_>,
        complete: Complete,
    ) -> Result<(), DepotProblem> {
        let name = name(workspace, called);
        match &self.place {
            Place::Folder(folder) => folder.put(&name, complete).await,
            Place::Bucket(bucket) => bucket.put(&name, &complete).await,
        }
    }

    /// The bytes of a file, from the first to before the last of `range`.
    pub(crate) async fn open_file(
        &self,
        workspace: WorkspaceId,
        called: Called<'_>,
        range: Range<u64>,
    ) -> Result<ByteStream, DepotProblem> {
        let name = name(workspace, called);
        match &self.place {
            Place::Folder(folder) => folder.open(&name, range).await,
            Place::Bucket(bucket) => bucket.open(&name, range).await,
        }
    }

    /// Removes a file. It may be gone already.
    pub(crate) async fn remove(&self, workspace: WorkspaceId, called: Called<'_>) -> Result<(), DepotProblem> {
        let name = name(workspace, called);
        let removed = match &self.place {
            Place::Folder(folder) => folder.remove(&name).await,
            Place::Bucket(bucket) => bucket.remove(&name).await,
        };
        match removed {
            Err(DepotProblem::NotThere) => Ok(()),
            Ok(()) | Err(DepotProblem::Failed(_)) => removed,
        }
    }
}

/// Two letters in between, so that no folder has too many entries: the first of a hash; the last of an id, which begins with the time.
fn name(workspace: WorkspaceId, called: Called<'_>) -> String {
    match called {
        Called::Hash(sha256) => format!("{workspace}/{}/{sha256}", sha256.get(..2).unwrap_or_default()),
        Called::Id(id) => {
            let id = id.to_string();
            format!("{workspace}/uploaded-{}/{id}", id.get(id.len() - 2..).unwrap_or_default())
        }
    }
}

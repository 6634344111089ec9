//! Where the bytes of files are: in a folder, or in a bucket. Each workspace has its own place, and in it a file is called by its hash.

mod bucket;
mod draft;
mod folder;

use std::ops::Range;
use std::path::PathBuf;

use anyhow::Result;
use axum::body::Bytes;
use domain::ids::WorkspaceId;
use futures::stream::BoxStream;

pub(crate) use draft::{Complete, Draft};

use crate::config::MediaSettings;
use bucket::Bucket;
use folder::Folder;

/// The bytes of a file, piece by piece.
pub(crate) type ByteStream = BoxStream<'static, std::io::Result<Bytes>>;

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
    pub(crate) async fn put(&self, workspace: WorkspaceId, complete: Complete) -> Result<(), DepotProblem> {
        let name = name(workspace, &complete.sha256());
        match &self.place {
            Place::Folder(folder) => folder.put(&name, complete).await,
            Place::Bucket(bucket) => bucket.put(&name, &complete).await,
        }
    }

    /// The bytes of a file, from the first to before the last of `range`.
    pub(crate) async fn open_file(
        &self,
        workspace: WorkspaceId,
        sha256: &str,
        range: Range<u64>,
    ) -> Result<ByteStream, DepotProblem> {
        let name = name(workspace, sha256);
        match &self.place {
            Place::Folder(folder) => folder.open(&name, range).await,
            Place::Bucket(bucket) => bucket.open(&name, range).await,
        }
    }
}

/// Two letters of the hash in between, so that no folder has too many entries.
fn name(workspace: WorkspaceId, sha256: &str) -> String {
    let start: String = sha256.chars().take(2).collect();
    format!("{workspace}/{start}/{sha256}")
}

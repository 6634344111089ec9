//! Files in a folder.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use futures::StreamExt;
use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt, SeekFrom};

use super::{ByteStream, Complete, DepotProblem};

const PIECE: u64 = 64 * 1024;

#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
}

impl Folder {
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    pub(super) async fn put(&self, name: &str, complete: Complete) -> Result<(), DepotProblem> {
        let target = self.root.join(name);
        let moved = tokio::task::spawn_blocking(move || move_to(&complete.temporary.0, &target)).await;
        let moved = moved.map_err(|error| DepotProblem::Failed(error.to_string()))?;
        // A folder that cannot be made is not a file that is not there.
        moved.map_err(|error| DepotProblem::Failed(error.to_string()))
    }

    pub(super) async fn remove(&self, name: &str) -> Result<(), DepotProblem> {
        Ok(tokio::fs::remove_file(self.root.join(name)).await?)
    }

    pub(super) async fn open(&self, name: &str, range: Range<u64>) -> Result<ByteStream, DepotProblem> {
        Ok(stream(&self.root.join(name), range).await?)
    }
}

/// The bytes of a file, from the first to before the last of `range`.
pub(super) async fn stream(path: &Path, range: Range<u64>) -> io::Result<ByteStream> {
    let mut file = File::open(path).await?;
    file.seek(SeekFrom::Start(range.start)).await?;
    let left = range.end.saturating_sub(range.start);
    Ok(futures::stream::try_unfold((file, left), next_piece).boxed())
}

async fn next_piece((mut file, left): (File, u64)) -> io::Result<Option<(Bytes, (File, u64))>> {
    if left == 0 {
        return Ok(None);
    }
    let mut piece = vec![0; left.min(PIECE) as usize];
    let read = file.read(&mut piece).await?;
    if read == 0 {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file is shorter than it was"));
    }
    piece.truncate(read);
    Ok(Some((piece.into(), (file, left - read as u64))))
}

/// The name is on disk before anybody says that the file is there.
fn move_to(from: &Path, to: &Path) -> io::Result<()> {
    let folder = to.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(folder)?;
    std::fs::rename(from, to)?;
    for folder in folder.ancestors().take(3).filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

//! A file on its way in: written to a file of its own, which is gone unless it is kept.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context;
use sha2::{Digest, Sha256};
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use crate::clock::machine_now;
use crate::ids;
use crate::media::sniff::HEAD;

/// No transfer takes so long: what is older was left by a node that is gone.
const FORGOTTEN: Duration = Duration::from_secs(3600);

/// Makes the folder, and removes what a crash left in it.
pub(super) fn make_ready(arriving: &Path, shared: bool) -> anyhow::Result<()> {
    let cannot = || format!("`media.folder`: {} cannot be used", arriving.display());
    std::fs::create_dir_all(arriving).with_context(cannot)?;
    for entry in std::fs::read_dir(arriving).with_context(cannot)? {
        let path = entry.with_context(cannot)?.path();
        if !shared || is_forgotten(&path) {
            // Another node may have been faster.
            drop(std::fs::remove_file(path));
        }
    }
    Ok(())
}

fn is_forgotten(path: &Path) -> bool {
    let changed = std::fs::metadata(path).and_then(|about| about.modified());
    let since = changed.ok().and_then(|changed| changed.duration_since(SystemTime::UNIX_EPOCH).ok());
    since.is_some_and(|since| ((since + FORGOTTEN).as_millis() as i64) < machine_now())
}

/// A file that is being written.
pub(crate) struct Draft {
    file: File,
    temporary: Temporary,
    hash: Sha256,
    size: u64,
    head: Vec<u8>,
}

/// A file that is written and on disk, in its temporary place.
pub(crate) struct Complete {
    pub(super) temporary: Temporary,
    /// Its hash.
    pub(crate) hash: [u8; 32],
    /// How many bytes.
    pub(crate) size: u64,
    /// The first of them.
    pub(crate) head: Vec<u8>,
}

impl Draft {
    pub(super) async fn begin(arriving: &Path) -> io::Result<Draft> {
        let temporary = Temporary(arriving.join(ids::fresh().to_string()));
        let file = File::create_new(&temporary.0).await?;
        Ok(Draft { file, temporary, hash: Sha256::new(), size: 0, head: Vec::new() })
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await?;
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        let missing = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..missing]);
        Ok(())
    }

    /// How many bytes have been written.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    pub(crate) async fn finish(mut self) -> io::Result<Complete> {
        self.file.flush().await?;
        self.file.sync_all().await?;
        let hash = self.hash.finalize().into();
        Ok(Complete { temporary: self.temporary, hash, size: self.size, head: self.head })
    }
}

impl Complete {
    /// The hash in hexadecimal digits.
    pub(crate) fn sha256(&self) -> String {
        self.hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// A file that nobody needs once this is dropped.
pub(super) struct Temporary(pub(super) PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        // It may have been moved to where it is kept; and what stays is removed at the next start.
        drop(std::fs::remove_file(&self.0));
    }
}

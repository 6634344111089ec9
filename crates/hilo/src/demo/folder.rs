//! The demo's folder: marked as one, held by one demo at a time, and the memory of business time.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::line::BusinessTime;

const MARKER: &str = "hilo-demo.txt";
const MARKED: &str = "Hilo keeps the data of a demo here. `hilo demo --remove` removes this folder.\n";
const TIME: &str = "time.json";

/// A folder that nobody else uses as long as this lives.
pub struct Folder {
    path: PathBuf,
    _held: File,
    /// Made by this start, in which nothing was shown yet.
    fresh: bool,
}

/// A demo that could not start leaves nothing behind.
impl Drop for Folder {
    fn drop(&mut self) {
        if self.fresh {
            drop(fs::remove_dir_all(&self.path));
        }
    }
}

impl Folder {
    /// Makes the folder if it is not there, and takes hold of it.
    pub fn open(path: &Path) -> Result<Folder> {
        let at = path.display();
        if path.is_dir() && !is_demo(path) && !is_empty(path)? {
            bail!("{at} holds something else than a demo; name another with --folder");
        }
        let fresh = !path.exists();
        fs::create_dir_all(path).with_context(|| format!("{at} cannot be made; name another with --folder"))?;
        let marker = path.join(MARKER);
        if !marker.exists() {
            fs::write(&marker, MARKED)
                .with_context(|| format!("{at} cannot be written; name another with --folder"))?;
        }
        let held = File::options().append(true).open(&marker);
        let held = held.with_context(|| format!("{at} cannot be written; name another with --folder"))?;
        hold(&held, path)?;
        Ok(Folder { path: path.to_owned(), _held: held, fresh })
    }

    /// The demo can be used: from now on what is in the folder stays.
    pub fn keep(&mut self) {
        self.fresh = false;
    }

    /// Where the database is.
    pub fn database(&self) -> PathBuf {
        self.path.join("hilo.db")
    }

    /// Business time as it was left; nothing at the first start.
    pub fn time(&self) -> Result<Option<BusinessTime>> {
        let path = self.path.join(TIME);
        match fs::read_to_string(&path) {
            Ok(text) => {
                let read = serde_json::from_str(&text);
                read.map(Some).with_context(|| {
                    format!("{} is not as the demo wrote it; `hilo demo --remove` starts anew", path.display())
                })
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    /// Keeps business time; half a file is never seen.
    pub fn keep_time(&self, time: &BusinessTime) -> Result<()> {
        let (path, fresh) = (self.path.join(TIME), self.path.join("time.json.new"));
        fs::write(&fresh, serde_json::to_vec(time)?)
            .and_then(|()| fs::rename(&fresh, &path))
            .with_context(|| format!("{} cannot be written", path.display()))
    }
}

/// Removes a demo with everything in it, and nothing that is none.
pub fn remove(path: &Path) -> Result<()> {
    if !is_demo(path) {
        bail!("{} is no demo's folder: nothing was removed", path.display());
    }
    // Held while it goes, so that no demo starts in it meanwhile.
    let held = File::options().append(true).open(path.join(MARKER));
    let held = held.with_context(|| format!("{} cannot be written", path.display()))?;
    hold(&held, path)?;
    fs::remove_dir_all(path).with_context(|| format!("{} cannot be removed", path.display()))
}

fn hold(marker: &File, path: &Path) -> Result<()> {
    match marker.try_lock() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => {
            bail!("a demo is running on {} already; end it first, or name another folder with --folder", path.display())
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("{} cannot be locked", path.display())),
    }
}

fn is_demo(path: &Path) -> bool {
    path.join(MARKER).is_file()
}

fn is_empty(path: &Path) -> Result<bool> {
    let mut entries = fs::read_dir(path).with_context(|| format!("{} cannot be read", path.display()))?;
    Ok(entries.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_demos_own_folder_is_used_and_removed() {
        let place = tempfile::tempdir().unwrap();
        let (own, other) = (place.path().join("demo"), place.path().join("photos"));
        fs::create_dir(&other).unwrap();
        fs::write(other.join("cat.jpg"), "meow").unwrap();
        assert!(Folder::open(&other).is_err());
        assert!(remove(&other).is_err());
        assert!(other.join("cat.jpg").exists());

        drop(Folder::open(&own).unwrap());
        assert!(!own.exists(), "nothing was shown");
        let mut folder = Folder::open(&own).unwrap();
        folder.keep();
        let second = Folder::open(&own).err().unwrap().to_string();
        assert!(second.contains("running"), "{second}");
        assert!(remove(&own).is_err(), "a demo that runs is not removed");
        drop(folder);
        remove(&own).unwrap();
        assert!(!own.exists());
    }

    #[test]
    fn business_time_is_found_as_it_was_left() {
        let place = tempfile::tempdir().unwrap();
        let folder = Folder::open(place.path()).unwrap();
        assert_eq!(folder.time().unwrap(), None);
        let time = BusinessTime { ahead_ms: 5, began_at: 1, seen_at: 2, moved: None };
        folder.keep_time(&time).unwrap();
        assert_eq!(folder.time().unwrap(), Some(time));
    }
}

//! When the log is copied back into the database.
//!
//! Seldom and much at once, so that a page that changed often is copied once. And not by the thread that writes, for which everybody
//! waits: a thread of its own copies what is there while the log goes on growing. What came meanwhile is little, and the writer copies
//! that itself, because a log begins anew only when it was copied to its end.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use rusqlite::Connection;

use crate::Result;

/// Pages of 4 KiB after which the log is copied; it is read back in a moment at the start.
const WORTH_COPYING: i32 = 16_000;
/// So many pages the writer copies in passing.
const IN_PASSING: i32 = 1_000;
/// At this length the writer copies whatever is left, however long it takes: the other thread does not keep up.
const TOO_LONG: i32 = 64_000;
/// While somebody reads what is in the log, it does not begin anew; it is tried again after so many pages.
const TRIED_AGAIN: i32 = 4_000;

/// Has the log of `writer` copied from now on.
pub(super) fn copy_back(writer: &mut Connection, path: &Path) -> Result<()> {
    let copier = super::connect(path)?;
    let copied = Arc::new(AtomicI32::new(0));
    let (ask, asked) = sync_channel(1);
    let known = copied.clone();
    super::spawn("store-log", move || copy_when_asked(&copier, &asked, &known))?;

    let mut log = Log { copied, ask, length: 0, next: WORTH_COPYING };
    writer.wal_hook(Some(move |wal: &mut rusqlite::hooks::Wal, length: i32| {
        if log.is_to_be_ended(length) {
            // What is not copied now is copied later; the commit stands.
            drop(wal.checkpoint());
        }
        Ok(())
    }))?;
    Ok(())
}

/// Ends with the writer, which holds the other end.
fn copy_when_asked(copier: &Connection, asked: &Receiver<()>, copied: &AtomicI32) {
    while asked.recv().is_ok() {
        let pages = copier.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(2));
        if let Ok(pages) = pages {
            copied.store(pages, Ordering::Relaxed);
        }
    }
}

/// What the writer knows of the log.
struct Log {
    /// Pages that the other thread has copied.
    copied: Arc<AtomicI32>,
    ask: SyncSender<()>,
    length: i32,
    /// The length at which something is to be done next.
    next: i32,
}

impl Log {
    /// Called after each commit with the length of the log; whether the writer copies the rest now.
    fn is_to_be_ended(&mut self, length: i32) -> bool {
        if length < self.length {
            self.copied.store(0, Ordering::Relaxed);
            self.next = WORTH_COPYING;
        }
        self.length = length;
        if length < self.next {
            return false;
        }
        let left = length - self.copied.load(Ordering::Relaxed);
        if IN_PASSING < left && left < TOO_LONG {
            // Asked already: it is at it.
            self.ask.try_send(()).ok();
            return false;
        }
        self.next = length + TRIED_AGAIN;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_writer_copies_only_what_came_while_the_other_thread_did() {
        let (ask, asked) = sync_channel(1);
        let copied = Arc::new(AtomicI32::new(0));
        let mut log = Log { copied: copied.clone(), ask, length: 0, next: WORTH_COPYING };

        assert!(!log.is_to_be_ended(WORTH_COPYING - 1) && asked.try_recv().is_err());
        assert!(!log.is_to_be_ended(WORTH_COPYING) && asked.try_recv().is_ok());
        copied.store(WORTH_COPYING, Ordering::Relaxed);
        assert!(log.is_to_be_ended(WORTH_COPYING + IN_PASSING));
        assert!(!log.is_to_be_ended(WORTH_COPYING + IN_PASSING + 1), "a reader keeps it; it is tried again later");

        assert!(!log.is_to_be_ended(10), "it began anew");
        assert!(!log.is_to_be_ended(WORTH_COPYING) && asked.try_recv().is_ok());
        assert!(log.is_to_be_ended(TOO_LONG), "the other thread does not keep up");
    }
}

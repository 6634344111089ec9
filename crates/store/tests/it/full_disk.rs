//! A disk that is full. A child process gets a small limit on the size of its files, which SQLite meets as it meets a full disk.

use std::process::Command;

use domain::ids::{BodyId, WorkspaceId};
use store::StoreError;

use crate::clinic::{NOW, fresh};
use crate::places::{self, read, write};

/// Tells the child where its database is.
const CHILD: &str = "HILO_TEST_FULL_DISK";
/// In blocks of 1,024 bytes: room for the schema and some bodies.
const LIMIT: u32 = 2_048;

#[test]
fn a_full_disk_refuses_writes_and_keeps_what_was_answered() {
    let folder = tempfile::tempdir().unwrap();
    let script =
        format!("trap '' XFSZ; ulimit -f {LIMIT} && exec \"$0\" --exact full_disk::child --ignored --nocapture");
    let child = Command::new("bash")
        .args(["-c", &script])
        .arg(std::env::current_exe().unwrap())
        .env(CHILD, folder.path().join("hilo.db"))
        .output();
    match child {
        Err(reason) => println!("There is no bash here to limit a process, so a full disk is not tried: {reason}"),
        Ok(child) => {
            assert!(child.status.success(), "{}", String::from_utf8_lossy(&[child.stdout, child.stderr].concat()))
        }
    }
}

#[test]
#[ignore = "runs in a process of its own, started by the test above"]
fn child() {
    let Ok(path) = std::env::var(CHILD) else { return };
    let store = places::open_sqlite(path.as_ref());
    let workspace = WorkspaceId(fresh());
    let mut answered = Vec::new();
    let refused = loop {
        assert!(answered.len() < 1_000, "nothing was ever refused");
        let id = BodyId(fresh());
        match write(&store, move |tx| tx.add_body(workspace, id, &[b'x'; 64 * 1_024], NOW)) {
            Ok(()) => answered.push(id),
            Err(refused) => break refused,
        }
    };

    assert!(matches!(refused, StoreError::CannotWrite(_)), "{refused:?}");
    assert!(!answered.is_empty());
    for id in answered {
        assert!(read(&store, move |tx| tx.body(workspace, id)).is_some(), "what was answered is there");
    }
    let again = write(&store, move |tx| tx.add_body(workspace, BodyId(fresh()), &[b'x'; 64 * 1_024], NOW));
    assert!(matches!(again, Err(StoreError::CannotWrite(_))), "{again:?}");
}

//! A PostgreSQL of our own that goes away and comes back.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use store::{Store, StoreError};

use crate::clinic::{Clinic, NOW};
use crate::places::{Server, read, write};

#[test]
fn while_postgresql_is_away_writes_fail_as_unreachable_and_later_work_again() {
    let Some(own) = OwnServer::start() else {
        println!("No PostgreSQL programs are found that may be started here, so a restart is not tried.");
        return;
    };
    let server = Server::at(&own.url);
    let store = server.fresh();
    let clinic = Clinic::at(&store);

    own.control("stop");
    for key in [b"1".as_slice(), b"2", b"3"] {
        let refused = write(&store, move |tx| tx.claim_effect(clinic.workspace, NOW, key));
        assert!(matches!(refused, Err(StoreError::Unreachable(_))), "{refused:?}");
    }
    own.control("start");
    for key in [b"1".as_slice(), b"2", b"3"] {
        assert!(
            write(&store, move |tx| tx.claim_effect(clinic.workspace, NOW, key)).unwrap(),
            "nothing of it was kept"
        );
    }

    own.control("restart");
    assert!(idle_threads_notice_nothing(&store, clinic));
    own.control("restart");
    assert!(read(&store, move |tx| tx.contact(clinic.workspace, clinic.ana)).is_some());
}

/// Six threads write; each finds its own connection closed.
fn idle_threads_notice_nothing(store: &Store, clinic: Clinic) -> bool {
    (0..12)
        .all(|n| write(store, move |tx| tx.claim_effect(clinic.workspace, n, b"")).is_ok_and(|first_time| first_time))
}

struct OwnServer {
    folder: tempfile::TempDir,
    programs: PathBuf,
    url: String,
    port: u16,
}

impl OwnServer {
    fn start() -> Option<OwnServer> {
        let programs = programs()?;
        let folder = tempfile::tempdir().unwrap();
        let port = free_port();
        let own = OwnServer { url: format!("postgres://postgres@127.0.0.1:{port}/postgres"), folder, programs, port };
        own.give_to_postgres();
        let data = own.data();
        let made = own.run("initdb", &["-D", &data, "-A", "trust", "-U", "postgres", "--no-sync"]);
        if !made {
            return None;
        }
        own.control("start");
        Some(own)
    }

    fn data(&self) -> String {
        self.folder.path().join("data").display().to_string()
    }

    fn control(&self, action: &str) {
        let folder = self.folder.path().display();
        let settings = format!("-p {} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off", self.port);
        let (data, log) = (self.data(), format!("{folder}/log"));
        let arguments = ["-D", &data, "-l", &log, "-o", &settings, "-m", "fast", "-w", action];
        assert!(self.run("pg_ctl", &arguments), "pg_ctl {action}");
    }

    /// PostgreSQL refuses to run as root; root runs it as the user that its package made.
    fn run(&self, program: &str, arguments: &[&str]) -> bool {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        let done = command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
        done.is_ok_and(|status| status.success())
    }

    fn give_to_postgres(&self) {
        if is_root() {
            drop(Command::new("chown").arg("postgres").arg(self.folder.path()).status());
        }
    }
}

impl Drop for OwnServer {
    fn drop(&mut self) {
        let data = self.data();
        self.run("pg_ctl", &["-D", &data, "-m", "immediate", "-w", "stop"]);
    }
}

/// Where `initdb` is: Debian keeps it beside the version and not in the path.
fn programs() -> Option<PathBuf> {
    let versions =
        std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let in_path = std::env::split_paths(&path).collect::<Vec<_>>();
    in_path
        .into_iter()
        .chain(versions)
        .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    Path::new("/proc/self").metadata().is_ok_and(|process| process.uid() == 0)
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

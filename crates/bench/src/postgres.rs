//! The PostgreSQL that a measurement uses: the one it is given, or a private server that lives as long as the measurement.

pub(crate) mod outage;

use std::cell::RefCell;
use std::fs::{self, File};
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio_postgres::{Client, NoTls};

use crate::child;
use crate::processes::{self, Pid};

const GIVEN: &str = "HILO_BENCH_POSTGRES";
const TIME_TO_START: usize = 200; // tries, 100 ms apart
const TIME_TO_END: Duration = Duration::from_secs(20);

/// A server in which databases can be made.
pub(crate) struct Server {
    url: String,
    private: Option<Private>,
}

/// A server of our own, in a temporary folder.
struct Private {
    child: RefCell<Child>,
    folder: PathBuf,
}

/// The server named in the environment, or a new private one.
pub(crate) async fn server() -> Result<Server> {
    match std::env::var(GIVEN) {
        Ok(url) => Ok(Server { url, private: None }),
        Err(_) => start(Group::Ours).await,
    }
}

/// The same for whoever goes on for a while after Ctrl-C: a private one does not end with it.
pub(crate) async fn server_apart() -> Result<Server> {
    match std::env::var(GIVEN) {
        Ok(url) => Ok(Server { url, private: None }),
        Err(_) => start(Group::Apart).await,
    }
}

/// Whom a terminal's Ctrl-C reaches.
#[derive(Clone, Copy)]
enum Group {
    Ours,
    Apart,
}

impl Server {
    /// The processes whose work is counted; empty when the server runs elsewhere.
    pub(crate) fn processes(&self) -> Vec<Pid> {
        match &self.private {
            Some(private) => postmaster(&private.folder).into_iter().collect(),
            None => processes::postgres_servers(),
        }
    }

    /// Whether it is ours alone.
    pub(crate) fn is_private(&self) -> bool {
        self.private.is_some()
    }

    /// Makes an empty database and returns its URL.
    pub(crate) async fn create_database(&self, name: &str) -> Result<String> {
        connect(&self.url).await?.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        Ok(with_database(&self.url, name))
    }

    /// How many transactions of a database have ended well.
    pub(crate) async fn commits(&self, name: &str) -> Result<u64> {
        let sql = "SELECT xact_commit FROM pg_stat_database WHERE datname = $1";
        let commits: i64 = connect(&self.url).await?.query_one(sql, &[&name]).await?.try_get(0)?;
        Ok(commits.unsigned_abs())
    }

    /// Removes a database that is no longer needed.
    pub(crate) async fn drop_database(&self, name: &str) -> Result<()> {
        connect(&self.url).await?.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        Ok(())
    }

    /// Ends a private server and removes its folder; a given one is left alone.
    pub(crate) async fn end(mut self) -> Result<()> {
        let Some(private) = &mut self.private else { return Ok(()) };
        if let Some(pid) = postmaster(&private.folder) {
            child::signal(pid, "INT")?; // the fast shutdown: open sessions are closed, data is kept whole
        }
        child::wait(private.child.get_mut(), TIME_TO_END).await?.context("PostgreSQL did not end")?;
        Ok(())
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        // Only a measurement that failed finds a server here: `end` waits for it.
        let child = self.child.get_mut();
        if matches!(child.try_wait(), Ok(None)) {
            if let Some(pid) = postmaster(&self.folder) {
                let _ = child::signal(pid, "QUIT");
            }
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}

async fn start(group: Group) -> Result<Server> {
    let programs = programs()?;
    let folder = folder()?;
    let address = child::free_address()?;
    let initdb = unprivileged(&programs.join("initdb"))
        .arg("--pgdata")
        .arg(folder.join("data"))
        .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"])
        .current_dir(&folder)
        .output()
        .context("initdb cannot be run")?;
    if !initdb.status.success() {
        bail!("initdb failed: {}", String::from_utf8_lossy(&initdb.stderr));
    }
    let child = spawn(&programs, &folder, address, group)?;
    let server = Server {
        url: format!("postgres://postgres@{address}/postgres"),
        private: Some(Private { child: RefCell::new(child), folder }),
    };
    wait_until_ready(&server).await?;
    Ok(server)
}

/// On loopback only: the server trusts whoever reaches it.
fn spawn(programs: &Path, folder: &Path, address: SocketAddr, group: Group) -> Result<Child> {
    let log = File::create(folder.join("postgres.log"))?;
    let mut command = unprivileged(&programs.join("postgres"));
    if let Group::Apart = group {
        command.process_group(0);
    }
    command
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-p", &address.port().to_string()])
        .current_dir(folder)
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .context("postgres cannot be started")
}

async fn wait_until_ready(server: &Server) -> Result<()> {
    for _ in 0..TIME_TO_START {
        if connect(&server.url).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("the private PostgreSQL did not take connections; set {GIVEN} to use another")
}

/// What a database says about itself: `ok`, or what is wrong. A session that holds a transaction open after the program has ended,
/// or an index that was not finished, would be something that a kill left behind.
pub(crate) async fn integrity(url: &str) -> Result<String> {
    let client = connect(url).await?;
    let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'";
    let open: i64 = client.query_one(open, &[]).await?.get(0);
    let invalid: i64 = client.query_one("SELECT count(*) FROM pg_index WHERE NOT indisvalid", &[]).await?.get(0);
    Ok(match (open, invalid) {
        (0, 0) => "ok".to_owned(),
        (open, invalid) => format!("{open} transactions left open, {invalid} invalid indexes"),
    })
}

/// A connection, which ends when its client is dropped.
pub(crate) async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.context("PostgreSQL cannot be reached")?;
    tokio::spawn(connection);
    Ok(client)
}

/// Where the newest installed server has its programs.
fn programs() -> Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest =
        versions.filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path()))).max();
    let (_, path) = newest.with_context(|| format!("no PostgreSQL is installed; set {GIVEN} to use one elsewhere"))?;
    Ok(path.join("bin"))
}

/// A folder that belongs to the user who runs the server.
fn folder() -> Result<PathBuf> {
    let made = unprivileged(Path::new("mktemp"))
        .args(["--directory", "--tmpdir", "hilo-bench-postgres-XXXXXXXX"])
        .current_dir(std::env::temp_dir())
        .output()
        .context("mktemp cannot be run")?;
    let path = String::from_utf8(made.stdout)?;
    if !made.status.success() || path.trim().is_empty() {
        bail!("no temporary folder for PostgreSQL: {}", String::from_utf8_lossy(&made.stderr));
    }
    Ok(PathBuf::from(path.trim()))
}

/// PostgreSQL refuses to run as root, so root runs it as the user its package made.
fn unprivileged(program: &Path) -> Command {
    let is_root = fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    if !is_root {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

fn postmaster(folder: &Path) -> Option<Pid> {
    fs::read_to_string(folder.join("data/postmaster.pid")).ok()?.lines().next()?.trim().parse().ok()
}

/// The same server, another database.
fn with_database(url: &str, name: &str) -> String {
    let (address, options) = url.split_once('?').map_or((url, None), |(address, options)| (address, Some(options)));
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    let base = format!("{}/{name}", &address[..end]);
    options.map_or(base.clone(), |options| format!("{base}?{options}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_keeps_server_and_options() {
        assert_eq!(with_database("postgres://a:b@h:5/x?sslmode=disable", "y"), "postgres://a:b@h:5/y?sslmode=disable");
        assert_eq!(with_database("postgres://a@h:5", "y"), "postgres://a@h:5/y");
    }
}

//! A private PostgreSQL server for one test run: in a temporary folder, on a free port of the loopback interface.

use std::ffi::OsStr;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use super::install::is_root;
use crate::cargo;

/// On a slow disk a fresh cluster needs some seconds for its first start.
const START_LIMIT: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// Between our look at a free port and the server's bind, somebody else may take it.
const TRIES: u32 = 3;

/// Durable like a real one (the tests kill and restart programs), but small.
const SETTINGS: &[&str] = &["listen_addresses=127.0.0.1", "max_connections=200", "shared_buffers=128MB", "fsync=on"];

/// Stands between us and the server: `$1` is the run's folder, the rest is the server's command line.
///
/// The server stops when our end of the pipe closes. That happens when we ask for it, and just as well when Ctrl-C or
/// SIGKILL ends us in the middle, which no handler of our own could promise. SIGINT is PostgreSQL's fast shutdown.
/// After a clean stop nothing is kept; after another one, somebody may want to read the log.
const KEEPER: &str = r#"
folder=$1
shift
exec 3<&0
"$@" </dev/null >"$folder/server.log" 2>&1 3<&- &
server=$!
{ read -r _ <&3; kill -INT "$server"; } 2>/dev/null &
watcher=$!
wait "$server"
code=$?
kill "$watcher" 2>/dev/null
test "$code" = 0 && rm -rf "$folder" 2>/dev/null
exit "$code"
"#;

/// A running server; dropping it stops it and removes its files.
pub(super) struct Server {
    url: String,
    _keeper: Keeper,
    // Declared, and so dropped, after the keeper: the server needs its files to the end.
    _folder: TempDir,
}

/// The shell that runs [`KEEPER`].
struct Keeper(Child);

/// How a start went.
enum Start {
    Ready,
    Died,
}

/// The user that the server runs as. PostgreSQL refuses to run as root.
#[derive(Clone, Copy)]
struct Owner {
    user: u32,
    group: u32,
}

/// Makes a cluster and waits until it takes connections.
pub(super) fn start(programs: &Path) -> Result<Server> {
    let start = Instant::now();
    let owner = is_root().then(postgres_user).transpose()?;
    let folder = tempfile::Builder::new().prefix("hilo-postgres-").tempdir().context("no temporary folder")?;
    if let Some(Owner { user, group }) = owner {
        std::os::unix::fs::chown(folder.path(), Some(user), Some(group)).context("the folder cannot be given away")?;
    }
    make_cluster(programs, folder.path(), owner)?;
    let (port, keeper) = serve(programs, folder.path(), owner)?;
    let server =
        Server { url: format!("postgres://postgres@127.0.0.1:{port}/postgres"), _keeper: keeper, _folder: folder };
    let took = start.elapsed().as_secs_f32();
    eprintln!("xtask: PostgreSQL of {} on {} after {took:.1} s", programs.display(), server.url);
    Ok(server)
}

impl Server {
    /// A superuser's URL. The server trusts whoever reaches it, which is this machine for the time of the tests.
    pub(super) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        match self.0.wait() {
            Ok(status) if status.success() => eprintln!("xtask: PostgreSQL stopped"),
            Ok(status) => eprintln!("xtask: PostgreSQL ended badly ({status})"),
            Err(error) => eprintln!("xtask: PostgreSQL cannot be waited for: {error}"),
        }
    }
}

fn postgres_user() -> Result<Owner> {
    if id("-u").is_err() {
        let mut useradd = Command::new("useradd");
        useradd.args(["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"]);
        cargo::succeed(useradd)?;
    }
    Ok(Owner { user: id("-u")?, group: id("-g")? })
}

fn id(which: &str) -> Result<u32> {
    let output = Command::new("id").args([which, "postgres"]).output().context("`id` could not be started")?;
    ensure!(output.status.success(), "there is no user `postgres`");
    String::from_utf8_lossy(&output.stdout).trim().parse().context("`id` did not answer with a number")
}

fn make_cluster(programs: &Path, folder: &Path, owner: Option<Owner>) -> Result<()> {
    let mut initdb = command(programs.join("initdb").as_os_str(), folder, owner);
    initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--pgdata"]);
    let output = initdb.arg(data(folder)).stdin(Stdio::null()).output().context("initdb could not be started")?;
    ensure!(output.status.success(), "initdb failed ({}):\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    Ok(())
}

fn serve(programs: &Path, folder: &Path, owner: Option<Owner>) -> Result<(u16, Keeper)> {
    for _ in 0..TRIES {
        let port = free_port()?;
        let mut keeper = start_keeper(programs, folder, owner, port)?;
        match wait_for_start(&mut keeper, folder)? {
            Start::Ready => return Ok((port, keeper)),
            Start::Died => eprintln!("xtask: PostgreSQL did not start on port {port}"),
        }
    }
    bail!("PostgreSQL does not start:\n{}", log(folder))
}

fn start_keeper(programs: &Path, folder: &Path, owner: Option<Owner>, port: u16) -> Result<Keeper> {
    let mut keeper = command("sh".as_ref(), folder, owner);
    keeper.args(["-c", KEEPER, "postgres-keeper"]).arg(folder);
    keeper.arg(programs.join("postgres")).arg("-D").arg(data(folder)).arg("-p").arg(port.to_string());
    keeper.arg("-k").arg(folder);
    keeper.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
    // Apart from our own group: Ctrl-C in a terminal must end the tests first and the server after them.
    keeper.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null());
    Ok(Keeper(keeper.spawn().context("the server's keeper could not be started")?))
}

fn wait_for_start(keeper: &mut Keeper, folder: &Path) -> Result<Start> {
    let start = Instant::now();
    while !is_ready(folder) {
        if keeper.0.try_wait()?.is_some() {
            return Ok(Start::Died);
        }
        if START_LIMIT < start.elapsed() {
            bail!("PostgreSQL is not ready after {START_LIMIT:?}:\n{}", log(folder));
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    Ok(Start::Ready)
}

/// The server writes its state into the eighth line of its lock file. Asking the port instead could reach a stranger.
fn is_ready(folder: &Path) -> bool {
    let lock = std::fs::read_to_string(data(folder).join("postmaster.pid")).unwrap_or_default();
    lock.lines().nth(7).is_some_and(|state| state.trim() == "ready")
}

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("server.log")).unwrap_or_else(|error| format!("(no log: {error})"))
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port on the loopback interface")?;
    Ok(listener.local_addr()?.port())
}

fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

/// A command that knows nothing of our environment: neither a PGDATA nor a PGPORT of the caller may lead it astray.
fn command(program: &OsStr, folder: &Path, owner: Option<Owner>) -> Command {
    let mut command = Command::new(program);
    command.env_clear().env("LC_ALL", "C").env("PATH", std::env::var_os("PATH").unwrap_or_default());
    // The caller's folder may be closed to the server's user.
    command.current_dir(folder);
    if let Some(Owner { user, group }) = owner {
        command.uid(user).gid(group);
    }
    command
}

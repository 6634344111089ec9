//! The program under test as a child process: started, waited for until it is ready, ended by its own id.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::net::{SocketAddr, TcpListener};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, ExitStatus};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::bodies::Site;
use crate::processes::Pid;
use crate::wire;

const TIME_TO_START: Duration = Duration::from_secs(120); // on a machine that is busy with something else
const TIME_TO_END: Duration = Duration::from_secs(25); // what a program may take to finish what is in flight
/// What a simulated Meta must know of the program's settings.
pub(crate) const VERIFY_TOKEN: &str = "bench-verify-token";
pub(crate) const ACCESS_TOKEN: &str = "bench-access-token";

/// Which program does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// `hilo serve`, the program that runs this measurement.
    Hilo,
    /// The bare work, see [`crate::floor`].
    Floor,
}

/// Everything a program is told.
pub(crate) struct Assignment<'a> {
    pub(crate) site: &'a Site,
    pub(crate) database: &'a str,
    pub(crate) graph_base_url: &'a str,
    pub(crate) folder: &'a Path,
}

/// A program that is running; dropped, it is killed.
pub(crate) struct Running {
    child: Child,
    log: PathBuf,
}

/// Below those that Linux gives to outgoing connections (`ip_local_port_range`, from 32768 on): one of these could be taken again
/// before the program listens on it.
const PORTS: RangeInclusive<u16> = 12_000..=31_999;
static NEXT_PORT: AtomicU32 = AtomicU32::new(0);

/// A port that nobody listens on, another one each time.
pub(crate) fn free_address() -> Result<SocketAddr> {
    let count = PORTS.len() as u32;
    for _ in PORTS {
        let place = process::id().wrapping_mul(997).wrapping_add(NEXT_PORT.fetch_add(1, Ordering::Relaxed)) % count;
        let address = SocketAddr::from(([127, 0, 0, 1], PORTS.start() + place as u16));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    bail!("no port of 127.0.0.1 is free between {} and {}", PORTS.start(), PORTS.end())
}

/// Starts a program and waits until it says that it can commit.
pub(crate) async fn start(program: Program, assignment: &Assignment<'_>) -> Result<Running> {
    let mut running = launch(program, assignment)?;
    running.wait_until_ready(assignment.site.address).await?;
    Ok(running)
}

/// Starts a program.
pub(crate) fn launch(program: Program, assignment: &Assignment<'_>) -> Result<Running> {
    spawn(command(program, assignment)?, assignment.folder)
}

/// Makes a key of the program's API, and the database if there is none yet.
pub(crate) fn make_key(assignment: &Assignment<'_>) -> Result<String> {
    let mut command = Command::new(std::env::current_exe().context("this program does not find itself")?);
    command.args(["key", "create", "--name", "bench", "--config"]).arg(configure(assignment)?);
    let output = command.current_dir(assignment.folder).output()?;
    if !output.status.success() {
        bail!("no API key could be made: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// Starts a command whose words go to a log in the folder, behind those of the commands before it.
pub(crate) fn spawn(mut command: Command, folder: &Path) -> Result<Running> {
    let log = folder.join("program.log");
    let output = OpenOptions::new().create(true).append(true).open(&log)?;
    command.stdout(output.try_clone()?).stderr(output);
    let child = command.spawn().context("the program under test cannot be started")?;
    Ok(Running { child, log })
}

fn command(program: Program, assignment: &Assignment<'_>) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe().context("this program does not find itself")?);
    command.current_dir(assignment.folder);
    match program {
        Program::Hilo => {
            command.arg("serve").arg("--config").arg(configure(assignment)?);
        }
        Program::Floor => {
            let listen = assignment.site.address.to_string();
            command.arg("bench-floor").args(["--listen", &listen, "--database", assignment.database]);
            command.args(["--graph", assignment.graph_base_url, "--phone-number-id", &assignment.site.phone_number_id]);
            command.arg("--app-secret-file").arg(app_secret(assignment)?);
        }
    }
    Ok(command)
}

/// Writes the settings of `hilo serve` and says where they are.
pub(crate) fn configure(assignment: &Assignment<'_>) -> Result<PathBuf> {
    written(assignment.folder, "hilo.toml", &configuration(assignment)?)
}

fn app_secret(assignment: &Assignment<'_>) -> Result<PathBuf> {
    written(assignment.folder, "app_secret", &assignment.site.app_secret)
}

fn configuration(assignment: &Assignment<'_>) -> Result<String> {
    let Assignment { site, database, graph_base_url, folder } = assignment;
    let secret = app_secret(assignment)?;
    let verify_token = written(folder, "verify_token", VERIFY_TOKEN)?;
    let access_token = written(folder, "access_token", ACCESS_TOKEN)?;
    let mut toml = String::new();
    let mut key = |name: &str, value: &str| writeln!(toml, "{name} = {}", quoted(value));
    key("listen", &site.address.to_string())?;
    key("database", database)?;
    if let Some(workflow) = site.workflow {
        key("workflow", &written(folder, "workflow.yaml", workflow)?.to_string_lossy())?;
    }
    writeln!(
        toml,
        "\n[api]\nrequests_per_minute = 1000000\n\n[webhooks]\nallow_internal = [\"127.0.0.1\"]\n\n[[channel]]"
    )?;
    let mut key = |name: &str, value: &str| writeln!(toml, "{name} = {}", quoted(value));
    key("phone_number_id", &site.phone_number_id)?;
    key("waba_id", &site.waba_id)?;
    key("display_phone_number", &site.display_phone_number)?;
    key("graph_base_url", graph_base_url)?;
    key("app_secret_file", &secret.to_string_lossy())?;
    key("verify_token_file", &verify_token.to_string_lossy())?;
    key("access_token_file", &access_token.to_string_lossy())?;
    writeln!(toml, "messages_per_second = {}", site.messages_per_second)?;
    Ok(toml)
}

fn quoted(value: &str) -> String {
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

fn written(folder: &Path, name: &str, text: &str) -> Result<PathBuf> {
    let path = folder.join(name);
    fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(path)
}

impl Running {
    /// The id of the process.
    pub(crate) fn pid(&self) -> Pid {
        self.child.id()
    }

    /// Waits until the program says that it can commit.
    pub(crate) async fn wait_until_ready(&mut self, address: SocketAddr) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < TIME_TO_START {
            if let Some(status) = self.child.try_wait()? {
                bail!("the program under test ended at once ({status}):\n{}", self.last_words());
            }
            if wire::get(address, "/readyz").await.is_ok_and(|status| status == 200) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        bail!("the program under test was not ready within {TIME_TO_START:?}:\n{}", self.last_words())
    }

    /// Waits until the program ends by itself, but not forever.
    pub(crate) async fn wait(&mut self, patience: Duration) -> Result<Option<ExitStatus>> {
        wait(&mut self.child, patience).await
    }

    /// Ends the program without a chance to clean up.
    pub(crate) fn kill(&mut self) -> Result<ExitStatus> {
        self.child.kill().context("the program under test cannot be killed")?;
        Ok(self.child.wait()?)
    }

    /// The end of the log.
    pub(crate) fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    /// Asks the program to end and waits until it has.
    pub(crate) async fn end(mut self) -> Result<()> {
        signal(self.pid(), "TERM")?;
        match wait(&mut self.child, TIME_TO_END).await? {
            Some(status) if status.success() => Ok(()),
            Some(status) => bail!("the program under test ended badly ({status}):\n{}", self.last_words()),
            None => bail!("the program under test did not end within {TIME_TO_END:?} of SIGTERM"),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // After a proper end both find nothing left to do.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to one process.
pub(crate) fn signal(pid: Pid, name: &str) -> Result<()> {
    let status = Command::new("kill").arg(format!("-{name}")).arg(pid.to_string()).status();
    status.context("`kill` cannot be run")?.success().then_some(()).with_context(|| format!("process {pid} is gone"))
}

/// Waits for a child, but not forever.
pub(crate) async fn wait(child: &mut Child, patience: Duration) -> Result<Option<ExitStatus>> {
    let started = Instant::now();
    while started.elapsed() < patience {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_mark_in_a_path_does_not_break_the_configuration() {
        assert_eq!(quoted(r#"a"b\c"#), r#""a\"b\\c""#);
    }
}

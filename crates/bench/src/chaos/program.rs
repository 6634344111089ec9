//! A node of `hilo serve` as the patient: started, killed as planned or stopped and woken, started again.

use std::net::SocketAddr;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::kills::Ending;
use super::meta::Meta;
use super::relay::Relay;
use crate::bodies::Site;
use crate::child::{self, Assignment, Running};
use crate::processes;

const KILL_AT: &str = "HILO_KILL_AT";
const STOP_AT: &str = "HILO_STOP_AT";
/// A point that the load does not lead to within this time, the start included, is not waited for.
const PATIENCE: Duration = Duration::from_secs(40);
const LOOK_AGAIN: Duration = Duration::from_millis(20);
const ABORTED: i32 = 6; // SIGABRT, how the program ends at a point

/// A node that can be started again and again.
#[derive(Clone)]
pub(super) struct Program {
    number: usize,
    folder: PathBuf,
    /// Of all nodes: each must reach the files that another one took.
    media: PathBuf,
    database: String,
    graph_base_url: String,
    site: Site,
}

/// A node at work.
pub(super) struct Awake {
    running: Running,
    address: SocketAddr,
}

/// So many nodes of one database, each with a folder of its own for settings and log.
pub(super) fn nodes(many: usize, folder: &Path, database: &str, meta: &Meta) -> Result<Vec<Program>> {
    let graph_base_url = format!("{}/v25.0", meta.simulator.graph_base_url());
    let node = |number: usize| {
        let own = folder.join(format!("node-{number}"));
        std::fs::create_dir_all(&own)?;
        Ok(Program {
            number,
            folder: own,
            media: folder.join("media"),
            database: database.to_owned(),
            graph_base_url: graph_base_url.clone(),
            site: meta.site.clone(),
        })
    };
    (0..many).map(node).collect()
}

impl Program {
    /// A key of the program's API; the database is made with it.
    pub(super) fn make_key(&self) -> Result<String> {
        let config = child::configure(&self.assignment(&self.site))?;
        let output = hilo()?.args(["key", "create", "--name", "chaos", "--config"]).arg(config).output()?;
        if !output.status.success() {
            bail!("no API key could be made: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Starts it, and waits until it is at work.
    pub(super) async fn start(&self, relay: &Relay) -> Result<Awake> {
        let mut awake = self.spawn(relay, None)?;
        awake.wait_until_ready().await?;
        Ok(awake)
    }

    /// Starts it; perhaps it stops at a point, until it is woken.
    pub(super) fn start_to_stop_at(&self, relay: &Relay, stop_at: Option<String>) -> Result<Awake> {
        self.spawn(relay, stop_at.map(|at| (STOP_AT, at)))
    }

    /// On a port of its own each time, since the last one may not be free again; the relay is told where it is.
    fn spawn(&self, relay: &Relay, armed: Option<(&str, String)>) -> Result<Awake> {
        let site = Site { address: child::free_address()?, ..self.site.clone() };
        let mut command = hilo()?;
        command.arg("serve").arg("--config").arg(child::configure(&self.assignment(&site))?);
        command.env("HILO_MEDIA__FOLDER", &self.media).env_remove(KILL_AT).env_remove(STOP_AT);
        command.envs(armed);
        // Ctrl-C is meant for whoever does the killing.
        command.process_group(0);
        relay.aim_at(self.number, site.address);
        Ok(Awake { running: child::spawn(command, &self.folder)?, address: site.address })
    }

    /// One life, and how it ended.
    pub(super) async fn run_until(&self, relay: &Relay, ending: &Ending) -> Result<String> {
        match ending {
            Ending::AtPoint { point, times } => self.run_to_point(relay, point, *times).await,
            Ending::WhileStarting { after } => {
                kill_after(self.spawn(relay, None)?.running, *after).await?;
                Ok(ending.name().to_owned())
            }
            Ending::UnderLoad { after } => {
                kill_after(self.start(relay).await?.running, *after).await?;
                Ok(ending.name().to_owned())
            }
        }
    }

    async fn run_to_point(&self, relay: &Relay, point: &str, times: usize) -> Result<String> {
        let mut running = self.spawn(relay, Some((KILL_AT, format!("{point}:{times}"))))?.running;
        match running.wait(PATIENCE).await? {
            Some(status) if status.signal() == Some(ABORTED) => Ok(point.to_owned()),
            Some(status) => bail!("the program ended by itself ({status}):\n{}", running.last_words()),
            None => {
                running.kill()?;
                Ok(format!("{point} (not reached)"))
            }
        }
    }

    fn assignment<'s>(&'s self, site: &'s Site) -> Assignment<'s> {
        Assignment { site, database: &self.database, graph_base_url: &self.graph_base_url, folder: &self.folder }
    }
}

impl Awake {
    /// Waits until it says that it can commit.
    pub(super) async fn wait_until_ready(&mut self) -> Result<()> {
        self.running.wait_until_ready(self.address).await
    }

    /// Stands still, whatever it is doing.
    pub(super) fn freeze(&self) -> Result<()> {
        child::signal(self.running.pid(), "STOP")
    }

    /// Waits until it has stopped by itself; `false` when it does not come to that.
    pub(super) async fn has_stopped(&self, patience: Duration) -> Result<bool> {
        let started = Instant::now();
        while started.elapsed() < patience {
            if processes::is_stopped(self.running.pid()) {
                return Ok(true);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(false)
    }

    /// Goes on where it stood still.
    pub(super) fn wake(&self) -> Result<()> {
        child::signal(self.running.pid(), "CONT")
    }

    /// Asks it to end, and waits until it has, in good order.
    pub(super) async fn end(self) -> Result<()> {
        self.running.end().await
    }
}

async fn kill_after(mut running: Running, after: Duration) -> Result<()> {
    if let Some(status) = running.wait(after).await? {
        bail!("the program ended by itself ({status}):\n{}", running.last_words());
    }
    running.kill()?;
    Ok(())
}

fn hilo() -> Result<Command> {
    Ok(Command::new(std::env::current_exe().context("this program does not find itself")?))
}

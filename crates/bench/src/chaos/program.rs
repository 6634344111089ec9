//! `hilo serve` as the patient: started, killed as planned, started again.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::kills::Ending;
use super::meta::Meta;
use super::relay::Relay;
use crate::bodies::Site;
use crate::child::{self, Assignment, Running};

const KILL_AT: &str = "HILO_KILL_AT";
/// A point that the load does not lead to within this time, the start included, is not waited for.
const PATIENCE: Duration = Duration::from_secs(40);
const ABORTED: i32 = 6; // SIGABRT, how the program ends at a point

pub(super) struct Program<'a> {
    folder: &'a Path,
    database: &'a str,
    graph_base_url: String,
    site: Site,
}

impl<'a> Program<'a> {
    pub(super) fn new(folder: &'a Path, database: &'a str, meta: &Meta) -> Self {
        let graph_base_url = format!("{}/v25.0", meta.simulator.graph_base_url());
        Self { folder, database, graph_base_url, site: meta.site.clone() }
    }

    /// A key of the program's API; the database is made with it.
    pub(super) fn make_key(&self) -> Result<String> {
        let config = child::configure(&self.assignment(&self.site))?;
        let output = hilo()?.args(["key", "create", "--name", "chaos", "--config"]).arg(config).output()?;
        if !output.status.success() {
            bail!("no API key could be made: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }

    /// Starts it on a port of its own, since the last one may not be free again, and tells the relay where it is.
    pub(super) fn start(&self, relay: &Relay, kill_at: Option<String>) -> Result<Running> {
        let site = Site { address: child::free_address()?, ..self.site.clone() };
        let mut command = hilo()?;
        command.arg("serve").arg("--config").arg(child::configure(&self.assignment(&site))?);
        match kill_at {
            Some(at) => command.env(KILL_AT, at),
            None => command.env_remove(KILL_AT),
        };
        relay.aim_at(site.address);
        child::spawn(command, self.folder)
    }

    /// One life, and how it ended.
    pub(super) async fn run_until(&self, relay: &Relay, ending: &Ending) -> Result<String> {
        match ending {
            Ending::AtPoint { point, times } => self.run_to_point(relay, point, *times).await,
            Ending::WhileStarting { after } => {
                let running = self.start(relay, None)?;
                kill_after(running, *after).await?;
                Ok(ending.name().to_owned())
            }
            Ending::UnderLoad { after } => {
                let mut running = self.start(relay, None)?;
                running.wait_until_ready(relay.target()).await?;
                kill_after(running, *after).await?;
                Ok(ending.name().to_owned())
            }
        }
    }

    async fn run_to_point(&self, relay: &Relay, point: &str, times: usize) -> Result<String> {
        let mut running = self.start(relay, Some(format!("{point}:{times}")))?;
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
        Assignment { site, database: self.database, graph_base_url: &self.graph_base_url, folder: self.folder }
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

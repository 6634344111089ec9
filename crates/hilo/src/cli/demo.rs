//! `hilo demo`: everything on this machine. The program cannot tell the simulator that it starts from Meta.

use std::io::{BufRead, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::Args;

use super::serve::{log, until_told};
use super::{NotRight, block_on};
use crate::demo::{self, Folder, Wishes};
use crate::http::health;

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Where the page is served.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where the WhatsApp simulator is served; `hilo sim` talks to it.
    #[arg(long, default_value = "127.0.0.1:8091")]
    simulator: SocketAddr,
    /// Where the demo keeps its data.
    #[arg(long, default_value = "hilo-demo")]
    folder: PathBuf,
    /// Remove the demo with all its data, instead of starting it.
    #[arg(long)]
    remove: bool,
    /// Remove without asking.
    #[arg(long, requires = "remove")]
    yes: bool,
    /// Show the log.
    #[arg(long)]
    verbose: bool,
}

impl Demo {
    pub(super) fn run(self) -> Result<()> {
        if self.remove {
            return remove(&self.folder, self.yes);
        }
        log(false, level(self.verbose));
        let folder = Folder::open(&self.folder).map_err(|error| NotRight(format!("{error:#}")))?;
        let wishes = Wishes { listen: self.listen, simulator: self.simulator, verbose: self.verbose };
        let greet = |page: SocketAddr, simulator: &str| greet(page, simulator, &self.folder);
        block_on(demo::supervise(wishes, folder, greet, until_told()))
    }
}

/// The process that `hilo demo` starts, kills and starts again.
#[derive(Debug, Args)]
pub(super) struct DemoWorker {
    #[arg(long)]
    verbose: bool,
}

impl DemoWorker {
    pub(super) fn run(self) -> Result<()> {
        log(false, level(self.verbose));
        health::recorder();
        block_on(demo::work())
    }
}

fn level(verbose: bool) -> &'static str {
    if verbose { "info" } else { "warn" }
}

fn greet(page: SocketAddr, simulator: &str, folder: &Path) {
    println!("Hilo demo: Óptica Luna, an optician in Mexico City\n");
    println!("  Open          http://{page}");
    println!(
        "  Or type       hilo sim send \"hola, ¿ya están mis lentes?\" --from +525512345678 --simulator {simulator}"
    );
    println!("  Data          {} (`hilo demo --remove` removes it)", folder.display());
    println!("\nNothing leaves this machine. Ctrl-C ends it.");
}

fn remove(folder: &Path, yes: bool) -> Result<()> {
    if !yes && !agreed(folder)? {
        println!("Nothing was removed.");
        return Ok(());
    }
    demo::remove(folder).map_err(|error| NotRight(format!("{error:#}")))?;
    println!("Removed {}.", folder.display());
    Ok(())
}

fn agreed(folder: &Path) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Err(NotRight("nobody can be asked here; add --yes to remove the demo".to_owned()).into());
    }
    print!("Remove the demo in {} with all its data? [y/N] ", folder.display());
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes" | "s" | "sí" | "si" | "sim"))
}

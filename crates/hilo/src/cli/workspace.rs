//! `hilo workspace create`: another company on the same installation.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use domain::ids::WorkspaceId;
use store::Store;

use super::{NotRight, block_on, settings};
use crate::clock::Clock;
use crate::ids;

#[derive(Debug, Args)]
pub(super) struct Workspace {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a workspace. A running server knows it after a restart.
    Create {
        /// Its name, as `[[channel]]` blocks and keys name it.
        #[arg(long)]
        name: String,
        /// The settings of the server.
        #[arg(long, default_value = "hilo.toml")]
        config: PathBuf,
    },
    /// List the workspaces.
    List {
        /// The settings of the server.
        #[arg(long, default_value = "hilo.toml")]
        config: PathBuf,
    },
}

impl Workspace {
    pub(super) fn run(self) -> Result<()> {
        match self.verb {
            Verb::Create { name, config } => create(&name, &config),
            Verb::List { config } => list(&config),
        }
    }
}

fn create(name: &str, config: &std::path::Path) -> Result<()> {
    let name = name.trim().to_owned();
    if name.is_empty() || 100 < name.chars().count() {
        return Err(NotRight("--name: give the workspace a name of at most 100 characters".to_owned()).into());
    }
    let store = Store::open(&settings(config)?.database)?;
    let now = Clock::default().now().as_millisecond();
    let (fresh, wanted) = (WorkspaceId(ids::fresh()), name.clone());
    let id =
        block_on(async { Ok(store.write(Vec::new(), move |tx| tx.ensure_workspace(fresh, &wanted, now)).await?) })?;
    if id == fresh {
        println!("Made the workspace `{name}`.")
    } else {
        println!("The workspace `{name}` was there already.")
    }
    Ok(())
}

fn list(config: &std::path::Path) -> Result<()> {
    let store = Store::open(&settings(config)?.database)?;
    let all = block_on(async { Ok(store.read(|tx| tx.workspaces()).await?) })?;
    for (id, name) in all {
        println!("{id}  {name}");
    }
    Ok(())
}

//! `hilo key create`, `list` and `revoke`: keys of the API.

mod create;
mod list;
mod revoke;

use std::path::{Path, PathBuf};

use anyhow::Result;
use clap::{Args, Subcommand};
use domain::ids::WorkspaceId;
use store::Store;

use super::{NotRight, block_on, settings};

#[derive(Debug, Args)]
pub(super) struct Key {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a key and print it. It is shown this once.
    Create(create::Create),
    /// List the keys, never the keys themselves.
    List(list::List),
    /// Revoke a key: from the next request on it opens nothing.
    Revoke(revoke::Revoke),
}

/// Whose keys, or people.
#[derive(Debug, Clone, Args)]
pub(super) struct Where {
    /// The settings of the server.
    #[arg(long, default_value = "hilo.toml")]
    pub(super) config: PathBuf,
    /// The workspace; the default is the one in the settings.
    #[arg(long)]
    pub(super) workspace: Option<String>,
}

impl Key {
    pub(super) fn run(self) -> Result<()> {
        match self.verb {
            Verb::Create(create) => create.run(),
            Verb::List(list) => list.run(),
            Verb::Revoke(revoke) => revoke.run(),
        }
    }
}

/// The database and the workspace; that of the settings is made here if no server has been started yet.
pub(super) async fn open(config: &Path, workspace: Option<String>) -> Result<(Store, WorkspaceId)> {
    let settings = settings(config)?;
    let location = settings.database.clone();
    let store = tokio::task::spawn_blocking(move || Store::open(&location)).await??;
    let now = crate::clock::Clock::default().now().as_millisecond();
    let Some(wanted) = workspace else {
        let (fresh, name) = (WorkspaceId(crate::ids::fresh()), settings.workspace);
        let own = store.write(Vec::new(), move |tx| tx.ensure_workspace(fresh, &name, now)).await?;
        return Ok((store, own));
    };
    let name = wanted.clone();
    match store.read(move |tx| tx.workspace_named(&name)).await? {
        Some(found) => Ok((store, found)),
        None => Err(NotRight(format!(
            "there is no workspace `{wanted}`; `hilo workspace create --name {wanted}` makes one"
        ))
        .into()),
    }
}

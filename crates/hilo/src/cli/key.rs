//! `hilo key create`: a key of the API, shown once.

use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use domain::ids::KeyId;
use serde_json::json;
use store::Store;

use super::{NotRight, block_on, settings};
use crate::clock::Clock;
use crate::http::keys;
use crate::ids;

#[derive(Debug, Args)]
pub(super) struct Key {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Make a key and print it. It is shown this once.
    Create {
        /// What the key is for: it stands on the timeline beside what it did.
        #[arg(long)]
        name: String,
        /// The settings of the server.
        #[arg(long, default_value = "hilo.toml")]
        config: PathBuf,
        /// The workspace that the key opens; the default is the one in the settings.
        #[arg(long)]
        workspace: Option<String>,
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
}

impl Key {
    pub(super) fn run(self) -> Result<()> {
        let Verb::Create { name, config, workspace, json } = self.verb;
        let name = name.trim().to_owned();
        if name.is_empty() || 100 < name.chars().count() {
            return Err(NotRight("--name: give the key a name of at most 100 characters".to_owned()).into());
        }
        let settings = settings(&config)?;
        let store = Store::open(&settings.database)?;
        let (key, hash) = keys::mint();
        let wanted = workspace.clone().unwrap_or(settings.workspace);
        let (id, now, stored) = (KeyId(ids::fresh()), Clock::default().now().as_millisecond(), name.clone());
        let first = workspace.is_none();
        let made = block_on(async {
            let make = move |tx: &mut store::Tx<'_>| {
                // The settings' own workspace is made here if no server has been started yet.
                let found = if first {
                    Some(tx.ensure_workspace(domain::ids::WorkspaceId(ids::fresh()), &wanted, now)?)
                } else {
                    tx.workspace_named(&wanted)?
                };
                found.map(|workspace| tx.add_key(workspace, id, &stored, &hash, now)).transpose()
            };
            Ok(store.write(Vec::new(), make).await?)
        })?;
        if made.is_none() {
            let wanted = workspace.unwrap_or_default();
            return Err(NotRight(format!(
                "there is no workspace `{wanted}`; `hilo workspace create --name {wanted}` makes one"
            ))
            .into());
        }
        if json {
            println!("{}", json!({ "name": name, "key": key }));
        } else {
            println!("{key}");
            eprintln!("This key is shown only now. Use it as: Authorization: Bearer {}…", &key[..12]);
        }
        Ok(())
    }
}

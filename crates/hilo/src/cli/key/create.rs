//! `hilo key create`: a key, shown once.

use anyhow::Result;
use clap::Args;
use domain::ids::KeyId;
use domain::scope::Scopes;
use jiff::ToSpan;
use serde_json::json;
use store::NewKey;

use super::{Where, block_on, open};
use crate::cli::NotRight;
use crate::clock::Clock;
use crate::http::keys;
use crate::ids;
use crate::inbox::{self, Entry};

#[derive(Debug, Args)]
pub(super) struct Create {
    /// What the key is for: it stands on the timeline beside what it did.
    #[arg(long)]
    name: String,
    /// What it may do: read, send, manage, with commas between them.
    #[arg(long, default_value = "read,send,manage")]
    scopes: String,
    /// After how many days it opens nothing any more; never unless given.
    #[arg(long)]
    expires_in_days: Option<u16>,
    #[command(flatten)]
    place: Where,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Create {
    pub(super) fn run(self) -> Result<()> {
        let name = keys::checked_name(&self.name).map_err(|why| NotRight(format!("--name: {why}")))?;
        let scopes: Scopes = self.scopes.parse().map_err(|why| NotRight(format!("--scopes: {why}")))?;
        if scopes.iter().next().is_none() {
            return Err(NotRight("--scopes: give it at least one of read, send and manage".to_owned()).into());
        }
        let now = Clock::default().now();
        let end = self.expires_in_days.map(|days| now.checked_add((i64::from(days) * 24).hours())).transpose()?;
        let (key, hash) = keys::mint();
        let id = KeyId(ids::fresh());
        let new = NewKey { id, name: name.clone(), hash, scopes, expires_at: end.map(|end| end.as_millisecond()) };
        let entry = Entry::at(now.as_millisecond(), "hilo key create");
        let Where { config, workspace } = self.place;
        block_on(async {
            let (store, workspace) = open(&config, workspace).await?;
            Ok(store.write(Vec::new(), move |tx| inbox::make_key_at(tx, workspace, &new, &entry)).await?)
        })?;
        if self.json {
            println!("{}", json!({ "id": id, "name": name, "key": key }));
        } else {
            println!("{key}");
            eprintln!("This key is shown only now. Use it as: Authorization: Bearer {}…", &key[..12]);
        }
        Ok(())
    }
}

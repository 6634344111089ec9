//! `hilo user role`, `disable` and `enable`.

use anyhow::Result;
use clap::Args;

use super::{NotRight, Where, block_on, find, open};
use crate::clock::Clock;
use crate::inbox::Entry;
use crate::people::colleagues::{self, Wanted};
use crate::people::links;

/// Who, and where.
#[derive(Debug, Args)]
struct Who {
    /// The address with which they sign in.
    email: String,
    #[command(flatten)]
    place: Where,
}

#[derive(Debug, Args)]
pub(super) struct Role {
    #[command(flatten)]
    who: Who,
    /// What they are there for: owner, manager, agent or designer.
    role: domain::role::Role,
}

#[derive(Debug, Args)]
pub(super) struct Disable {
    #[command(flatten)]
    who: Who,
}

#[derive(Debug, Args)]
pub(super) struct Enable {
    #[command(flatten)]
    who: Who,
}

impl Role {
    pub(super) fn run(self) -> Result<()> {
        change(self.who, Wanted { role: Some(self.role), disabled: None }, "hilo user role")
    }
}

impl Disable {
    pub(super) fn run(self) -> Result<()> {
        change(self.who, Wanted { role: None, disabled: Some(true) }, "hilo user disable")
    }
}

impl Enable {
    pub(super) fn run(self) -> Result<()> {
        change(self.who, Wanted { role: None, disabled: Some(false) }, "hilo user enable")
    }
}

fn change(who: Who, wanted: Wanted, by: &str) -> Result<()> {
    let Where { config, workspace } = who.place;
    let entry = Entry::at(Clock::default().now().as_millisecond(), by);
    let changed = block_on(async {
        let (store, workspace) = open(&config, workspace).await?;
        let id = find(&store, workspace, &who.email).await?.id;
        let unit = move |tx: &mut store::Tx<'_>| colleagues::change_at(tx, workspace, id, wanted, &entry);
        Ok(store.write(vec![links::lock(workspace)], unit).await?)
    })?;
    let user = changed.map_err(|refused| NotRight(format!("{}: {refused}", who.email)))?;
    let disabled = if user.disabled_at.is_some() { ", disabled" } else { "" };
    println!("{} is {}{disabled}.", user.email, user.role);
    Ok(())
}

//! `hilo user list`, `invite`, `role`, `disable`, `enable` and `reset`: the people who sign in, named by their e-mail address.

mod change;
mod invite;
mod list;
mod reset;

use anyhow::Result;
use clap::{Args, Subcommand};
use domain::ids::WorkspaceId;
use store::{Store, UserRow};

use super::key::{Where, open};
use super::{NotRight, block_on, settings};
use crate::people::{email, links};

#[derive(Debug, Args)]
pub(super) struct User {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// List the people, what they are there for, and who is disabled.
    List(list::List),
    /// Make a link with which somebody joins, and print it. It works once, for seven days.
    Invite(invite::Invite),
    /// Give somebody another role. It signs them out.
    Role(change::Role),
    /// Keep somebody from signing in. It signs them out.
    Disable(change::Disable),
    /// Let somebody sign in again.
    Enable(change::Enable),
    /// Make a link with which somebody chooses a new password, and print it. It works once, for a day. No code is asked for any more.
    Reset(reset::Reset),
}

impl User {
    pub(super) fn run(self) -> Result<()> {
        match self.verb {
            Verb::List(list) => list.run(),
            Verb::Invite(invite) => invite.run(),
            Verb::Role(role) => role.run(),
            Verb::Disable(disable) => disable.run(),
            Verb::Enable(enable) => enable.run(),
            Verb::Reset(reset) => reset.run(),
        }
    }
}

/// Somebody of the workspace.
async fn find(store: &Store, workspace: WorkspaceId, address: &str) -> Result<UserRow> {
    let wanted = email::plain(address);
    let found = store.read(move |tx| tx.user_of_email(&wanted)).await?;
    let found = found.filter(|user| user.workspace == workspace);
    found.ok_or_else(|| {
        NotRight(format!("there is nobody with the address {address}; `hilo user list` shows all")).into()
    })
}

/// Where links lead to.
fn base(place: &Where) -> Result<String> {
    let settings = settings(&place.config)?;
    Ok(links::base(&settings.front, settings.listen.parse()?))
}

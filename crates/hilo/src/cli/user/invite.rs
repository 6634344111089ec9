//! `hilo user invite`: a link with which somebody joins.

use anyhow::Result;
use clap::Args;
use domain::role::Role;
use serde_json::json;

use super::{NotRight, Where, base, block_on, open};
use crate::clock::Clock;
use crate::inbox::Entry;
use crate::people::email;
use crate::people::links::{self, Link};

const BY: &str = "hilo user invite";

#[derive(Debug, Args)]
pub(super) struct Invite {
    /// The address of whoever it is for.
    email: String,
    /// What they are there for: owner, manager, agent or designer.
    #[arg(long, default_value = "agent")]
    role: Role,
    #[command(flatten)]
    place: Where,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Invite {
    pub(super) fn run(self) -> Result<()> {
        let email = email::check(&self.email).map_err(NotRight)?;
        let base = base(&self.place)?;
        let entry = Entry::at(Clock::default().now().as_millisecond(), BY);
        let Where { config, workspace } = self.place;
        let role = self.role;
        let link = block_on(async {
            let (store, workspace) = open(&config, workspace).await?;
            let link = Link::to_join(workspace, role, Some(email), BY);
            let kept = link.clone();
            store.write(Vec::new(), move |tx| links::invite_at(tx, &kept, &entry)).await?;
            Ok(link)
        })?;
        if self.json {
            println!("{}", json!({ "link": link.url(&base), "role": role, "expires_at": link.row.expires_at }));
        } else {
            println!("{}", link.url(&base));
        }
        Ok(())
    }
}

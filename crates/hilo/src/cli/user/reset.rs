//! `hilo user reset`: a link with which somebody chooses a new password. Whoever may use the machine may let them in: codes and waits
//! go at once.

use anyhow::Result;
use clap::Args;
use serde_json::json;
use store::Tx;

use super::{Where, base, block_on, find, open};
use crate::clock::Clock;
use crate::inbox::Entry;
use crate::people::links::{self, Link};
use crate::people::{colleagues, throttle};

const BY: &str = "hilo user reset";

#[derive(Debug, Args)]
pub(super) struct Reset {
    /// The address with which they sign in.
    email: String,
    #[command(flatten)]
    place: Where,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Reset {
    pub(super) fn run(self) -> Result<()> {
        let base = base(&self.place)?;
        let now = Clock::default().now().as_millisecond();
        let (entry, codes) = (Entry::at(now, BY), Entry::at(now, BY)); // two things are noted
        let Where { config, workspace } = self.place;
        let link = block_on(async {
            let (store, workspace) = open(&config, workspace).await?;
            let user = find(&store, workspace, &self.email).await?;
            let link = Link::to_reset(workspace, user.id, user.role, &user.email, BY);
            let kept = link.clone();
            let unit = move |tx: &mut Tx<'_>| {
                throttle::begin_anew(tx, &user.email, user.id)?;
                colleagues::remove_totp_at(tx, &user, &codes)?;
                links::reset_at(tx, &kept, &entry).map(drop)
            };
            store.write(Vec::new(), unit).await?;
            Ok(link)
        })?;
        if self.json {
            println!("{}", json!({ "link": link.url(&base), "expires_at": link.row.expires_at }));
        } else {
            println!("{}", link.url(&base));
        }
        Ok(())
    }
}

//! `hilo key revoke`: a key opens nothing any more.

use anyhow::Result;
use clap::Args;
use domain::ids::KeyId;

use super::{Where, block_on, open};
use crate::cli::NotRight;
use crate::clock::Clock;
use crate::inbox::{self, Entry};

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The id of the key, as `hilo key list` shows it.
    id: KeyId,
    #[command(flatten)]
    place: Where,
}

impl Revoke {
    pub(super) fn run(self) -> Result<()> {
        let (id, entry) = (self.id, Entry::at(Clock::default().now().as_millisecond(), "hilo key revoke"));
        let Where { config, workspace } = self.place;
        let revoked = block_on(async {
            let (store, workspace) = open(&config, workspace).await?;
            Ok(store.write(Vec::new(), move |tx| inbox::revoke_key_at(tx, workspace, id, &entry)).await?)
        })?;
        revoked.map_err(|refused| NotRight(format!("{id}: {refused}; `hilo key list` shows them")))?;
        println!("Revoked.");
        Ok(())
    }
}

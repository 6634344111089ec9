//! `hilo key revoke`: a key opens nothing any more.

use anyhow::Result;
use clap::Args;
use domain::ids::KeyId;

use super::{Where, block_on, open};
use crate::cli::NotRight;
use crate::clock::Clock;

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The id of the key, as `hilo key list` shows it.
    id: KeyId,
    #[command(flatten)]
    place: Where,
}

impl Revoke {
    pub(super) fn run(self) -> Result<()> {
        let (id, now) = (self.id, Clock::default().now().as_millisecond());
        let Where { config, workspace } = self.place;
        let found = block_on(async {
            let (store, workspace) = open(&config, workspace).await?;
            Ok(store.write(Vec::new(), move |tx| tx.revoke_key(workspace, id, now)).await?)
        })?;
        if !found {
            let said = format!("there is no key {id} in this workspace; `hilo key list` shows them");
            return Err(NotRight(said).into());
        }
        println!("Revoked.");
        Ok(())
    }
}

//! `hilo openapi`: the API of this version, for generators of clients.

use anyhow::Result;
use clap::Args;

use crate::http::api;

#[derive(Debug, Args)]
pub(super) struct OpenApi {}

impl OpenApi {
    pub(super) fn run(self) -> Result<()> {
        print!("{}", api::document_text()?);
        Ok(())
    }
}

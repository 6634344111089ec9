//! `hilo export contacts`: everybody, as CSV that a spreadsheet only shows.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand};
use futures::StreamExt;

use super::key::{Where, open};
use super::{NotRight, block_on, unless_read_enough};
use crate::imports::report;

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// People with their names and numbers; those without a number, too.
    Contacts {
        /// Where to write it; standard output unless given.
        #[arg(long, short)]
        output: Option<PathBuf>,
        #[command(flatten)]
        place: Where,
    },
}

impl Export {
    pub(super) fn run(self) -> Result<()> {
        let What::Contacts { output, place } = self.what;
        let mut out: Box<dyn Write> = match &output {
            Some(path) => Box::new(std::io::BufWriter::new(
                std::fs::File::create(path)
                    .map_err(|error| NotRight(format!("{} cannot be written: {error}", path.display())))?,
            )),
            None => Box::new(std::io::stdout().lock()),
        };
        block_on(async {
            let (store, workspace) = open(&place.config, place.workspace).await?;
            let mut pieces = std::pin::pin!(report::people(store, workspace));
            while let Some(piece) = pieces.next().await {
                out.write_all(piece?.as_bytes())?;
            }
            out.flush()?;
            Ok(())
        })
        .or_else(unless_read_enough)
    }
}

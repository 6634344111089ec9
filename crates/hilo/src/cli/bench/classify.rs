//! `hilo bench classify`: how good the text model is, on files of labelled messages.

use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use classifier::measure::{self, MeasureError, Options};

use crate::cli::NotRight;

#[derive(Debug, Args)]
#[command(after_help = "Files are CSV with the columns `text,label,lang`; `lang` may be missing.
Without --train the phrases that come with Hilo are measured alone, against labels that are archetypes.")]
pub(in crate::cli) struct Classify {
    /// Messages to train with.
    #[arg(long, value_name = "FILE")]
    train: Option<PathBuf>,
    /// Messages to ask, none of which the model has seen.
    #[arg(long, value_name = "FILE")]
    test: PathBuf,
    /// Messages that belong to no type: whether they look strange.
    #[arg(long, value_name = "FILE")]
    oos: Option<PathBuf>,
    /// At most so many training messages of each label, drawn by chance.
    #[arg(long, value_name = "N")]
    per_class: Option<usize>,
    /// Where chance begins.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Train with the phrases that come with Hilo, too.
    #[arg(long)]
    bank: bool,
    /// The report as JSON.
    #[arg(long)]
    json: bool,
}

impl Classify {
    pub(in crate::cli) fn run(self) -> Result<()> {
        let bank = self.bank || self.train.is_none();
        let Self { train, test, oos, per_class, seed, json, .. } = self;
        let report = measure::run(&Options { train, test, oos, per_class, seed, bank }).map_err(not_right)?;
        if json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            print!("{report}");
        }
        Ok(())
    }
}

fn not_right(error: MeasureError) -> NotRight {
    NotRight(error.to_string())
}

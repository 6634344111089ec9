//! `hilo doctor`: what is wrong with an installation, and what to do about it.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use domain::Language;
use serde_json::json;
use store::Store;

use super::{block_on, settings};
use crate::doctor::{self, Finding, State};

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// The settings of the server.
    #[arg(long, default_value = "hilo.toml")]
    config: PathBuf,
    /// As JSON.
    #[arg(long)]
    json: bool,
}

impl Doctor {
    pub(super) fn run(self) -> Result<()> {
        let settings = settings(&self.config)?;
        let store = Store::open(&settings.database)?;
        let findings = block_on(async { Ok(doctor::examine(&store, &settings, None).await) })?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&findings.iter().map(as_json).collect::<Vec<_>>())?);
        } else {
            findings.iter().for_each(|finding| println!("{}", line(finding)));
        }
        match findings.iter().filter(|finding| finding.state == State::Wrong).count() {
            0 => Ok(()),
            wrong => bail!("{wrong} to mend"),
        }
    }
}

fn as_json(finding: &Finding) -> serde_json::Value {
    json!({
        "check": finding.check,
        "number": finding.number,
        "state": finding.state,
        "seen": finding.seen,
        "fix": finding.fix(Language::En),
    })
}

fn line(finding: &Finding) -> String {
    let sign = match finding.state {
        State::Good => "ok   ",
        State::Wrong => "WRONG",
        State::Unknown => "?    ",
    };
    let number = finding.number.as_ref().map(|number| format!("{number}: ")).unwrap_or_default();
    let seen = if finding.seen.is_empty() { String::new() } else { format!(" ({})", finding.seen) };
    let fix = finding.fix(Language::En).map(|fix| format!("\n      {fix}")).unwrap_or_default();
    format!("{sign} {number}{}{seen}{fix}", finding.title(Language::En))
}

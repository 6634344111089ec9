//! `hilo doctor`: what is wrong with an installation, and what to do about it.

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;
use domain::Language;
use serde_json::json;
use store::Store;

use super::{NotRight, block_on, settings};
use crate::config::Settings;
use crate::doctor::{self, Finding, State};
use crate::{alerts, ids};

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// The settings of the server.
    #[arg(long, default_value = "hilo.toml")]
    config: PathBuf,
    /// As JSON.
    #[arg(long)]
    json: bool,
    /// Sends a letter to everybody whom the settings have told of trouble, and looks at nothing else.
    #[arg(long)]
    send_test_alert: bool,
}

impl Doctor {
    pub(super) fn run(self) -> Result<()> {
        let settings = settings(&self.config)?;
        if self.send_test_alert {
            return block_on(send_test_alert(&settings));
        }
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

async fn send_test_alert(settings: &Settings) -> Result<()> {
    let Some(mail) = &settings.alerts.mail else {
        return Err(NotRight(
            "the settings name no mail server; fill in [alerts], which hilo.example.toml explains".to_owned(),
        )
        .into());
    };
    let base = settings.front.public_url.clone().unwrap_or_else(|| format!("http://{}", settings.listen));
    let letter = alerts::test_letter(settings.alerts.language, &format!("{base}/health"));
    let mut failed = 0;
    for to in &mail.to {
        match alerts::mail::send(mail, to, &ids::fresh().to_string(), &letter).await {
            Ok(()) => println!("ok    {to}: the mail server took it"),
            Err(reason) => {
                failed += 1;
                println!("WRONG {to}: {reason}");
            }
        }
    }
    if 0 < failed { bail!("{failed} of {} were not told", mail.to.len()) } else { Ok(()) }
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

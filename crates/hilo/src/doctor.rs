//! What can be checked about an installation: its machine, its public address, and what Meta says of each number. For `hilo doctor`
//! and for the screen that connects a number. Nothing is changed by it.

mod address;
mod machine;
mod meta;

use domain::Language;
use serde::Serialize;
use store::Store;

use crate::alerts;
use crate::config::{ChannelSettings, Settings};
pub(crate) use machine::free_mb;

use crate::texts::say;

/// What was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// Whether the database takes writes.
    Database,
    /// Whether there is room on the disk.
    Disk,
    /// Whether the clock is right.
    Clock,
    /// Whether Meta reaches Hilo by HTTPS.
    Address,
    /// Whether the mail server of the alerts lets Hilo in.
    Mail,
    /// Whether the token opens the number.
    Token,
    /// Whether it does so for longer than a few days.
    Expiry,
    /// Whether it is the number that the settings say.
    Number,
    /// Whether the account's events go to the app.
    Subscription,
    /// Whether they are posted to this Hilo.
    Callback,
    /// Whether the number may send: quality, account, payment method.
    Sending,
}

/// How it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// As it should be.
    Good,
    /// Something is to be mended.
    Wrong,
    /// It could not be seen.
    Unknown,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at.
    pub check: Check,
    /// Of which number, if of one.
    pub number: Option<String>,
    /// How it stands.
    pub state: State,
    /// What was seen, in the words of whoever said it.
    pub seen: String,
}

impl Check {
    fn name(self) -> &'static str {
        match self {
            Check::Database => "database",
            Check::Disk => "disk",
            Check::Clock => "clock",
            Check::Address => "address",
            Check::Mail => "mail",
            Check::Token => "token",
            Check::Expiry => "expiry",
            Check::Number => "number",
            Check::Subscription => "subscription",
            Check::Callback => "callback",
            Check::Sending => "sending",
        }
    }

    fn found(self, state: State, seen: impl Into<String>) -> Finding {
        Finding { check: self, number: None, state, seen: seen.into() }
    }

    /// Good, or not with what was seen.
    fn of(self, seen: Result<String, String>) -> Finding {
        match seen {
            Ok(seen) => self.found(State::Good, seen),
            Err(seen) => self.found(State::Wrong, seen),
        }
    }
}

impl Finding {
    /// What was looked at, as people call it.
    pub fn title(&self, language: Language) -> String {
        say(language, &format!("people-check-{}", self.check.name()), &[])
    }

    /// What to do about it, if anything is.
    pub fn fix(&self, language: Language) -> Option<String> {
        let fix = || say(language, &format!("people-check-{}-fix", self.check.name()), &[]);
        (self.state == State::Wrong).then(fix)
    }

    fn about(self, channel: &ChannelSettings) -> Self {
        Self { number: Some(channel.display_phone_number.clone()), ..self }
    }
}

/// Looks at everything; of the numbers, at those of one workspace if one is named.
pub async fn examine(store: &Store, settings: &Settings, workspace: Option<&str>) -> Vec<Finding> {
    let is_wanted = |channel: &&ChannelSettings| workspace.is_none_or(|name| channel.workspace == name);
    let channels: Vec<&ChannelSettings> = settings.channels.iter().filter(is_wanted).collect();
    let mut findings = vec![machine::database(store).await, machine::disk(settings)];
    findings.push(machine::clock(channels.first().copied()).await);
    findings.push(address::reached(settings, channels.first().copied()).await);
    if let Some(mail) = &settings.alerts.mail {
        findings.push(Check::Mail.of(alerts::mail::probe(mail).await.map(|()| format!("{}:{}", mail.host, mail.port))));
    }
    for channel in channels {
        findings.extend(meta::number(settings, channel).await.into_iter().map(|finding| finding.about(channel)));
    }
    findings
}

/// Only what Meta says of the numbers of a workspace.
pub(crate) async fn examine_numbers(settings: &Settings, workspace: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for channel in settings.channels.iter().filter(|channel| channel.workspace == workspace) {
        findings.extend(meta::number(settings, channel).await.into_iter().map(|finding| finding.about(channel)));
    }
    findings
}

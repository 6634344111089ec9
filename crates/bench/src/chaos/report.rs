//! The tally: what was endured and what was found.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use anyhow::Result;
use serde::Serialize;

use super::evidence::{Evidence, Promise};
use super::{Killed, Options};
use crate::processes;

const SHOWN: usize = 20; // findings on the screen; JSON has all

/// What became of the kills.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The machine: processors and memory.
    pub machine: String,
    /// Where the messages were kept.
    pub database: String,
    /// Where randomness began.
    pub seed: u64,
    /// How often the program was killed.
    pub kills: usize,
    /// How often where. A point that the load did not lead to in time has a name of its own.
    pub kills_by_point: BTreeMap<String, usize>,
    /// Messages that people said.
    pub messages: usize,
    /// Sends that WhatsApp took.
    pub sends: usize,
    /// Of these, templates.
    pub template_sends: usize,
    /// Of these, files.
    pub file_sends: usize,
    /// Replies, resolutions, uploads and submitted templates that the program confirmed to agents.
    pub confirmed: usize,
    /// Of these, files that were uploaded.
    pub uploads: usize,
    /// Of these, templates that were submitted.
    pub submissions: usize,
    /// Sends that are listed for a person, because nobody can know whether they left.
    pub unconfirmed: usize,
    /// Changes that another system was told by webhook.
    pub webhooks: usize,
    /// Posts of changes that it had been told already.
    pub webhooks_again: usize,
    /// Said, confirmed or changed, and not there or not told.
    pub lost: usize,
    /// Taken by WhatsApp twice.
    pub double_sends: usize,
    /// Messages, contacts, threads, matters and tickets that are there twice.
    pub double_crm_writes: usize,
    /// Recorded or sent behind something later.
    pub order_violations: usize,
    /// Sent to, or filed under, somebody else.
    pub misdirected: usize,
    /// Sends that have not settled, or of which the program does not tell what WhatsApp knows.
    pub unaccounted: usize,
    /// `ok`, or what the database says is wrong with it.
    pub integrity: String,
    /// Each one.
    pub findings: Vec<Finding>,
}

/// Something that is not as it was promised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which promise.
    pub kind: Kind,
    /// In a sentence.
    pub what: String,
}

/// Which promise was broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Nothing is lost.
    Lost,
    /// Nothing is sent twice.
    DoubleSend,
    /// Nothing is recorded twice.
    DoubleWrite,
    /// Order is kept in each thread.
    Order,
    /// Nothing reaches somebody else.
    Misdirected,
    /// What is not done is in a list.
    Unaccounted,
}

pub(super) fn tell(
    options: &Options,
    database: &str,
    killed: Killed,
    evidence: &Evidence,
    integrity: String,
    findings: Vec<Finding>,
) -> Report {
    let webhooks = evidence.heard.iter().collect::<HashSet<_>>().len();
    let sends_of = |kind: &str| evidence.accepted.iter().filter(|accepted| accepted.kind == kind).count();
    let promised = |is_it: fn(&Promise) -> bool| evidence.promises.iter().filter(|promise| is_it(promise)).count();
    let count = |kind| findings.iter().filter(|finding| finding.kind == kind).count();
    Report {
        machine: processes::describe_machine(),
        database: database.to_owned(),
        seed: options.seed,
        kills: killed.values().sum(),
        kills_by_point: killed,
        messages: evidence.said.len(),
        sends: evidence.accepted.len(),
        template_sends: sends_of("template"),
        file_sends: sends_of("image"),
        confirmed: evidence.promises.len(),
        uploads: promised(|promise| matches!(promise, Promise::Uploaded { .. })),
        submissions: promised(|promise| matches!(promise, Promise::Submitted { .. })),
        unconfirmed: evidence.told.outbox.iter().filter(|send| !send.is_under_way()).count(),
        webhooks,
        webhooks_again: evidence.heard.len() - webhooks,
        lost: count(Kind::Lost),
        double_sends: count(Kind::DoubleSend),
        double_crm_writes: count(Kind::DoubleWrite),
        order_violations: count(Kind::Order),
        misdirected: count(Kind::Misdirected),
        unaccounted: count(Kind::Unaccounted),
        integrity,
        findings,
    }
}

impl Report {
    /// Whether every promise was kept.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.integrity == "ok"
    }

    /// The report for programs.
    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)?)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.machine)?;
        writeln!(out, "\n{} kills on {}, seed {}", self.kills, self.database, self.seed)?;
        for (point, kills) in &self.kills_by_point {
            writeln!(out, "  {point:<44}{kills:>8}")?;
        }
        writeln!(out)?;
        let endured = [
            ("messages that people said", self.messages),
            ("sends that WhatsApp took", self.sends),
            ("  of them templates", self.template_sends),
            ("  of them files", self.file_sends),
            ("confirmed to agents", self.confirmed),
            ("  of that files that they uploaded", self.uploads),
            ("  of that templates that they submitted", self.submissions),
            ("sends listed as unconfirmed for a person", self.unconfirmed),
            ("changes told by webhook", self.webhooks),
            ("of them posted again", self.webhooks_again),
        ];
        let broken = [
            ("lost", self.lost),
            ("double sends", self.double_sends),
            ("double CRM writes", self.double_crm_writes),
            ("order violations", self.order_violations),
            ("misdirected", self.misdirected),
            ("unaccounted for", self.unaccounted),
        ];
        for (name, count) in endured.iter().chain(&broken) {
            writeln!(out, "  {name:<44}{count:>8}")?;
        }
        writeln!(out, "  {:<44}{:>8}", "integrity of the database", self.integrity)?;
        for finding in self.findings.iter().take(SHOWN) {
            writeln!(out, "  {}: {}", finding.kind, finding.what)?;
        }
        if SHOWN < self.findings.len() {
            writeln!(out, "  and {} more; --json has them all", self.findings.len() - SHOWN)?;
        }
        Ok(())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Kind::Lost => "lost",
            Kind::DoubleSend => "double send",
            Kind::DoubleWrite => "double write",
            Kind::Order => "order",
            Kind::Misdirected => "misdirected",
            Kind::Unaccounted => "unaccounted",
        })
    }
}

//! The tally: what was endured and what was found.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use anyhow::Result;
use serde::Serialize;

use super::evidence::{Evidence, Promise};
use super::{Endured, Options};
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
    /// How many nodes were at work.
    pub nodes: usize,
    /// How often the program was killed.
    pub kills: usize,
    /// How often where. A point that the load did not lead to in time has a name of its own.
    pub kills_by_point: BTreeMap<String, usize>,
    /// What else was done to it and its database, and how often.
    pub faults: BTreeMap<String, usize>,
    /// How often it was asked to end under load, and ended in time and in good order.
    pub ends: usize,
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
    /// Guests whom automation served.
    pub guests: usize,
    /// Answers of automation to them, with what is written down with each.
    pub answers: usize,
    /// Follow-ups that they were sent.
    pub follow_ups: usize,
    /// Follow-ups that were cancelled, skipped or late.
    pub follow_ups_withheld: usize,
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
    /// Reminders of what was cancelled, or to somebody who wanted no more messages.
    pub unfounded: usize,
    /// Sends that have not settled, or of which the program does not tell what WhatsApp knows.
    pub unaccounted: usize,
    /// What was still on its way when nothing moved any more.
    pub unsettled: usize,
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
    /// Nothing is said that is not so any more.
    Unfounded,
    /// What is not done is in a list.
    Unaccounted,
    /// Everything comes to rest.
    Unsettled,
}

pub(super) fn tell(
    options: &Options,
    database: &str,
    endured: Endured,
    evidence: &Evidence,
    integrity: String,
    findings: Vec<Finding>,
) -> Report {
    let Endured { killed, faults, ends } = endured;
    let webhooks = evidence.heard.iter().collect::<HashSet<_>>().len();
    let sends_of = |kind: &str| evidence.accepted.iter().filter(|accepted| accepted.kind == kind).count();
    let promised = |is_it: fn(&Promise) -> bool| evidence.promises.iter().filter(|promise| is_it(promise)).count();
    let sent_follow_ups = evidence.told.follow_ups.iter().filter(|row| row.state == "sent").count();
    let count = |kind| findings.iter().filter(|finding| finding.kind == kind).count();
    Report {
        machine: processes::describe_machine(),
        database: database.to_owned(),
        seed: options.seed,
        nodes: options.nodes,
        kills: killed.values().sum(),
        kills_by_point: killed,
        faults,
        ends,
        messages: evidence.said.len(),
        sends: evidence.accepted.len(),
        template_sends: sends_of("template"),
        file_sends: sends_of("image"),
        confirmed: evidence.promises.len(),
        uploads: promised(|promise| matches!(promise, Promise::Uploaded { .. })),
        submissions: promised(|promise| matches!(promise, Promise::Submitted { .. })),
        guests: evidence.guests.len(),
        answers: evidence.told.notes.len(),
        follow_ups: sent_follow_ups,
        follow_ups_withheld: evidence.told.follow_ups.len() - sent_follow_ups,
        unconfirmed: evidence.told.outbox.iter().filter(|send| send.is_unknown()).count(),
        webhooks,
        webhooks_again: evidence.heard.len() - webhooks,
        lost: count(Kind::Lost),
        double_sends: count(Kind::DoubleSend),
        double_crm_writes: count(Kind::DoubleWrite),
        order_violations: count(Kind::Order),
        misdirected: count(Kind::Misdirected),
        unfounded: count(Kind::Unfounded),
        unaccounted: count(Kind::Unaccounted),
        unsettled: count(Kind::Unsettled),
        integrity,
        findings,
    }
}

impl Report {
    /// Both together: a long run is told leg by leg.
    pub(super) fn and(mut self, next: Report) -> Report {
        let add = |sum: &mut BTreeMap<String, usize>, more: BTreeMap<String, usize>| {
            more.into_iter().for_each(|(what, times)| *sum.entry(what).or_default() += times);
        };
        add(&mut self.kills_by_point, next.kills_by_point);
        add(&mut self.faults, next.faults);
        for (sum, more) in [
            (&mut self.kills, next.kills),
            (&mut self.ends, next.ends),
            (&mut self.messages, next.messages),
            (&mut self.sends, next.sends),
            (&mut self.template_sends, next.template_sends),
            (&mut self.file_sends, next.file_sends),
            (&mut self.confirmed, next.confirmed),
            (&mut self.uploads, next.uploads),
            (&mut self.submissions, next.submissions),
            (&mut self.guests, next.guests),
            (&mut self.answers, next.answers),
            (&mut self.follow_ups, next.follow_ups),
            (&mut self.follow_ups_withheld, next.follow_ups_withheld),
            (&mut self.unconfirmed, next.unconfirmed),
            (&mut self.webhooks, next.webhooks),
            (&mut self.webhooks_again, next.webhooks_again),
            (&mut self.lost, next.lost),
            (&mut self.double_sends, next.double_sends),
            (&mut self.double_crm_writes, next.double_crm_writes),
            (&mut self.order_violations, next.order_violations),
            (&mut self.misdirected, next.misdirected),
            (&mut self.unfounded, next.unfounded),
            (&mut self.unaccounted, next.unaccounted),
            (&mut self.unsettled, next.unsettled),
        ] {
            *sum += more;
        }
        if self.integrity == "ok" {
            self.integrity = next.integrity;
        }
        self.findings.extend(next.findings);
        self
    }

    /// In a line, for whoever waits for the rest.
    pub(super) fn in_short(&self) -> String {
        format!(
            "{} kills: {} lost, {} double sends, {} double CRM writes, {} order violations, {} misdirected, {} unfounded, {} unaccounted \
             for, {} not settled; integrity {}",
            self.kills,
            self.lost,
            self.double_sends,
            self.double_crm_writes,
            self.order_violations,
            self.misdirected,
            self.unfounded,
            self.unaccounted,
            self.unsettled,
            self.integrity
        )
    }

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
        let nodes = if self.nodes == 1 { String::new() } else { format!(" with {} nodes", self.nodes) };
        writeln!(out, "\n{} kills on {}{nodes}, seed {}", self.kills, self.database, self.seed)?;
        for (what, times) in self.kills_by_point.iter().chain(&self.faults) {
            writeln!(out, "  {what:<44}{times:>8}")?;
        }
        writeln!(out, "  {:<44}{:>8}", "asked to end under load, and did so in time", self.ends)?;
        writeln!(out)?;
        let endured = [
            ("messages that people said", self.messages),
            ("sends that WhatsApp took", self.sends),
            ("  of them templates", self.template_sends),
            ("  of them files", self.file_sends),
            ("confirmed to agents", self.confirmed),
            ("  of that files that they uploaded", self.uploads),
            ("  of that templates that they submitted", self.submissions),
            ("guests whom automation served", self.guests),
            ("answers of automation", self.answers),
            ("follow-ups sent", self.follow_ups),
            ("follow-ups withheld", self.follow_ups_withheld),
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
            ("unfounded", self.unfounded),
            ("unaccounted for", self.unaccounted),
            ("not settled", self.unsettled),
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
            Kind::Unfounded => "unfounded",
            Kind::Unaccounted => "unaccounted",
            Kind::Unsettled => "unsettled",
        })
    }
}

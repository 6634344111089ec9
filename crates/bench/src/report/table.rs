//! The report for people: a table a database, what happened in each workload, and what speaks against it.

use std::fmt::{Display, Formatter, Result, Write as _};

use super::growth::Much;
use super::{Comparison, Growth, Report};
use crate::due::Decisions;
use crate::readings::Measured;
use crate::reads::Timing;
use crate::workload::Latency;

impl Display for Report {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        writeln!(out, "{}", self.machine)?;
        let mut databases: Vec<&str> = self.comparisons.iter().map(|comparison| comparison.database.as_str()).collect();
        databases.dedup();
        for database in databases {
            let here = || self.comparisons.iter().filter(|comparison| comparison.database == database);
            writeln!(out, "\n{}", headings(database))?;
            here()
                .filter(|comparison| comparison.is_load())
                .try_for_each(|comparison| write!(out, "{}", rows(comparison)))?;
            writeln!(out)?;
            here().try_for_each(|comparison| write!(out, "{}", notes(comparison)))?;
            self.growth
                .iter()
                .filter(|growth| growth.database == database)
                .try_for_each(|growth| write!(out, "{}", grown(growth)))?;
        }
        writeln!(out, "\n{}", self.verdict())
    }
}

/// A column of the table: its name, its width, its decimals, and where it is read.
type Column = (&'static str, usize, usize, fn(&Measured) -> f64);

const COLUMNS: [Column; 8] = [
    ("messages/s", 12, 0, |measured| measured.outcome.messages_per_s),
    ("CPU ms", 9, 3, |measured| measured.cpu_ms_per_message),
    ("p50 ms", 9, 2, |measured| measured.outcome.p50_ms),
    ("p99 ms", 9, 2, |measured| measured.outcome.p99_ms),
    ("max ms", 9, 1, |measured| measured.outcome.max_ms),
    ("MiB", 7, 0, |measured| measured.peak_memory_mib),
    ("KiB written", 13, 1, |measured| measured.bytes_written_per_message / 1024.0),
    ("commits", 9, 3, |measured| measured.commits_per_message),
];
const NAMES: usize = 20;

fn headings(database: &str) -> String {
    let mut line = format!("{:<NAMES$}", format!("On {database}"));
    for (name, width, ..) in COLUMNS {
        let _ = write!(line, "{name:>width$}");
    }
    line + "  of floor"
}

fn rows(comparison: &Comparison) -> String {
    let ratio = comparison.ours_to_floor.map_or(String::new(), |ratio| format!("{:>8.0} %", ratio * 100.0));
    let mut rows = row(&comparison.workload, &comparison.ours) + &ratio + "\n";
    if let Some(floor) = &comparison.floor {
        rows += &(row("  the floor", floor) + "\n");
    }
    rows
}

fn row(name: &str, measured: &Measured) -> String {
    let mut line = format!("{name:<NAMES$}");
    for (_, width, decimals, figure) in COLUMNS {
        let _ = write!(line, "{:>width$.decimals$}", figure(measured));
    }
    line
}

/// What the table has no column for.
fn notes(comparison: &Comparison) -> String {
    let measured = &comparison.ours;
    let outcome = &measured.outcome;
    let mut notes = format!("{}: {}\n", comparison.workload, comparison.about);
    let mut note = |text: String| notes += &format!("    {text}\n");
    if comparison.is_load() && outcome.latency == Latency::Answer {
        note("times to the answer of a webhook, not to the acknowledgement".to_owned());
    }
    if let Some(decided) = &measured.decisions {
        let Decisions { pending, due, right, sent, cancelled, skipped, sent_wrongly } = decided;
        note("decisions a second, the processor time of one and what one wrote, instead of messages".to_owned());
        note(format!("{due} were due at once and {pending} later; of those due the condition of {right} still held"));
        note(format!(
            "{sent} sent, {cancelled} cancelled, {skipped} skipped; {sent_wrongly} sent whose condition had fallen"
        ));
    }
    if 0.0 < outcome.statuses_per_s {
        let (statuses, share) = (outcome.statuses_per_s, measured.cpu_share * 100.0);
        note(format!("{statuses:.0} statuses a second beside the messages; {share:.0} % of all processors"));
    }
    if let (Some(p50), Some(p99), Some(1)) = (comparison.p50_to_floor, comparison.p99_to_floor, comparison.concurrency)
    {
        note(format!("half of them within {p50:.1} times the floor's time, 99 in a hundred within {p99:.1} times"));
    }
    if let (Some(peak), Some(due)) = (measured.peak_per_s, measured.due_per_s) {
        let (carried, offered) = (outcome.messages_per_s, measured.offered_per_s);
        let share = carried / peak * 100.0;
        note(format!("carried {peak:.0} a second before, and {carried:.0} then: {share:.0} %"));
        note(format!("{due} a second were due, and {offered:.0} came, since each connection waits for its answer"));
    }
    if 0 < outcome.refused {
        note(format!("{} of {} webhooks were refused", outcome.refused, outcome.sent));
    }
    measured.reads.iter().chain(&measured.starts).for_each(|timing| note(timed(timing)));
    if comparison.database == "PostgreSQL" && comparison.is_load() && !measured.database_counted {
        note("the database runs elsewhere: its processor time and its writes are not counted".to_owned());
    }
    comparison.reservations.iter().for_each(|reservation| note(capitalised(reservation)));
    notes
}

fn timed(timing: &Timing) -> String {
    let Timing { what, done, failed, ms } = timing;
    let failed = if *failed == 0 { String::new() } else { format!(", {failed} failed") };
    format!("{what}: p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms ({done} times{failed})", ms.p50, ms.p99, ms.max)
}

fn grown(growth: &Growth) -> String {
    let times = |ratio: Option<f64>| ratio.map_or("-".to_owned(), |ratio| format!("{ratio:.2} times"));
    let (stored, against, cpu) = (growth.stored, growth.against, times(growth.cpu_of_a_message));
    match growth.of {
        Much::Messages => format!(
            "With {stored} messages stored instead of {against}: a message costs {cpu} the processor time, opening a conversation takes {} as \
             long.\n",
            times(growth.opening_a_conversation)
        ),
        Much::FollowUps => format!(
            "With {stored} follow-ups pending instead of {against}: a decision costs {cpu} the processor time.\n"
        ),
    }
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

impl Comparison {
    fn is_load(&self) -> bool {
        self.ours.starts.is_empty()
    }
}

impl Report {
    fn verdict(&self) -> &'static str {
        let is_void = |reservation: &String| reservation.starts_with("void");
        let reservations = || self.comparisons.iter().flat_map(|comparison| &comparison.reservations);
        if reservations().any(is_void) {
            return "VOID: a promise was broken, and no speed makes up for it. See above.";
        }
        if 0 < reservations().count() {
            return "Not to be used: the machine was busy with something else. See above.";
        }
        "Nothing was lost, sent twice or out of order, and nobody became two contacts."
    }
}

//! The report: what the program did, what the floor did, and whether the figures may be used.

use std::fmt;

use anyhow::Result;
use serde::Serialize;

use crate::load::Load;
use crate::measure::Measured;
use crate::workload::Workload;

/// With more of the machine in other hands, a figure says more about them than about the program.
const TOO_BUSY: f64 = 0.10;

/// Everything that was measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// The machine: processors and memory.
    pub machine: String,
    /// One for each workload and database.
    pub comparisons: Vec<Comparison>,
}

/// A program and the floor under the same load. In JSON the program's figures stand beside the names, the floor's
/// under `floor`.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// What the customers did.
    pub workload: String,
    /// Where the messages were kept.
    pub database: String,
    /// How many messages were under way at once; `None` in an open loop.
    pub concurrency: Option<usize>,
    /// The program's messages a second over the floor's.
    pub ours_to_floor: f64,
    /// The program's median time to the acknowledgement over the floor's.
    pub p50_to_floor: f64,
    /// The same for the 99th percentile.
    pub p99_to_floor: f64,
    /// Why the figures must not be used; empty when they may.
    pub reservations: Vec<String>,
    /// The program under test.
    #[serde(flatten)]
    pub ours: Measured,
    /// The bare work.
    pub floor: Measured,
}

pub(crate) fn compare(workload: &Workload, database: &str, ours: Measured, floor: Measured) -> Comparison {
    let concurrency = match workload.load {
        Load::Closed { at_once, .. } => Some(at_once),
        Load::Open { .. } => None,
    };
    Comparison {
        workload: workload.name.to_owned(),
        database: database.to_owned(),
        concurrency,
        ours_to_floor: ratio(ours.outcome.messages_per_s, floor.outcome.messages_per_s),
        p50_to_floor: ratio(ours.outcome.ack_ms.p50, floor.outcome.ack_ms.p50),
        p99_to_floor: ratio(ours.outcome.ack_ms.p99, floor.outcome.ack_ms.p99),
        reservations: [reservations("the program", &ours), reservations("the floor", &floor)].concat(),
        ours,
        floor,
    }
}

fn reservations(who: &str, measured: &Measured) -> Vec<String> {
    let outcome = &measured.outcome;
    let mut reservations = Vec::new();
    if 0 < outcome.lost {
        reservations.push(format!("void: {who} lost {} acknowledgements", outcome.lost));
    }
    if 0 < outcome.double_acks {
        reservations.push(format!("void: {who} sent {} acknowledgements twice", outcome.double_acks));
    }
    if outcome.accepted == 0 {
        reservations.push(format!("void: {who} accepted nothing"));
    }
    if TOO_BUSY < measured.busy_elsewhere {
        let share = measured.busy_elsewhere * 100.0;
        reservations.push(format!("not to be used: others took {share:.0} % of the machine while {who} was measured"));
    }
    reservations
}

fn ratio(ours: f64, floor: f64) -> f64 {
    if floor == 0.0 { 0.0 } else { ours / floor }
}

impl Comparison {
    /// Whether nothing speaks against the figures.
    pub fn is_usable(&self) -> bool {
        self.reservations.is_empty()
    }
}

impl Report {
    /// Whether nothing speaks against any figure.
    pub fn is_usable(&self) -> bool {
        self.comparisons.iter().all(Comparison::is_usable)
    }

    /// The report for programs.
    pub fn json(&self) -> Result<String> {
        Ok(serde_json::to_string_pretty(self)?)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}", self.machine)?;
        self.comparisons.iter().try_for_each(|comparison| write!(out, "{comparison}"))
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at_once = self.concurrency.map_or("open loop".into(), |at_once| format!("{at_once} at once"));
        writeln!(out, "\n{} on {}, {at_once}", self.workload, self.database)?;
        writeln!(out, "  {:<30}{:>12}{:>12}{:>9}", "", "program", "floor", "ratio")?;
        for (name, figure, decimals) in FIGURES {
            let (ours, floor) = (figure(&self.ours), figure(&self.floor));
            let ratio = if floor == 0.0 { "-".to_owned() } else { format!("{:.2}", ours / floor) };
            writeln!(out, "  {name:<30}{ours:>12.decimals$}{floor:>12.decimals$}{ratio:>9}")?;
        }
        if !(self.ours.database_counted && self.floor.database_counted) && self.database == "PostgreSQL" {
            writeln!(out, "  The database runs elsewhere: its processor time and its writes are not counted.")?;
        }
        self.reservations.iter().try_for_each(|reservation| writeln!(out, "  {}", capitalised(reservation)))
    }
}

/// A line of the table: its name, where it is read, and how many decimals it has.
type Figure = (&'static str, fn(&Measured) -> f64, usize);

const FIGURES: [Figure; 19] = [
    ("messages/s, end to end", |measured| measured.outcome.messages_per_s, 0),
    ("accepted/s", |measured| measured.outcome.accepted_per_s, 0),
    ("acknowledged/s", |measured| measured.outcome.acked_per_s, 0),
    ("CPU ms a message", |measured| measured.cpu_ms_per_message, 3),
    ("  of it the database server", |measured| measured.database_cpu_ms_per_message, 3),
    ("webhook to ack, p50 ms", |measured| measured.outcome.ack_ms.p50, 2),
    ("webhook to ack, p99 ms", |measured| measured.outcome.ack_ms.p99, 2),
    ("webhook to ack, max ms", |measured| measured.outcome.ack_ms.max, 2),
    ("webhook to 200, p50 ms", |measured| measured.outcome.accept_ms.p50, 2),
    ("webhook to 200, p99 ms", |measured| measured.outcome.accept_ms.p99, 2),
    ("peak memory, MiB", |measured| measured.peak_memory_mib, 0),
    ("bytes written a message", |measured| measured.bytes_written_per_message, 0),
    ("bytes to the disks a message", |measured| measured.disk_bytes_per_message, 0),
    ("accepted", |measured| measured.outcome.accepted as f64, 0),
    ("acknowledged", |measured| measured.outcome.acknowledged as f64, 0),
    ("refused", |measured| measured.outcome.refused as f64, 0),
    ("lost", |measured| measured.outcome.lost as f64, 0),
    ("double acknowledgements", |measured| measured.outcome.double_acks as f64, 0),
    ("others on the machine, %", |measured| measured.busy_elsewhere * 100.0, 0),
];

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correlate::{Outcome, Percentiles};

    fn quiet_run() -> Measured {
        let outcome = Outcome {
            sent: 10,
            accepted: 10,
            refused: 0,
            acknowledged: 10,
            lost: 0,
            double_acks: 0,
            seconds: 1.0,
            messages_per_s: 10.0,
            accepted_per_s: 10.0,
            acked_per_s: 10.0,
            accept_ms: Percentiles::default(),
            ack_ms: Percentiles::default(),
        };
        Measured {
            outcome,
            cpu_ms_per_message: 0.1,
            database_cpu_ms_per_message: 0.0,
            database_counted: false,
            peak_memory_mib: 10.0,
            bytes_written_per_message: 1.0,
            disk_bytes_per_message: 1.0,
            busy_elsewhere: 0.02,
        }
    }

    #[test]
    fn a_quiet_run_without_losses_may_be_used() {
        assert_eq!(reservations("the program", &quiet_run()), Vec::<String>::new());
    }

    #[test]
    fn a_run_on_a_busy_machine_must_not_be_used() {
        let busy = Measured { busy_elsewhere: 0.4, ..quiet_run() };
        assert_eq!(
            reservations("the floor", &busy),
            ["not to be used: others took 40 % of the machine while the floor was measured"]
        );
    }

    #[test]
    fn a_lost_acknowledgement_voids_the_speed() {
        let mut run = quiet_run();
        run.outcome.lost = 1;
        assert_eq!(reservations("the program", &run), ["void: the program lost 1 acknowledgements"]);
    }
}

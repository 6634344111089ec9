//! The report: what the program did, what the floor did, and whether the figures may be used.

mod growth;
mod table;

use anyhow::Result;
use serde::Serialize;

use crate::load::Load;
use crate::readings::Measured;
use crate::workload::{Plan, Workload};

pub(crate) use growth::growth;
pub use growth::{Growth, Much};

/// With more of the machine in other hands, a figure says more about them than about the program.
const TOO_BUSY: f64 = 0.10;

/// Everything that was measured.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// The machine: processors and memory.
    pub machine: String,
    /// One for each workload and database.
    pub comparisons: Vec<Comparison>,
    /// How the cost of a message grows with what is stored.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub growth: Vec<Growth>,
}

/// A program and, where it makes sense, the floor under the same load. In JSON the program's figures stand beside the names, the
/// floor's under `floor`.
#[derive(Clone, Debug, Serialize)]
pub struct Comparison {
    /// What the customers did.
    pub workload: String,
    /// The same in words.
    pub about: String,
    /// Where the messages were kept.
    pub database: String,
    /// How many messages were under way at once; `None` in an open loop.
    pub concurrency: Option<usize>,
    /// How many programs shared the database.
    pub nodes: usize,
    /// How many messages were there before.
    pub stored: Option<usize>,
    /// The program's messages a second over the floor's.
    pub ours_to_floor: Option<f64>,
    /// The program's median time to the acknowledgement over the floor's.
    pub p50_to_floor: Option<f64>,
    /// The same for the 99th percentile.
    pub p99_to_floor: Option<f64>,
    /// Why the figures must not be used; empty when they may.
    pub reservations: Vec<String>,
    /// The program under test.
    #[serde(flatten)]
    pub ours: Measured,
    /// The bare work.
    pub floor: Option<Measured>,
}

pub(crate) fn compare(workload: &Workload, database: &str, ours: Measured, floor: Option<Measured>) -> Comparison {
    let traffic = match &workload.plan {
        Plan::Traffic(traffic) => Some(traffic),
        Plan::Start | Plan::Due(_) => None,
    };
    let is_start = matches!(workload.plan, Plan::Start);
    let concurrency = match traffic.map(|traffic| traffic.load) {
        Some(Load::Closed { at_once, .. }) => Some(at_once),
        Some(Load::Open { .. } | Load::Flood { .. }) | None => None,
    };
    let to_floor = |figure: fn(&Measured) -> f64| ratio(figure(&ours), figure(floor.as_ref()?));
    let of_the_program = if is_start { Vec::new() } else { reservations("the program", &ours) };
    let of_the_floor = floor.as_ref().map(|floor| reservations("the floor", floor)).unwrap_or_default();
    Comparison {
        workload: workload.name.clone(),
        about: workload.about.clone(),
        database: database.to_owned(),
        concurrency,
        nodes: traffic.map_or(1, |traffic| traffic.nodes),
        stored: traffic.and_then(|traffic| traffic.stored),
        ours_to_floor: to_floor(|measured| measured.outcome.messages_per_s),
        p50_to_floor: to_floor(|measured| measured.outcome.p50_ms),
        p99_to_floor: to_floor(|measured| measured.outcome.p99_ms),
        reservations: [of_the_program, of_the_floor].concat(),
        ours,
        floor,
    }
}

fn reservations(who: &str, measured: &Measured) -> Vec<String> {
    let outcome = &measured.outcome;
    let sent_wrongly = measured.decisions.as_ref().map_or(0, |decisions| decisions.sent_wrongly);
    let voids = [
        (outcome.lost, "lost {} messages, acknowledgements or follow-ups"),
        (outcome.double_acknowledgements, "sent {} acknowledgements or follow-ups twice"),
        (outcome.duplicate_contacts, "made {} contacts twice"),
        (outcome.order_violations, "recorded {} messages out of order"),
        (sent_wrongly, "sent {} follow-ups whose condition had fallen"),
    ];
    let mut reservations: Vec<String> = voids
        .into_iter()
        .filter(|(count, _)| 0 < *count)
        .map(|(count, what)| format!("void: {who} {}", what.replace("{}", &count.to_string())))
        .collect();
    if outcome.accepted == 0 {
        reservations.push(format!("void: {who} accepted nothing"));
    }
    if TOO_BUSY < measured.busy_elsewhere {
        let share = measured.busy_elsewhere * 100.0;
        reservations.push(format!("not to be used: others took {share:.0} % of the machine while {who} was measured"));
    }
    reservations
}

fn ratio(ours: f64, other: f64) -> Option<f64> {
    (0.0 < other).then(|| ours / other)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::correlate::Outcome;

    fn quiet_run() -> Measured {
        let outcome = Outcome { accepted: 10, messages_per_s: 10.0, ..Outcome::default() };
        Measured { outcome, busy_elsewhere: 0.02, ..Measured::default() }
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
    fn whatever_was_promised_and_not_kept_voids_the_speed() {
        let promises: [fn(&mut Outcome) -> &mut usize; 4] = [
            |outcome| &mut outcome.lost,
            |outcome| &mut outcome.double_acknowledgements,
            |outcome| &mut outcome.duplicate_contacts,
            |outcome| &mut outcome.order_violations,
        ];
        for promise in promises {
            let mut run = quiet_run();
            *promise(&mut run.outcome) = 1;
            let reservations = reservations("the program", &run);
            assert!(reservations.len() == 1 && reservations[0].starts_with("void: the program "), "{reservations:?}");
        }
    }
}

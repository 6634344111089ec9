//! How the cost of a message or of a decision grows with what is there before: it should not.

use serde::Serialize;

use super::{Comparison, ratio};
use crate::readings::Measured;
use crate::reads::OPENED;

/// What there is much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Much {
    /// Messages that are stored.
    Messages,
    /// Follow-ups that wait for their moment.
    FollowUps,
}

/// A full store against the least full one of the same run.
#[derive(Clone, Debug, Serialize)]
pub struct Growth {
    /// Where it is kept.
    pub database: String,
    /// What there is much of.
    pub of: Much,
    /// How much of it there is.
    pub stored: usize,
    /// How much there is in the one that it is held against.
    pub against: usize,
    /// The processor time of a message or of a decision, over that with less stored.
    pub cpu_of_a_message: Option<f64>,
    /// The median time to open a conversation, over that with less stored.
    pub opening_a_conversation: Option<f64>,
}

pub(crate) fn growth(comparisons: &[Comparison]) -> Vec<Growth> {
    let least = |full: &Comparison, of: Much| {
        let same = comparisons.iter().filter(|other| other.database == full.database);
        same.filter_map(|other| much(other).filter(|(what, _)| *what == of).map(|(_, stored)| (stored, other)))
            .min_by_key(|(stored, _)| *stored)
    };
    let against_least = |full: &Comparison| {
        let (of, stored) = much(full)?;
        let (against, least) = least(full, of).filter(|(against, _)| *against < stored)?;
        Some(Growth {
            database: full.database.clone(),
            of,
            stored,
            against,
            cpu_of_a_message: ratio(full.ours.cpu_ms_per_message, least.ours.cpu_ms_per_message),
            opening_a_conversation: ratio(opening(&full.ours), opening(&least.ours)),
        })
    };
    comparisons.iter().filter_map(against_least).collect()
}

fn much(comparison: &Comparison) -> Option<(Much, usize)> {
    let pending = comparison.ours.decisions.as_ref().map(|decisions| (Much::FollowUps, decisions.pending));
    comparison.stored.map(|stored| (Much::Messages, stored)).or(pending)
}

fn opening(measured: &Measured) -> f64 {
    measured.reads.iter().find(|read| read.what == OPENED).map_or(0.0, |read| read.ms.p50)
}

//! How the cost of a message grows with what is stored: it should not.

use serde::Serialize;

use super::{Comparison, ratio};
use crate::readings::Measured;
use crate::reads::OPENED;

/// A full store against the least full one of the same run.
#[derive(Clone, Debug, Serialize)]
pub struct Growth {
    /// Where the messages are kept.
    pub database: String,
    /// How many messages there are.
    pub stored: usize,
    /// How many there are in the one that it is held against.
    pub against: usize,
    /// The processor time of a message, over that with less stored.
    pub cpu_of_a_message: Option<f64>,
    /// The median time to open a conversation, over that with less stored.
    pub opening_a_conversation: Option<f64>,
}

pub(crate) fn growth(comparisons: &[Comparison]) -> Vec<Growth> {
    let least = |of: &Comparison| {
        let same = comparisons.iter().filter(|other| other.database == of.database && other.stored.is_some());
        same.min_by_key(|other| other.stored)
    };
    let against_least = |full: &Comparison| {
        let (stored, least) = (full.stored?, least(full)?);
        let against = least.stored.filter(|against| *against < stored)?;
        Some(Growth {
            database: full.database.clone(),
            stored,
            against,
            cpu_of_a_message: ratio(full.ours.cpu_ms_per_message, least.ours.cpu_ms_per_message),
            opening_a_conversation: ratio(opening(&full.ours), opening(&least.ours)),
        })
    };
    comparisons.iter().filter_map(against_least).collect()
}

fn opening(measured: &Measured) -> f64 {
    measured.reads.iter().find(|read| read.what == OPENED).map_or(0.0, |read| read.ms.p50)
}

//! What another system was told, beside what the program says has changed.

use std::collections::{HashMap, HashSet};

use super::finding;
use crate::chaos::evidence::{Change, Evidence};
use crate::chaos::report::{Finding, Kind};

/// Changed, and never told: lost, unless it is listed as still to be told, or nobody has come as far as the last word.
pub(super) fn untold(evidence: &Evidence) -> Vec<Finding> {
    let heard: HashSet<&str> = evidence.heard.iter().map(String::as_str).collect();
    let waiting: HashSet<&str> = evidence.told.deliveries.iter().map(|delivery| delivery.id.as_str()).collect();
    let untold = evidence.told.changes.iter().filter(|change| !heard.contains(change.id.as_str()));
    let judge = |change: &Change| {
        let still = waiting.contains(change.id.as_str()) || !evidence.heard_last_word;
        let kind = if still { Kind::Unsettled } else { Kind::Lost };
        finding(kind, format!("{} {} was never posted", change.kind, change.id))
    };
    untold.map(judge).collect()
}

/// Told under a name that no change has: whoever keeps names takes it for something that they have not heard.
pub(super) fn renamed(evidence: &Evidence) -> Vec<Finding> {
    let changes: HashSet<&str> = evidence.told.changes.iter().map(|change| change.id.as_str()).collect();
    let renamed = evidence.heard.iter().filter(|id| !changes.contains(id.as_str()));
    renamed.map(|id| finding(Kind::DoubleWrite, format!("what was posted as {id} is no change"))).collect()
}

/// Told for the first time behind something that changed later.
pub(super) fn out_of_order(evidence: &Evidence) -> Vec<Finding> {
    let changes = evidence.told.changes.iter().enumerate();
    let places: HashMap<&str, usize> = changes.map(|(place, change)| (change.id.as_str(), place)).collect();
    let (mut findings, mut seen, mut latest) = (Vec::new(), HashSet::new(), 0);
    let first_told = evidence.heard.iter().filter(|id| seen.insert(id.as_str()));
    for (id, place) in first_told.filter_map(|id| Some((id, *places.get(id.as_str())?))) {
        if place < latest {
            findings.push(finding(Kind::Order, format!("{id} was posted behind a later change")));
        }
        latest = latest.max(place);
    }
    findings
}

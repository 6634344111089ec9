//! Holds what the people said, what WhatsApp took and what the program tells against each other. Values in, findings out.

mod automation;
mod hearsay;
mod inbound;
mod outbound;
mod records;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::evidence::Evidence;
use super::report::{Finding, Kind};

/// Everything that is not as it was promised.
pub(super) fn findings(evidence: &Evidence) -> Vec<Finding> {
    [
        inbound::lost(evidence),
        inbound::lost_files(evidence),
        inbound::misfiled(evidence),
        inbound::doubled(evidence),
        inbound::out_of_order(evidence),
        outbound::sent_twice(evidence),
        outbound::submitted_twice(evidence),
        outbound::acknowledgements(evidence),
        outbound::out_of_order(evidence),
        outbound::misdirected(evidence),
        outbound::unsettled(evidence),
        outbound::unaccounted(evidence),
        records::broken_promises(evidence),
        records::doubled(evidence),
        automation::torn(evidence),
        automation::doubled(evidence),
        automation::unfounded(evidence),
        hearsay::untold(evidence),
        hearsay::renamed(evidence),
        hearsay::out_of_order(evidence),
    ]
    .concat()
}

fn finding(kind: Kind, what: String) -> Finding {
    Finding { kind, what }
}

/// Rows by a key of theirs, in its order, so that the same evidence makes the same report.
fn by_key<'a, T, K: Ord>(rows: &'a [T], key: impl Fn(&'a T) -> Option<K>) -> BTreeMap<K, Vec<&'a T>> {
    let mut groups: BTreeMap<K, Vec<&T>> = BTreeMap::new();
    for row in rows {
        if let Some(key) = key(row) {
            groups.entry(key).or_default().push(row);
        }
    }
    groups
}

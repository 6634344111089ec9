//! What a condition leaves of the values that something can have.

use std::collections::BTreeSet;

#[derive(Clone)]
pub(super) enum Left {
    /// These words, or all but these; nothing stands for what lacks.
    Words { named: BTreeSet<Option<String>>, all_but: bool },
    /// From one number to another, each with whether it belongs to it.
    Range { low: (f64, bool), high: (f64, bool) },
}

impl Left {
    /// What both leave.
    pub(super) fn and(&self, other: &Left) -> Left {
        match (self, other) {
            (Left::Words { named: a, all_but: false }, Left::Words { named: b, all_but: false }) => {
                Left::Words { named: a.intersection(b).cloned().collect(), all_but: false }
            }
            (Left::Words { named: a, all_but: false }, Left::Words { named: b, all_but: true })
            | (Left::Words { named: b, all_but: true }, Left::Words { named: a, all_but: false }) => {
                Left::Words { named: a.difference(b).cloned().collect(), all_but: false }
            }
            (Left::Words { named: a, all_but: true }, Left::Words { named: b, all_but: true }) => {
                Left::Words { named: a.union(b).cloned().collect(), all_but: true }
            }
            (Left::Range { low: a, high: b }, Left::Range { low: c, high: d }) => {
                let low = if is_later_start(*a, *c) { *a } else { *c };
                let high = if is_earlier_end(*b, *d) { *b } else { *d };
                Left::Range { low, high }
            }
            (Left::Words { .. }, Left::Range { .. }) | (Left::Range { .. }, Left::Words { .. }) => self.clone(),
        }
    }

    /// Whether nothing is left of all that there can be.
    pub(super) fn is_empty(&self, all: Option<&BTreeSet<Option<String>>>) -> bool {
        match self {
            Left::Words { named, all_but: false } => named.is_empty(),
            Left::Words { named, all_but: true } => all.is_some_and(|all| all.is_subset(named)),
            Left::Range { low, high } => high.0 < low.0 || (low.0 == high.0 && !(low.1 && high.1)),
        }
    }

    /// Whether the other leaves all of it.
    pub(super) fn is_within(&self, other: &Left, all: Option<&BTreeSet<Option<String>>>) -> bool {
        match (self, other) {
            (Left::Words { named: a, all_but: false }, Left::Words { named: b, all_but: false }) => a.is_subset(b),
            (Left::Words { named: a, all_but: false }, Left::Words { named: b, all_but: true }) => a.is_disjoint(b),
            (Left::Words { named: a, all_but: true }, Left::Words { named: b, all_but: true }) => b.is_subset(a),
            (Left::Words { named: a, all_but: true }, Left::Words { named: b, all_but: false }) => {
                all.is_some_and(|all| all.difference(a).all(|word| b.contains(word)))
            }
            (Left::Range { low: a, high: b }, Left::Range { low: c, high: d }) => {
                !is_later_start(*c, *a) && !is_earlier_end(*d, *b)
            }
            (Left::Words { .. }, Left::Range { .. }) | (Left::Range { .. }, Left::Words { .. }) => false,
        }
    }
}

fn is_later_start(one: (f64, bool), other: (f64, bool)) -> bool {
    other.0 < one.0 || (one.0 == other.0 && !one.1 && other.1)
}

fn is_earlier_end(one: (f64, bool), other: (f64, bool)) -> bool {
    one.0 < other.0 || (one.0 == other.0 && !one.1 && other.1)
}

//! The scripts, by what brings people here. Most write Spanish.

mod complaints;
mod english;
mod identities;
mod orders;
mod portuguese;
mod prices;
mod visits;

use super::script::Script;

/// Every script.
pub(super) fn all() -> Vec<&'static Script> {
    let spanish = [orders::SCRIPTS, visits::SCRIPTS, prices::SCRIPTS, complaints::SCRIPTS, identities::SCRIPTS];
    spanish.into_iter().chain([portuguese::SCRIPTS, english::SCRIPTS]).flatten().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::all;
    use crate::personas::script::{Beat, Language};

    #[test]
    fn there_are_more_than_twenty_five_kinds_of_customers_and_most_write_spanish() {
        let scripts = all();
        let ids: HashSet<_> = scripts.iter().map(|script| script.id).collect();
        let spanish = scripts.iter().filter(|script| script.language == Language::Es).count();
        assert!(25 < scripts.len() && ids.len() == scripts.len(), "{}", scripts.len());
        assert!(scripts.len() < 2 * spanish);
    }

    #[test]
    fn every_pattern_closes_what_it_opens() {
        for script in all() {
            let later = script.answered.iter().chain(script.unanswered.iter().map(|(_, beats)| beats));
            for beat in script.opening.iter().chain(later.flat_map(|beats| *beats)) {
                if let Beat::Say(text)
                | Beat::Photo(text)
                | Beat::Edit(text)
                | Beat::Forward(text)
                | Beat::FromAd(text) = beat
                {
                    let pairs = |open, close| text.matches(open).count() == text.matches(close).count();
                    assert!(pairs('[', ']') && pairs('{', '}'), "{}: {text}", script.id);
                }
            }
        }
    }
}

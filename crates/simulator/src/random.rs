//! Randomness that a seed repeats.

use std::sync::atomic::{AtomicU64, Ordering};

const STEP: u64 = 0x9e37_79b9_7f4a_7c15; // 2^64 divided by the golden ratio: an odd stride that visits every state

/// A lock-free generator: the state strides through all 64-bit values, and each is mixed before it is used.
pub(crate) struct Random(AtomicU64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    pub(crate) fn next(&self) -> u64 {
        mix(self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP))
    }

    pub(crate) fn below(&self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    /// An id as Graph writes them: sixteen digits.
    pub(crate) fn id(&self) -> String {
        const SMALLEST: u64 = 1_000_000_000_000_000;
        (SMALLEST + self.below(9 * SMALLEST)).to_string()
    }

    /// True in `percent` of a hundred cases.
    pub(crate) fn chance(&self, percent: u8) -> bool {
        self.below(100) < u64::from(percent)
    }
}

fn mix(state: u64) -> u64 {
    let once = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let twice = (once ^ (once >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    twice ^ (twice >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_numbers() {
        let (one, other) = (Random::new(7), Random::new(7));
        assert!((0..100).all(|_| one.next() == other.next()));
    }

    #[test]
    fn a_chance_of_thirty_percent_strikes_about_thirty_times_in_a_hundred() {
        let random = Random::new(1);
        let strikes = (0..10_000).filter(|_| random.chance(30)).count();
        assert!((2_800..3_200).contains(&strikes), "{strikes}");
    }
}

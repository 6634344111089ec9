//! Randomness that a seed repeats.

use std::time::Duration;

/// A generator of its own for everybody, so that nobody's luck depends on who is faster.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Another generator, which goes its own way.
    pub(super) fn fork(&mut self) -> Self {
        Self(self.next())
    }

    /// A number from 0 to one less than `limit`.
    pub(super) fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// True in `percent` of a hundred cases.
    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Milliseconds, both ends included.
    pub(super) fn between(&mut self, shortest: usize, longest: usize) -> Duration {
        Duration::from_millis((shortest + self.below(longest + 1 - shortest)) as u64)
    }

    /// SplitMix64: a Weyl sequence, each step of it mixed.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_throws_the_same_numbers() {
        let (mut one, mut other) = (Dice::new(7), Dice::new(7));
        assert!((0..100).all(|_| one.below(1000) == other.below(1000)));
    }
}

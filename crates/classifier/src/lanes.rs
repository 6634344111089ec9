//! The two loops in which a model spends its time: the scores of all types at once, and a step of all their weights.
//!
//! A place of the table has its weights side by side, one a type. They are gone through in blocks of a fixed width, which stay in
//! registers from the first feature of a text to the last.

use crate::features::Feature;

/// As many numbers as the smallest vector register of our machines holds.
pub(crate) const LANES: usize = 4;

/// The weights of four types.
pub(crate) type Lanes = [f32; LANES];

/// The widest block whose sums fit into sixteen registers, with room to work.
const WIDEST: usize = 8;

/// Adds to `scores` what each feature says of each type. `table` has `scores.len()` lanes a place; what lies behind its end is zero.
pub(crate) fn add_up(table: &[Lanes], features: &[Feature], scores: &mut [Lanes]) {
    let stride = scores.len();
    for (block, scores) in scores.chunks_mut(WIDEST).enumerate() {
        let add_up = [add::<1>, add::<2>, add::<3>, add::<4>, add::<5>, add::<6>, add::<7>, add::<8>][scores.len() - 1];
        add_up(table, Columns { stride, first: block * WIDEST }, features, scores);
    }
}

/// Moves the weights of each feature by its share of `changes`, which are as wide as a place of `table`.
pub(crate) fn move_by(table: &mut [Lanes], features: &[Feature], changes: &[Lanes]) {
    let stride = changes.len();
    for (block, changes) in changes.chunks(WIDEST).enumerate() {
        let change = [shift::<1>, shift::<2>, shift::<3>, shift::<4>, shift::<5>, shift::<6>, shift::<7>, shift::<8>]
            [changes.len() - 1];
        change(table, Columns { stride, first: block * WIDEST }, features, changes);
    }
}

/// Which lanes of each place are meant.
#[derive(Clone, Copy)]
struct Columns {
    stride: usize,
    first: usize,
}

impl Columns {
    fn start(self, feature: &Feature) -> usize {
        feature.place as usize * self.stride + self.first
    }
}

fn add<const WIDTH: usize>(table: &[Lanes], columns: Columns, features: &[Feature], scores: &mut [Lanes]) {
    let Some(scores) = scores.first_chunk_mut::<WIDTH>() else { return };
    let mut sums = *scores;
    for feature in features {
        let weights = table.get(columns.start(feature)..).and_then(|weights| weights.first_chunk::<WIDTH>());
        let Some(weights) = weights else { continue };
        for (sum, weight) in sums.iter_mut().zip(weights) {
            for lane in 0..LANES {
                sum[lane] += feature.value * weight[lane];
            }
        }
    }
    *scores = sums;
}

fn shift<const WIDTH: usize>(table: &mut [Lanes], columns: Columns, features: &[Feature], changes: &[Lanes]) {
    let Some(changes) = changes.first_chunk::<WIDTH>() else { return };
    let changes = *changes;
    for feature in features {
        let weights = table.get_mut(columns.start(feature)..).and_then(|weights| weights.first_chunk_mut::<WIDTH>());
        let Some(weights) = weights else { continue };
        for (weight, change) in weights.iter_mut().zip(changes) {
            for lane in 0..LANES {
                weight[lane] += feature.value * change[lane];
            }
        }
    }
}

//! What a workspace has after some weeks: people put right what was wrong, and the model learnt it.

use super::figures::{Answer, share};
use super::report::Later;
use super::rows::{Labels, Row};
use crate::Model;
use crate::random::Random;

/// So many messages come first, and each of them is put right or confirmed by a person.
const CORRECTED: usize = 300;
/// What must be right of what is decided without a person.
const WANTED: f64 = 0.95;
/// With fewer messages left there is nothing to tell.
const FEWEST_LEFT: usize = 50;

/// The rest of the messages after 300 were put right; nothing if too few are left.
pub(super) fn after_corrections(model: &Model, labels: &Labels, tests: &[Row], seed: u64) -> Option<Later> {
    let mut order: Vec<u32> = (0..tests.len() as u32).collect();
    Random::seeded(seed).shuffle(&mut order);
    let (first, rest) = order.split_at_checked(CORRECTED).filter(|(_, rest)| FEWEST_LEFT <= rest.len())?;
    let mut taught = model.clone();
    for &row in first {
        let row = &tests[row as usize];
        taught.learn(&row.text, labels.of(row)?).ok()?;
        if taught.wants_warm_pass() {
            taught.warm_pass();
        }
    }
    let mut answers: Vec<Answer> = rest.iter().map(|&row| Answer::of(&taught, labels, &tests[row as usize])).collect();
    answers.sort_by(|one, other| other.prediction.confidence.total_cmp(&one.prediction.confidence));
    Some(Later {
        corrections: CORRECTED,
        accuracy: share(answers.iter().filter(|answer| answer.right).count(), answers.len()),
        decided_at_95_percent: share(longest_good_start(&answers), answers.len()),
    })
}

/// How many of the surest messages can be decided so that 95 % of them are right.
fn longest_good_start(answers: &[Answer]) -> usize {
    let mut right = 0;
    let mut longest = 0;
    for (place, answer) in answers.iter().enumerate() {
        right += usize::from(answer.right);
        if WANTED <= share(right, place + 1) {
            longest = place + 1;
        }
    }
    longest
}

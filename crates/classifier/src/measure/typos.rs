//! The same messages as hurried thumbs write them.

use super::figures::{Answer, share};
use super::rows::{Labels, Row};
use crate::Model;
use crate::random::Random;

/// One letter in so many is hit wrongly, and one at least in each message.
const LETTERS_A_TYPO: usize = 30;

/// Accuracy when about every sixth word has a slip: a letter left out, doubled, swapped with the next, or another one.
pub(super) fn accuracy(model: &Model, labels: &Labels, tests: &[Row], seed: u64) -> f64 {
    let mut random = Random::seeded(seed);
    let right = tests
        .iter()
        .map(|row| Row { text: with_typos(&row.text, &mut random), ..row.clone() })
        .filter(|row| Answer::of(model, labels, row).right)
        .count();
    share(right, tests.len())
}

fn with_typos(text: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    let slips = letters.iter().filter(|letter| letter.is_alphabetic()).count().div_ceil(LETTERS_A_TYPO);
    for _ in 0..slips {
        if letters.len() < 2 {
            break;
        }
        let at = random.below(letters.len() - 1);
        match random.below(4) {
            0 => drop(letters.remove(at)),
            1 => letters.insert(at, letters[at]),
            2 => letters.swap(at, at + 1),
            _ => letters[at] = char::from(b'a' + random.below(26) as u8),
        }
    }
    letters.into_iter().collect()
}

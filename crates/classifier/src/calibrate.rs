//! What is chosen for a catalogue rather than for all: how much words weigh against characters, and how sure a score is.
//!
//! Both are read from texts that the model did not train on: the examples are dealt into folds, and each fold is scored
//! by a model of the others.

use crate::random::Random;
use crate::regression::{Rows, Weights, softmax};

/// Shares of the word block that are tried. Few, because a choice among many by few examples is luck.
const WORD_SHARES: [f32; 3] = [0.2, 0.35, 0.5];

/// The share that training starts from, and that a catalogue too small to choose keeps.
pub(crate) const USUAL_WORD_SHARE: f32 = 0.35;

/// The choice of a share is made on this many examples at most: more would not change it and would cost time.
const TRIED_ON: usize = 300;

const FOLDS: usize = 3;

/// From so many examples on, one fold tells as much as all.
const ENOUGH_FOR_ONE_FOLD: usize = 1_500;

/// What the held-out scores said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calibration {
    pub(crate) temperature: f32,
    /// The highest raw score of a text that belongs to the catalogue.
    pub(crate) top_score: Spread,
}

/// Where a figure usually lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    mean: f32,
    deviation: f32,
}

impl Spread {
    pub(crate) fn of(values: &[f32]) -> Self {
        let count = values.len().max(1) as f32;
        let mean = values.iter().sum::<f32>() / count;
        let square = values.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / count;
        Self { mean, deviation: square.sqrt().max(1e-3) }
    }

    /// How many deviations `value` lies above the mean.
    pub(crate) fn place(self, value: f32) -> f32 {
        (value - self.mean) / self.deviation
    }
}

/// How sure scores are, from texts that were not trained with.
pub(crate) fn fit(rows: &Rows, untrained: &Weights, seed: u64) -> Calibration {
    let random = &mut Random::seeded(seed);
    let everything = deal(rows, usize::MAX, random);
    let folds = if rows.len() < ENOUGH_FOR_ONE_FOLD { FOLDS } else { 1 };
    let held_out = held_out_scores(rows, &everything, folds, untrained, random);
    let tops: Vec<f32> = held_out.iter().map(|scored| scored.scores.iter().copied().fold(f32::MIN, f32::max)).collect();
    Calibration { temperature: choose_temperature(&held_out), top_score: Spread::of(&tops) }
}

/// A text's scores from a model that did not see it.
struct Scored {
    scores: Vec<f32>,
    label: u32,
}

/// The share for `rows`, which come at the usual one and leave at the chosen one.
pub(crate) fn choose_word_share(rows: &mut Rows, untrained: &Weights, seed: u64) -> f32 {
    let random = &mut Random::seeded(seed);
    let tried_on = rows.alone(&deal(rows, TRIED_ON, random));
    let dealt: Vec<u32> = (0..tried_on.len() as u32).collect();
    let (mut best, mut best_loss) = (USUAL_WORD_SHARE, f32::INFINITY);
    for share in WORD_SHARES {
        let mut tried = tried_on.clone();
        tried.rebalance(USUAL_WORD_SHARE, share);
        let held_out = held_out_scores(&tried, &dealt, FOLDS, untrained, random);
        let loss = loss(&held_out, choose_temperature(&held_out));
        if loss < best_loss {
            (best, best_loss) = (share, loss);
        }
    }
    rows.rebalance(USUAL_WORD_SHARE, best);
    best
}

/// At most `limit` rows, each type's in turn, so that consecutive ones fall into different folds.
fn deal(rows: &Rows, limit: usize, random: &mut Random) -> Vec<u32> {
    let mut order: Vec<u32> = (0..rows.len() as u32).collect();
    random.shuffle(&mut order);
    let mut seen = Vec::new();
    let mut ranked: Vec<(usize, u32, u32)> = Vec::with_capacity(order.len());
    for index in order {
        let label = rows.labels[index as usize];
        if seen.len() <= label as usize {
            seen.resize(label as usize + 1, 0);
        }
        ranked.push((seen[label as usize], label, index));
        seen[label as usize] += 1;
    }
    ranked.sort_unstable();
    ranked.truncate(limit);
    ranked.sort_unstable_by_key(|&(rank, label, _)| (label, rank));
    ranked.into_iter().map(|(_, _, index)| index).collect()
}

/// Scores of the first `folds` of the folds, each from a model of the others.
fn held_out_scores(rows: &Rows, dealt: &[u32], folds: usize, untrained: &Weights, random: &mut Random) -> Vec<Scored> {
    let mut held_out = Vec::with_capacity(dealt.len());
    for fold in 0..folds {
        let in_fold = |position: &usize| position % FOLDS == fold;
        let tested = (0..dealt.len()).filter(in_fold).map(|position| dealt[position]);
        let mut trained: Vec<u32> =
            (0..dealt.len()).filter(|position| !in_fold(position)).map(|position| dealt[position]).collect();
        let mut weights = untrained.clone();
        weights.train(rows, &mut trained, random);
        for index in tested {
            let mut scores = Vec::new();
            weights.score(rows.row(index as usize), &mut scores);
            held_out.push(Scored { scores, label: rows.labels[index as usize] });
        }
    }
    held_out
}

fn choose_temperature(held_out: &[Scored]) -> f32 {
    let candidates = (0..40).map(|step| 0.1 * 1.09_f32.powi(step));
    candidates
        .map(|temperature| (temperature, loss(held_out, temperature)))
        .min_by(|(_, one), (_, other)| one.total_cmp(other))
        .map_or(1.0, |(temperature, _)| temperature)
}

/// How surprised the model was, a text on average.
fn loss(held_out: &[Scored], temperature: f32) -> f32 {
    let mut shares = Vec::new();
    let surprise = |scored: &Scored| {
        shares.clone_from(&scored.scores);
        softmax(&mut shares, temperature);
        -shares[scored.label as usize].max(1e-9).ln()
    };
    held_out.iter().map(surprise).sum::<f32>() / held_out.len().max(1) as f32
}

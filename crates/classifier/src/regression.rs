//! Multinomial logistic regression by small steps, one text at a time.

use std::sync::Arc;

use crate::features::{Feature, Reading};
use crate::random::Random;

/// The first pass corrects most, later ones less and less. Bolder steps learn a handful of examples by heart.
const FIRST_STEP: f32 = 2.5;
const STEP_DECAY: f32 = 0.1;

const ROWS_GONE_OVER: usize = 20_000;
const FEWEST_PASSES: usize = 5;
const MOST_PASSES: usize = 20;

/// An answer this close to right teaches nothing worth its time.
const GOOD_ENOUGH: f32 = 0.01;

/// Texts as features, all in one place.
#[derive(Debug, Clone, Default)]
pub(crate) struct Rows {
    ends: Vec<u32>,
    features: Vec<Feature>,
    /// Where the word block of each row begins.
    words: Vec<u32>,
    pub(crate) labels: Vec<u32>,
}

impl Rows {
    pub(crate) fn push(&mut self, reading: &Reading, label: u32) {
        self.push_part(reading, label, |_| true);
    }

    /// Adds the features that are worth learning from.
    pub(crate) fn push_part(&mut self, reading: &Reading, label: u32, is_worth_it: impl Fn(&Feature) -> bool) {
        let (characters, words) = reading.features.split_at(reading.characters);
        self.features.extend(characters.iter().filter(|feature| is_worth_it(feature)));
        self.words.push(self.features.len() as u32);
        self.features.extend(words.iter().filter(|feature| is_worth_it(feature)));
        self.ends.push(self.features.len() as u32);
        self.labels.push(label);
    }

    pub(crate) fn len(&self) -> usize {
        self.labels.len()
    }

    pub(crate) fn row(&self, index: usize) -> &[Feature] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        &self.features[start..self.ends[index] as usize]
    }

    pub(crate) fn append(&mut self, other: &Rows) {
        let before = self.features.len() as u32;
        self.features.extend_from_slice(&other.features);
        self.ends.extend(other.ends.iter().map(|end| end + before));
        self.words.extend(other.words.iter().map(|start| start + before));
        self.labels.extend_from_slice(&other.labels);
    }

    /// Gives every row another balance between its two blocks.
    pub(crate) fn rebalance(&mut self, from_word_share: f32, to_word_share: f32) {
        let of_words = (to_word_share / from_word_share).sqrt();
        let of_characters = ((1.0 - to_word_share) / (1.0 - from_word_share)).sqrt();
        for index in 0..self.len() {
            let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
            let (words, end) = (self.words[index] as usize, self.ends[index] as usize);
            self.features[start..words].iter_mut().for_each(|feature| feature.value *= of_characters);
            self.features[words..end].iter_mut().for_each(|feature| feature.value *= of_words);
        }
    }
}

/// One weight for every bucket and type. A clone shares the table until one of the two learns.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    labels: usize,
    /// Types, rounded up so that a bucket's weights are whole vector registers.
    stride: usize,
    table: Arc<Vec<f32>>,
    bias: Vec<f32>,
}

impl Weights {
    pub(crate) fn zero(buckets: usize, labels: usize) -> Self {
        let stride = labels.next_multiple_of(4);
        Self { labels, stride, table: Arc::new(vec![0.0; buckets * stride]), bias: vec![0.0; stride] }
    }

    pub(crate) fn labels(&self) -> usize {
        self.labels
    }

    /// One raw score a type.
    pub(crate) fn score(&self, features: &[Feature], scores: &mut Vec<f32>) {
        scores.clear();
        scores.extend_from_slice(&self.bias);
        for feature in features {
            let start = feature.bucket as usize * self.stride;
            for (score, weight) in scores.iter_mut().zip(&self.table[start..start + self.stride]) {
                *score += feature.value * weight;
            }
        }
        scores.truncate(self.labels);
    }

    /// Moves the scores of one text towards its label.
    pub(crate) fn step(&mut self, features: &[Feature], label: u32, size: f32, scores: &mut Vec<f32>) {
        self.score(features, scores);
        softmax(scores, 1.0);
        scores[label as usize] -= 1.0;
        if scores.iter().all(|miss| miss.abs() < GOOD_ENOUGH) {
            return;
        }
        scores.iter_mut().for_each(|miss| *miss *= -size);
        scores.resize(self.stride, 0.0);
        self.bias.iter_mut().zip(&*scores).for_each(|(bias, change)| *bias += BIAS_SHARE * change);
        let table = Arc::make_mut(&mut self.table);
        for feature in features {
            let start = feature.bucket as usize * self.stride;
            for (weight, change) in table[start..start + self.stride].iter_mut().zip(&*scores) {
                *weight += feature.value * change;
            }
        }
    }

    /// One pass at an even step size: for weights that are nearly right.
    pub(crate) fn polish(&mut self, rows: &Rows, size: f32, random: &mut Random) {
        let mut order: Vec<u32> = (0..rows.len() as u32).collect();
        random.shuffle(&mut order);
        let mut scores = Vec::new();
        for index in order {
            self.step(rows.row(index as usize), rows.labels[index as usize], size, &mut scores);
        }
    }

    /// Goes over the rows in `order`, which is shuffled before each pass: often where there are few of them.
    pub(crate) fn train(&mut self, rows: &Rows, order: &mut [u32], random: &mut Random) {
        let mut scores = Vec::new();
        let passes = (ROWS_GONE_OVER / order.len().max(1)).clamp(FEWEST_PASSES, MOST_PASSES);
        for pass in 0..passes {
            random.shuffle(order);
            let size = FIRST_STEP / (1.0 + STEP_DECAY * pass as f32);
            for &index in &*order {
                self.step(rows.row(index as usize), rows.labels[index as usize], size, &mut scores);
            }
        }
    }
}

/// Types differ in how often they are asked for, but a workspace's examples say little about how often.
const BIAS_SHARE: f32 = 0.02;

/// Raw scores become shares of one; a temperature below one sharpens them.
pub(crate) fn softmax(scores: &mut [f32], temperature: f32) {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = ((*score - highest) / temperature).exp();
        sum += *score;
    }
    scores.iter_mut().for_each(|score| *score /= sum);
}

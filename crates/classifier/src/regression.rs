//! Multinomial logistic regression by small steps, one text at a time.

use std::sync::Arc;

use crate::features::{Feature, Reading};
use crate::lanes::{self, LANES, Lanes};
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

    /// Some of the rows, as if there were no others: their places are as few as they need.
    pub(crate) fn alone(&self, some: &[u32]) -> Rows {
        let mut seats = vec![0; places_in(&self.features)];
        let mut taken = 0;
        let mut rows = Rows::default();
        for &index in some {
            let index = index as usize;
            let before = rows.features.len() as u32;
            let start = if index == 0 { 0 } else { self.ends[index - 1] };
            for feature in self.row(index) {
                let seat = &mut seats[feature.place as usize];
                if *seat == 0 {
                    taken += 1;
                    *seat = taken;
                }
                rows.features.push(Feature { place: *seat - 1, value: feature.value });
            }
            rows.words.push(self.words[index] - start + before);
            rows.ends.push(rows.features.len() as u32);
            rows.labels.push(self.labels[index]);
        }
        rows
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

/// One weight for every place and type. A clone shares the table until one of the two learns.
#[derive(Debug, Clone)]
pub(crate) struct Weights {
    labels: usize,
    /// All places that there are.
    places: usize,
    /// As far as something was learnt: what lies behind is zero.
    table: Arc<Vec<Lanes>>,
    bias: Vec<Lanes>,
}

impl Weights {
    pub(crate) fn zero(places: usize, labels: usize) -> Self {
        let stride = labels.div_ceil(LANES);
        Self { labels, places, table: Arc::default(), bias: vec![Lanes::default(); stride] }
    }

    pub(crate) fn labels(&self) -> usize {
        self.labels
    }

    /// One raw score a type.
    pub(crate) fn score(&self, features: &[Feature], scores: &mut Vec<f32>) {
        scores.clear();
        scores.extend_from_slice(self.bias.as_flattened());
        lanes::add_up(&self.table, features, scores.as_chunks_mut().0);
        scores.truncate(self.labels);
    }

    /// Moves the scores of one text towards its label. Of its places only those are moved that there is room for.
    pub(crate) fn step(&mut self, features: &[Feature], label: u32, size: f32, scores: &mut Vec<f32>) {
        self.score(features, scores);
        softmax(scores, 1.0);
        scores[label as usize] -= 1.0;
        if scores.iter().all(|miss| miss.abs() < GOOD_ENOUGH) {
            return;
        }
        scores.iter_mut().for_each(|miss| *miss *= -size);
        scores.resize(self.bias.len() * LANES, 0.0);
        let bias = self.bias.as_flattened_mut();
        bias.iter_mut().zip(&*scores).for_each(|(bias, change)| *bias += BIAS_SHARE * change);
        let table: &mut Vec<Lanes> = Arc::make_mut(&mut self.table);
        lanes::move_by(table, features, scores.as_chunks().0);
    }

    /// Makes room for whatever comes, unless there is room for these features already.
    pub(crate) fn make_room_for(&mut self, features: &[Feature]) {
        if self.table.len() < places_in(features) * self.bias.len() {
            self.make_room(self.places);
        }
    }

    fn make_room(&mut self, places: usize) {
        let wanted = places * self.bias.len();
        if self.table.len() < wanted {
            Arc::make_mut(&mut self.table).resize(wanted, Lanes::default());
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
        self.make_room(places_in(&rows.features));
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

/// How many places there are, up to the last one of these.
fn places_in(features: &[Feature]) -> usize {
    features.iter().map(|feature| feature.place as usize + 1).max().unwrap_or(0)
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

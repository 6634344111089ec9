//! From answers to figures.

use std::collections::BTreeMap;

use super::report::{Accuracy, Novelty};
use super::rows::{Labels, Row};
use crate::language;
use crate::{Model, Prediction};

/// The share of messages on which accuracy is also told: those the model is surest of.
const SUREST: f64 = 0.6;
const BINS: usize = 10;
const MOST_CONFUSIONS: usize = 12;

/// What a model answered, and whether it was right.
pub(super) struct Answer {
    pub(super) prediction: Prediction,
    pub(super) right: bool,
}

impl Answer {
    pub(super) fn of(model: &Model, labels: &Labels, row: &Row) -> Self {
        let prediction = model.classify(&row.text);
        let right = labels.of(row) == Some(prediction.label);
        Self { prediction, right }
    }
}

pub(super) fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

pub(super) fn accuracy(answers: &[Answer], labels: &Labels, tests: &[Row]) -> Accuracy {
    let right = |answers: &[&Answer]| share(answers.iter().filter(|answer| answer.right).count(), answers.len());
    let mut sorted: Vec<&Answer> = answers.iter().collect();
    sorted.sort_by(|one, other| other.prediction.confidence.total_cmp(&one.prediction.confidence));
    let surest = (sorted.len() as f64 * SUREST) as usize;
    Accuracy {
        top: right(&sorted),
        category: of_categories(answers, labels, tests),
        surest_60_percent: right(&sorted[..surest]),
        expected_calibration_error: calibration_error(answers),
    }
}

/// How many fall under the right broad category; nothing where labels are not archetypes.
fn of_categories(answers: &[Answer], labels: &Labels, tests: &[Row]) -> Option<f64> {
    let mut right = 0;
    for (answer, row) in answers.iter().zip(tests) {
        let said = Labels::category(labels.name(answer.prediction.label))?;
        right += usize::from(said == Labels::category(&row.label)?);
    }
    Some(share(right, answers.len()))
}

/// The gap between confidence and accuracy in ten bins, weighed by their size.
fn calibration_error(answers: &[Answer]) -> f64 {
    let mut bins = [(0, 0.0); BINS];
    for answer in answers {
        let bin = (answer.prediction.confidence * BINS as f32) as usize;
        let (right, confidence) = &mut bins[bin.min(BINS - 1)];
        *right += usize::from(answer.right);
        *confidence += f64::from(answer.prediction.confidence);
    }
    bins.iter().map(|(right, confidence)| (*right as f64 - confidence).abs()).sum::<f64>() / answers.len() as f64
}

pub(super) fn by_language(answers: &[Answer], tests: &[Row]) -> BTreeMap<String, f64> {
    grouped(answers, tests, |row| row.lang.map(|lang| lang.code().to_owned()))
}

pub(super) fn by_label(answers: &[Answer], tests: &[Row]) -> BTreeMap<String, f64> {
    grouped(answers, tests, |row| Some(row.label.clone()))
}

fn grouped(answers: &[Answer], tests: &[Row], group: impl Fn(&Row) -> Option<String>) -> BTreeMap<String, f64> {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (answer, row) in answers.iter().zip(tests) {
        if let Some(group) = group(row) {
            let (right, all) = counts.entry(group).or_default();
            *right += usize::from(answer.right);
            *all += 1;
        }
    }
    counts.into_iter().map(|(group, (right, all))| (group, share(right, all))).collect()
}

/// What is taken for what most often: right, said, how often.
pub(super) fn confusions(answers: &[Answer], labels: &Labels, tests: &[Row]) -> Vec<(String, String, usize)> {
    let mut counts: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (answer, row) in answers.iter().zip(tests).filter(|(answer, _)| !answer.right) {
        let said = labels.name(answer.prediction.label).to_owned();
        *counts.entry((row.label.clone(), said)).or_default() += 1;
    }
    let mut counts: Vec<_> = counts.into_iter().map(|((right, said), times)| (right, said, times)).collect();
    counts.sort_by_key(|(_, _, times)| std::cmp::Reverse(*times));
    counts.truncate(MOST_CONFUSIONS);
    counts
}

/// How often a message of no type looks stranger than one of a type.
pub(super) fn novelty(model: &Model, answers: &[Answer], strangers: &[Row]) -> Novelty {
    let strange: Vec<Prediction> = strangers.iter().map(|row| model.classify(&row.text)).collect();
    let auroc = |strangeness: fn(&Prediction) -> f32| {
        let known = || answers.iter().map(|answer| strangeness(&answer.prediction));
        let wins: f64 = strange
            .iter()
            .map(strangeness)
            .flat_map(|strange| known().map(move |known| (known, strange)))
            .map(|(known, strange)| if known < strange { 1.0 } else { 0.5 * f64::from(u8::from(known == strange)) })
            .sum();
        wins / (answers.len() * strange.len()) as f64
    };
    Novelty {
        messages: strangers.len(),
        auroc: auroc(|prediction| prediction.novelty.score),
        auroc_by_top_score: auroc(|prediction| -prediction.novelty.top_score),
        auroc_by_nearest_example: auroc(|prediction| -prediction.novelty.cosine),
        auroc_by_confidence: auroc(|prediction| -prediction.confidence),
    }
}

/// Of the messages whose language is told and was decided, how many were decided rightly.
pub(super) fn languages_right(tests: &[Row]) -> Option<f64> {
    let decided = tests.iter().filter_map(|row| Some((row.lang?, language::detect(&row.text)?)));
    let (mut right, mut all) = (0, 0);
    for (lang, detected) in decided {
        right += usize::from(lang == detected);
        all += 1;
    }
    (0 < all).then(|| share(right, all))
}

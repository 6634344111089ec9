//! How good a model is on messages that it was not trained with: `hilo bench classify`.
//!
//! [`run`] is the table of contents. Files are CSV with the columns `text,label,lang`, the last of which may be missing. What is asked of
//! the model is asked of a fresh one each time, so that one figure does not colour the next.

mod figures;
mod later;
mod report;
mod rows;
mod times;
mod typos;

use std::path::PathBuf;
use std::time::Instant;

pub use report::{Accuracy, Later, Novelty, Report, Times};

use crate::{Example, Model, TrainError};
use figures::Answer;
use rows::Labels;

/// What is measured with what.
#[derive(Debug, Clone)]
pub struct Options {
    /// Messages to train with.
    pub train: Option<PathBuf>,
    /// Messages to ask.
    pub test: PathBuf,
    /// Messages that belong to no type.
    pub oos: Option<PathBuf>,
    /// At most so many training messages of each label, drawn by chance; all without.
    pub per_class: Option<usize>,
    /// Where chance begins.
    pub seed: u64,
    /// Whether the shipped phrases are trained with, too.
    pub bank: bool,
}

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub enum MeasureError {
    /// A file that is not as it should be.
    #[error("{file}: {why}")]
    File {
        /// Which.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// A label of the test messages that nothing was trained under.
    #[error("{file} has the label `{label}`, under which there is nothing to train with; known are {known}")]
    UnknownLabel {
        /// Of which file.
        file: String,
        /// Which label.
        label: String,
        /// Those that there are.
        known: String,
    },
    /// Training messages that give no model.
    #[error("no model can be trained: {0}")]
    Train(#[from] TrainError),
}

/// Trains, asks, and reports.
pub fn run(options: &Options) -> Result<Report, MeasureError> {
    let mut labels = Labels::default();
    let examples = examples(options, &mut labels)?;
    let tests = rows::read(&options.test)?;
    labels.all_known(&options.test, &tests)?;
    let strangers = options.oos.as_deref().map(rows::read).transpose()?;

    let started = Instant::now();
    let model = Model::train(&examples, options.seed)?;
    let training = started.elapsed();

    let answers: Vec<Answer> = tests.iter().map(|row| Answer::of(&model, &labels, row)).collect();
    Ok(Report {
        examples: examples.len(),
        types: labels.names().len(),
        messages: tests.len(),
        training_ms: training.as_secs_f64() * 1e3,
        accuracy: figures::accuracy(&answers, &labels, &tests),
        by_language: figures::by_language(&answers, &tests),
        by_label: figures::by_label(&answers, &tests),
        confusions: figures::confusions(&answers, &labels, &tests),
        accuracy_with_typos: typos::accuracy(&model, &labels, &tests, options.seed),
        novelty: strangers.map(|strangers| figures::novelty(&model, &answers, &strangers)),
        languages_right: figures::languages_right(&tests),
        after_corrections: later::after_corrections(&model, &labels, &tests, options.seed),
        times: times::of(&model, &labels, &tests),
    })
}

fn examples(options: &Options, labels: &mut Labels) -> Result<Vec<Example>, MeasureError> {
    let mut rows = match &options.train {
        Some(path) => rows::draw(rows::read(path)?, options.per_class.unwrap_or(usize::MAX), options.seed),
        None => Vec::new(),
    };
    if options.bank {
        rows.extend(rows::of_the_bank());
    }
    Ok(rows.into_iter().map(|row| Example { label: labels.number(&row.label), text: row.text }).collect())
}

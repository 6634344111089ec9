//! What is printed, and what is written as JSON.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

/// How good a model is. Shares are from 0 to 1.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Messages that it was trained with.
    pub examples: usize,
    /// Types among them.
    pub types: usize,
    /// Messages that it was asked.
    pub messages: usize,
    /// How long training took, in milliseconds.
    pub training_ms: f64,
    /// How many answers were right.
    pub accuracy: Accuracy,
    /// The same by language, where the file tells it.
    pub by_language: BTreeMap<String, f64>,
    /// The same by type.
    pub by_label: BTreeMap<String, f64>,
    /// What was taken for what most often: the right type, the one said, how often.
    pub confusions: Vec<(String, String, usize)>,
    /// Right answers to the same messages with slips of the thumb.
    pub accuracy_with_typos: f64,
    /// Whether messages of no type look strange; with a file of them.
    pub novelty: Option<Novelty>,
    /// Of the messages whose language was decided, how many rightly.
    pub languages_right: Option<f64>,
    /// After some hundred messages were put right by people.
    pub after_corrections: Option<Later>,
    /// How long it takes.
    pub times: Times,
}

/// How many answers were right.
#[derive(Debug, Clone, Serialize)]
pub struct Accuracy {
    /// The type.
    pub top: f64,
    /// The broad category; where all labels are archetypes.
    pub category: Option<f64>,
    /// The type, of the 60 % of the messages of which the model is surest.
    pub surest_60_percent: f64,
    /// How far confidence is from accuracy, in ten bins.
    pub expected_calibration_error: f64,
}

/// How often a message of no type looks stranger than one of a type: the area under the curve.
#[derive(Debug, Clone, Serialize)]
pub struct Novelty {
    /// How many messages of no type.
    pub messages: usize,
    /// By the score that Hilo uses.
    pub auroc: f64,
    /// By the highest raw score alone.
    pub auroc_by_top_score: f64,
    /// By the likeness to the nearest example alone.
    pub auroc_by_nearest_example: f64,
    /// By confidence, which cannot tell well.
    pub auroc_by_confidence: f64,
}

/// A model that people put right.
#[derive(Debug, Clone, Serialize)]
pub struct Later {
    /// How many messages they looked at.
    pub corrections: usize,
    /// How many of the rest are right then.
    pub accuracy: f64,
    /// The greatest share of the rest that can be decided so that 95 % of it is right.
    pub decided_at_95_percent: f64,
}

/// On one thread, in microseconds.
#[derive(Debug, Clone, Serialize)]
pub struct Times {
    /// A message, the median.
    pub message_p50_us: f64,
    /// A message, all but one in a hundred.
    pub message_p99_us: f64,
    /// A correction, the median.
    pub correction_p50_us: f64,
    /// A correction, all but one in a hundred.
    pub correction_p99_us: f64,
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Accuracy { top, category, surest_60_percent, expected_calibration_error } = &self.accuracy;
        writeln!(
            out,
            "{} messages of {} types, trained with {} in {:.0} ms",
            self.messages, self.types, self.examples, self.training_ms
        )?;
        writeln!(out, "right                      {top:.4}")?;
        if let Some(category) = category {
            writeln!(out, "  the broad category       {category:.4}")?;
        }
        writeln!(out, "  on the surest 60 %       {surest_60_percent:.4}")?;
        let loss = (top - self.accuracy_with_typos) * 100.0;
        writeln!(out, "  with typos               {:.4}, {loss:.1} points less", self.accuracy_with_typos)?;
        for (language, right) in &self.by_language {
            writeln!(out, "  in {language}                    {right:.4}")?;
        }
        writeln!(out, "calibration error          {expected_calibration_error:.4}")?;
        if let Some(right) = self.languages_right {
            writeln!(out, "language right             {right:.4}")?;
        }
        if let Some(novelty) = &self.novelty {
            writeln!(
                out,
                "out of scope, AUROC        {:.4} (by score {:.4}, by nearest example {:.4}, by confidence {:.4})",
                novelty.auroc,
                novelty.auroc_by_top_score,
                novelty.auroc_by_nearest_example,
                novelty.auroc_by_confidence
            )?;
        }
        if let Some(Later { corrections, accuracy, decided_at_95_percent }) = &self.after_corrections {
            writeln!(
                out,
                "after {corrections} corrections      {accuracy:.4} right; {:.1} % decided with 95 % of it right",
                decided_at_95_percent * 100.0
            )?;
        }
        let Times { message_p50_us, message_p99_us, correction_p50_us, correction_p99_us } = &self.times;
        writeln!(out, "a message                  p50 {message_p50_us:.1} µs, p99 {message_p99_us:.1} µs")?;
        writeln!(out, "a correction               p50 {correction_p50_us:.1} µs, p99 {correction_p99_us:.1} µs")?;
        if !self.confusions.is_empty() {
            writeln!(out, "taken for something else most often:")?;
        }
        for (right, said, times) in &self.confusions {
            writeln!(out, "  {times:>4} × {right} for {said}")?;
        }
        Ok(())
    }
}

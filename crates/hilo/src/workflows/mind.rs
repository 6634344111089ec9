//! What a workflow takes a text for: its example phrases, and the model that learns from them. Versions with the same examples share one.

use std::sync::{OnceLock, RwLock};

use classifier::bank::Archetype;
use classifier::{Example, Model};
use domain::ids::CorrectionId;
use store::CorrectionRow;
use workflow::Workflow;

use super::taught::{Lesson, Taught};

/// The seed of training: the same examples give the same model on every node.
const SEED: u64 = 1;

pub(super) struct Mind {
    examples: Vec<Example>,
    /// The type of each label of the model.
    labels: Vec<String>,
    /// The model, once it was asked.
    taught: OnceLock<RwLock<Taught>>,
}

/// What the model sees in a text.
pub(super) struct Seen {
    pub(super) kind: String,
    pub(super) confidence: f32,
    pub(super) runner_up: Option<String>,
    pub(super) margin: f32,
    pub(super) nearest: Vec<String>,
    pub(super) novelty: f32,
}

impl Mind {
    pub(super) fn of(workflow: &Workflow) -> Mind {
        let (mut examples, mut labels) = (Vec::new(), Vec::new());
        for kind in &workflow.types {
            let archetype = kind.archetype.as_deref().and_then(Archetype::from_id);
            let bank = archetype.into_iter().flat_map(classifier::bank::examples).map(|(_, text)| text);
            let own = kind.examples.iter().map(|example| example.text.as_str());
            let label = labels.len() as u32;
            let before = examples.len();
            examples.extend(own.chain(bank).map(|text| Example { label, text: text.to_owned() }));
            if before < examples.len() {
                labels.push(kind.id.clone());
            }
        }
        Mind { examples, labels, taught: OnceLock::new() }
    }

    /// Whether the other one comes to the same model.
    pub(super) fn is_like(&self, other: &Mind) -> bool {
        self.labels == other.labels && self.examples == other.examples
    }

    pub(super) fn train(&self) {
        self.taught();
    }

    pub(super) fn is_trained(&self) -> bool {
        self.taught.get().is_some()
    }

    fn taught(&self) -> &RwLock<Taught> {
        self.taught.get_or_init(|| {
            let phrases = self.examples.iter().map(|example| example.text.clone()).collect();
            RwLock::new(Taught::new(Model::train(&self.examples, SEED).ok(), phrases))
        })
    }

    /// Learns what people put right. What it knows already, it passes over.
    pub(super) fn learn(&self, corrections: Vec<CorrectionRow>) {
        let lesson = |row: CorrectionRow| {
            let label = self.labels.iter().position(|known| *known == row.kind)?;
            // A photo alone was put right, too, and teaches nothing.
            (!row.text.is_empty()).then_some(Lesson { id: row.id, text: row.text, label: label as u32 })
        };
        let lessons: Vec<Lesson> = corrections.into_iter().filter_map(lesson).collect();
        if let Ok(mut taught) = self.taught().write() {
            taught.learn(lessons);
        }
    }

    /// The last correction that it has learnt.
    pub(super) fn learnt_up_to(&self) -> Option<CorrectionId> {
        self.taught().read().ok()?.lessons.last().map(|lesson| lesson.id)
    }

    pub(super) fn look_at(&self, text: &str) -> Option<Seen> {
        let taught = self.taught().read().ok()?;
        let prediction = taught.model.as_ref()?.classify(text);
        let of_label = |label: u32| self.labels.get(label as usize).cloned();
        let phrase = |neighbour: &classifier::Neighbour| taught.phrases.get(neighbour.example as usize).cloned();
        Some(Seen {
            kind: of_label(prediction.label)?,
            confidence: prediction.confidence,
            runner_up: prediction.runner_up.and_then(of_label),
            margin: prediction.margin,
            nearest: prediction.nearest.iter().filter_map(phrase).collect(),
            novelty: prediction.novelty.score,
        })
    }
}

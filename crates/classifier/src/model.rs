//! The text model of one catalogue of types.
//!
//! # Sharing and learning
//!
//! A [`Model`] is a value whose large parts sit behind `Arc`: a clone is cheap, classifying needs `&self`, and a clone
//! never changes under its reader. [`Model::learn`] works in place; only if a clone is alive at that moment is the weight
//! table copied first (a few megabytes, about a millisecond). So keep the model in an `RwLock`, classify under the read
//! lock (it is microseconds) and clone for the long readers: replay, a trial on past traffic.

use std::cell::RefCell;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::thread;

use serde::{Deserialize, Serialize};

use crate::calibrate::{self, Calibration, Spread, USUAL_WORD_SHARE};
use crate::features::{Feature, Piece, Reader, Reading, Weighing};
use crate::neighbours::Neighbours;
use crate::random::Random;
use crate::regression::{Rows, Weights, softmax};

/// Types a catalogue can have; a label beyond is a mistake of the caller, and would cost memory before it was noticed.
const MOST_LABELS: u32 = 1024;

/// From so many examples on, features of a single one are not learnt: they are most of all, and teach next to nothing.
const ENOUGH_TO_CHOOSE: usize = 1_000;

/// A correction: two bold steps towards it, then ten careful ones on known examples, so that nothing else is forgotten.
const STEPS_ON_CORRECTION: usize = 2;
const CORRECTION_STEP: f32 = 2.0;
const REPLAYED: usize = 10;
const REPLAY_STEP: f32 = 1.0;

/// After this many corrections a warm pass brings the model to where a full training would be.
const CORRECTIONS_A_WARM_PASS: usize = 50;

/// Weight buckets: enough that two n-grams rarely share one, few enough that a workspace stays small.
const FEWEST_BITS: u32 = 14;
const MOST_BITS: u32 = 18;
const MOST_WEIGHTS: usize = 1 << 24;

/// A message and the type it belongs to, as an index into the caller's list of types.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The type.
    pub label: u32,
    /// The message, as it was written.
    pub text: String,
}

/// What a message wants, how sure that is, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Prediction {
    /// The likeliest type.
    pub label: u32,
    /// The next likeliest, unless there is only one type.
    pub runner_up: Option<u32>,
    /// How often a prediction with this value is right, between 0 and 1.
    pub confidence: f32,
    /// The confidence less that of the runner-up.
    pub margin: f32,
    /// The most similar examples, at most three, the nearest first.
    pub nearest: Vec<Neighbour>,
    /// Whether this is anything the model knows.
    pub novelty: Novelty,
}

/// An example that shares words with a message.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Its place among the training examples; corrections continue the count in the order in which they were learnt.
    pub example: u32,
    /// 1 for the same text, 0 for nothing in common.
    pub cosine: f32,
}

/// Signs that a message is of no known type at all. Confidence cannot tell: it only divides one among the known types.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Novelty {
    /// The raw score of the likeliest type.
    pub top_score: f32,
    /// The cosine to the nearest example.
    pub cosine: f32,
    /// Both together, the higher the stranger; 0 is as strange as an unseen message of the catalogue usually is, and
    /// one unit is one standard deviation.
    pub score: f32,
}

/// A catalogue without anything to learn from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrainError {
    /// There are no examples.
    #[error("a model needs at least one example message")]
    NoExamples,
    /// A label that cannot be an index into a list of types.
    #[error("type number {0} is out of range; a catalogue has at most {MOST_LABELS} types")]
    LabelOutOfRange(u32),
}

/// A correction that names a type the model was not trained with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("type number {label} is not among the {known} types of this model; train it again with the new catalogue")]
pub struct LearnError {
    /// The type that was named.
    pub label: u32,
    /// How many there are.
    pub known: u32,
}

/// A trained catalogue. See the module's words on sharing.
#[derive(Debug, Clone)]
pub struct Model {
    weighing: Arc<Weighing>,
    weights: Weights,
    neighbours: Neighbours,
    calibration: Calibration,
    nearness: Spread,
    trained: Arc<Rows>,
    corrections: Rows,
    corrections_since_warm_pass: usize,
    random: Random,
}

/// What a thread keeps between two messages.
#[derive(Default)]
struct Workplace {
    reader: Reader,
    reading: Reading,
    scores: Vec<f32>,
    cosines: Vec<f32>,
}

thread_local! {
    static WORKPLACE: RefCell<Workplace> = RefCell::default();
}

impl Model {
    /// Learns a catalogue. The same examples in the same order with the same seed give the same model.
    pub fn train(examples: &[Example], seed: u64) -> Result<Self, TrainError> {
        let labels = count_labels(examples)?;
        let mut reader = Reader::default();
        let apart: Vec<Vec<Piece>> = examples.iter().map(|example| reader.pieces(&example.text).to_vec()).collect();
        let weighing = Weighing::learn(&apart, bucket_bits(&apart, labels)).with_word_share(USUAL_WORD_SHARE);
        let (mut rows, sketches) = weigh_all(&weighing, &apart, examples);
        let untrained = Weights::zero(weighing.buckets(), labels);
        let word_share = calibrate::choose_word_share(&mut rows, &untrained, seed);
        // Each needs the other's half of the processors only, and neither the other's result.
        let (weights, neighbours, calibration) = thread::scope(|scope| {
            let calibration = scope.spawn(|| calibrate::fit(&rows, &untrained, seed));
            let mut weights = untrained.clone();
            let mut order: Vec<u32> = (0..rows.len() as u32).collect();
            weights.train(&rows, &mut order, &mut Random::seeded(seed));
            let neighbours = Neighbours::index(&sketches);
            (weights, neighbours, calibration.join().unwrap_or_else(|panic| resume_unwind(panic)))
        });
        let mut random = Random::seeded(seed);
        Ok(Self {
            weighing: Arc::new(weighing.with_word_share(word_share)),
            nearness: usual_nearness(&neighbours, &sketches, &mut random),
            weights,
            neighbours,
            calibration,
            trained: Arc::new(rows),
            corrections: Rows::default(),
            corrections_since_warm_pass: 0,
            random,
        })
    }

    /// What `text` wants. A text with nothing to read in it gets the first type with no confidence worth the name.
    pub fn classify(&self, text: &str) -> Prediction {
        WORKPLACE.with_borrow_mut(|at| {
            self.weighing.read(&mut at.reader, text, &mut at.reading);
            self.weights.score(&at.reading.features, &mut at.scores);
            let nearest = self.nearest(&mut at.reading.sketch, &mut at.cosines);
            self.judge(&mut at.scores, nearest)
        })
    }

    /// Learns one correction at once, without forgetting the rest; answers with the id under which the message will
    /// show up among [`Prediction::nearest`].
    pub fn learn(&mut self, text: &str, label: u32) -> Result<u32, LearnError> {
        let known = self.weights.labels() as u32;
        if known <= label {
            return Err(LearnError { label, known });
        }
        let example = (self.trained.len() + self.corrections.len()) as u32;
        WORKPLACE.with_borrow_mut(|at| {
            self.weighing.read(&mut at.reader, text, &mut at.reading);
            self.weights.make_room_for(&at.reading.features);
            for _ in 0..STEPS_ON_CORRECTION {
                self.weights.step(&at.reading.features, label, CORRECTION_STEP, &mut at.scores);
            }
            self.corrections.push(&at.reading, label);
            self.neighbours.add(at.reading.sketch.clone());
            self.replay(&mut at.scores);
        });
        self.corrections_since_warm_pass += 1;
        Ok(example)
    }

    /// Whether enough was learnt that [`Model::warm_pass`] should run, when there is a quiet moment.
    pub fn wants_warm_pass(&self) -> bool {
        CORRECTIONS_A_WARM_PASS <= self.corrections_since_warm_pass
    }

    /// Goes once through everything known, corrections included: milliseconds, instead of a training.
    pub fn warm_pass(&mut self) {
        let mut rows = Rows::clone(&self.trained);
        rows.append(&self.corrections);
        self.weights.polish(&rows, REPLAY_STEP, &mut self.random);
        self.trained = Arc::new(rows);
        self.corrections = Rows::default();
        self.neighbours.file();
        self.corrections_since_warm_pass = 0;
    }

    fn replay(&mut self, scores: &mut Vec<f32>) {
        for _ in 0..REPLAYED {
            let index = self.random.below(self.trained.len() + self.corrections.len());
            let (rows, index) = match index.checked_sub(self.trained.len()) {
                Some(correction) => (&self.corrections, correction),
                None => (&*self.trained, index),
            };
            self.weights.step(rows.row(index), rows.labels[index], REPLAY_STEP, scores);
        }
    }

    fn nearest(&self, sketch: &mut [Feature], cosines: &mut Vec<f32>) -> Vec<Neighbour> {
        let mut nearest: Vec<Neighbour> = Vec::with_capacity(4);
        self.neighbours.compare(sketch, cosines, |example, cosine| {
            let place = nearest.partition_point(|other| cosine <= other.cosine);
            nearest.insert(place, Neighbour { example, cosine });
            nearest.truncate(3);
            nearest.get(2).map_or(0.0, |third| third.cosine)
        });
        nearest
    }

    fn judge(&self, scores: &mut [f32], nearest: Vec<Neighbour>) -> Prediction {
        let label = highest(scores, None).unwrap_or(0);
        let runner_up = highest(scores, Some(label));
        let top_score = scores[label];
        softmax(scores, self.calibration.temperature);
        let cosine = nearest.first().map_or(0.0, |nearest| nearest.cosine);
        let score = -(self.calibration.top_score.place(top_score) + self.nearness.place(cosine)) / 2.0;
        Prediction {
            label: label as u32,
            runner_up: runner_up.map(|label| label as u32),
            confidence: scores[label],
            margin: scores[label] - runner_up.map_or(0.0, |label| scores[label]),
            nearest,
            novelty: Novelty { top_score, cosine, score },
        }
    }
}

fn count_labels(examples: &[Example]) -> Result<usize, TrainError> {
    let highest = examples.iter().map(|example| example.label).max().ok_or(TrainError::NoExamples)?;
    if MOST_LABELS <= highest {
        return Err(TrainError::LabelOutOfRange(highest));
    }
    Ok(highest as usize + 1)
}

fn bucket_bits(apart: &[Vec<Piece>], labels: usize) -> u32 {
    // About one piece in four is new when a catalogue is read.
    let pieces: usize = apart.iter().map(Vec::len).sum();
    let wanted = (pieces / 4).max(1).next_power_of_two().ilog2();
    let affordable = (MOST_WEIGHTS / labels.next_multiple_of(4)).ilog2();
    wanted.clamp(FEWEST_BITS, MOST_BITS.min(affordable).max(FEWEST_BITS))
}

fn weigh_all(weighing: &Weighing, apart: &[Vec<Piece>], examples: &[Example]) -> (Rows, Vec<Vec<Feature>>) {
    let mut rows = Rows::default();
    let mut sketches = Vec::with_capacity(examples.len());
    let mut reading = Reading::default();
    let learns_all = examples.len() < ENOUGH_TO_CHOOSE;
    for (pieces, example) in apart.iter().zip(examples) {
        weighing.weigh(pieces, &mut reading);
        rows.push_part(&reading, example.label, |feature| learns_all || weighing.is_shared(feature));
        sketches.push(reading.sketch.clone());
    }
    (rows, sketches)
}

/// How near examples usually are to their nearest other example.
fn usual_nearness(neighbours: &Neighbours, sketches: &[Vec<Feature>], random: &mut Random) -> Spread {
    const ASKED: usize = 200;
    let mut cosines = Vec::new();
    let nearest: Vec<f32> = (0..ASKED.min(sketches.len()))
        .map(|_| {
            let asked = random.below(sketches.len());
            let mut best = 0.0_f32;
            neighbours.compare(&mut sketches[asked].clone(), &mut cosines, |example, cosine| {
                if example as usize != asked {
                    best = best.max(cosine);
                }
                best
            });
            best
        })
        .collect();
    Spread::of(&nearest)
}

fn highest(scores: &[f32], except: Option<usize>) -> Option<usize> {
    (0..scores.len())
        .filter(|&label| Some(label) != except)
        .max_by(|&one, &other| scores[one].total_cmp(&scores[other]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bank;

    fn from_the_bank() -> Vec<Example> {
        let labelled = bank::archetypes().iter().zip(0..);
        labelled
            .flat_map(|(&archetype, label)| {
                bank::examples(archetype).step_by(4).map(move |(_, text)| Example { label, text: text.to_owned() })
            })
            .collect()
    }

    fn label(id: &str) -> u32 {
        bank::archetypes().iter().position(|archetype| archetype.id() == id).map_or(u32::MAX, |label| label as u32)
    }

    #[test]
    fn a_message_that_nobody_wrote_before_finds_its_type_in_each_language() {
        let model = Model::train(&from_the_bank(), 7).unwrap();
        for (text, id) in [
            ("buenass, mi pedido q hice el lunes no llega, me dan el numero de guia?", "order_status"),
            ("queria remarcar minha consulta de amanha", "cancel_reschedule"),
            ("what time do u close on saturdays", "hours_location"),
        ] {
            let prediction = model.classify(text);
            assert_eq!(prediction.label, label(id), "{text}: {prediction:?}");
            assert!(0.0 < prediction.margin && prediction.confidence <= 1.0);
        }
    }

    #[test]
    fn the_same_examples_and_corrections_give_the_same_model() {
        let teach = || {
            let mut model = Model::train(&from_the_bank(), 7).unwrap();
            model.learn("se me rompio la correa del reloj", label("tech_support")).unwrap();
            model.classify("cuanto sale la correa")
        };
        assert_eq!(teach(), teach());
    }

    #[test]
    fn a_correction_is_known_at_once_and_a_clone_does_not_change_under_its_reader() {
        let mut model = Model::train(&from_the_bank(), 7).unwrap();
        let text = "me manda el xyz del nodo azul";
        let corrected = (model.classify(text).label + 1) % 14;
        let reader = model.clone();
        let before = reader.classify(text);

        let id = model.learn(text, corrected).unwrap();

        let after = model.classify(text);
        assert_eq!(after.label, corrected);
        assert_eq!(after.nearest.first().map(|nearest| nearest.example), Some(id));
        assert_eq!(reader.classify(text), before);
    }

    #[test]
    fn a_warm_pass_keeps_corrections_under_their_ids() {
        let mut model = Model::train(&from_the_bank(), 7).unwrap();
        let ids: Vec<u32> = (0..50).map(|at| model.learn("necesito el duplicado rojo", at % 2).unwrap()).collect();
        assert!(model.wants_warm_pass());

        model.warm_pass();

        assert!(!model.wants_warm_pass());
        let nearest = model.classify("necesito el duplicado rojo").nearest;
        assert!(nearest.iter().all(|nearest| ids.contains(&nearest.example) && 0.99 < nearest.cosine), "{nearest:?}");
    }

    #[test]
    fn what_has_nothing_to_do_with_the_business_looks_strange() {
        let model = Model::train(&from_the_bank(), 7).unwrap();
        let known = model.classify("a que hora cierran el sabado?").novelty;
        let strange = model.classify("zebras graze beneath volcanic plateaus").novelty;
        assert!(known.score + 1.0 < strange.score, "{known:?} {strange:?}");
    }

    #[test]
    fn a_model_refuses_what_it_cannot_learn_from() {
        assert_eq!(Model::train(&[], 1).unwrap_err(), TrainError::NoExamples);
        let far = [Example { label: u32::MAX, text: "hola".into() }];
        assert_eq!(Model::train(&far, 1).unwrap_err(), TrainError::LabelOutOfRange(u32::MAX));
        let mut only = Model::train(&[Example { label: 0, text: "hola".into() }], 1).unwrap();
        assert_eq!(only.learn("hola", 1), Err(LearnError { label: 1, known: 1 }));
        let silent = only.classify("");
        assert!(silent.nearest.is_empty() && silent.runner_up.is_none() && silent.confidence.is_finite());
    }
}

//! A model with what people put right since it was trained: the same, in the same order, on every node and after every start.

use classifier::Model;
use domain::ids::CorrectionId;
use uuid::Uuid;

/// Nodes whose clocks differ by less than this see each other's corrections.
const OVERLAP_MS: u128 = 60_000;

/// Something that a person put right.
#[derive(Debug, Clone)]
pub(super) struct Lesson {
    pub(super) id: CorrectionId,
    pub(super) text: String,
    pub(super) label: u32,
}

/// A model that goes on learning.
pub(super) struct Taught {
    /// As it was trained.
    first: Option<Model>,
    /// As it is now.
    pub(super) model: Option<Model>,
    /// What it was trained with, and behind that what it has learnt.
    pub(super) phrases: Vec<String>,
    /// How many of the phrases it was trained with.
    trained: usize,
    /// What it has learnt, in the order of its ids.
    pub(super) lessons: Vec<Lesson>,
}

impl Taught {
    pub(super) fn new(model: Option<Model>, phrases: Vec<String>) -> Self {
        Self { first: model.clone(), model, trained: phrases.len(), phrases, lessons: Vec::new() }
    }

    /// Learns what it does not know. If something of it belongs before what it has learnt already, it starts again: the order counts.
    pub(super) fn learn(&mut self, lessons: Vec<Lesson>) {
        let is_new = |lesson: &Lesson| !self.lessons.iter().any(|known| known.id == lesson.id);
        let mut fresh: Vec<Lesson> = lessons.into_iter().filter(is_new).collect();
        fresh.sort_unstable_by_key(|lesson| lesson.id);
        let Some(earliest) = fresh.first().map(|lesson| lesson.id) else { return };
        if self.lessons.last().is_some_and(|last| earliest < last.id) {
            fresh.append(&mut self.lessons);
            fresh.sort_unstable_by_key(|lesson| lesson.id);
            self.model = self.first.clone();
            self.phrases.truncate(self.trained);
        }
        for lesson in fresh {
            let Some(model) = &mut self.model else { return };
            if model.learn(&lesson.text, lesson.label).is_ok() {
                self.phrases.push(lesson.text.clone());
            }
            if model.wants_warm_pass() {
                model.warm_pass();
            }
            self.lessons.push(lesson);
        }
    }
}

/// The lowest id of a minute before this one was made.
pub(super) fn moments_before(id: Uuid) -> Uuid {
    let made_ms = id.as_u128() >> 80; // a version 7 begins with its moment
    Uuid::from_u128(made_ms.saturating_sub(OVERLAP_MS) << 80)
}

#[cfg(test)]
mod tests {
    use classifier::Example;

    use super::*;

    fn taught() -> Taught {
        let phrases =
            ["donde esta mi pedido", "quiero una cita", "cuanto cuesta", "mi pedido no llega", "agendar cita"];
        let labels = [0, 1, 2, 0, 1];
        let examples: Vec<Example> =
            phrases.iter().zip(labels).map(|(text, label)| Example { label, text: (*text).to_owned() }).collect();
        Taught::new(Model::train(&examples, 1).ok(), phrases.map(str::to_owned).to_vec())
    }

    fn lesson(n: u128, text: &str, label: u32) -> Lesson {
        Lesson { id: CorrectionId(Uuid::from_u128(n)), text: text.to_owned(), label }
    }

    #[test]
    fn whatever_the_order_in_which_corrections_arrive_the_model_is_the_same() {
        let all = [lesson(1, "se me rompio", 2), lesson(2, "la correa", 0), lesson(3, "azul marino", 1)];
        let (mut one, mut other) = (taught(), taught());
        one.learn(all.to_vec());
        other.learn(vec![all[1].clone()]);
        other.learn(vec![all[0].clone(), all[2].clone()]);
        other.learn(all.to_vec());
        let guess = |taught: &Taught| taught.model.as_ref().map(|model| model.classify("la correa azul"));
        assert_eq!(guess(&one), guess(&other));
        assert_eq!((one.phrases.len(), other.phrases.len()), (8, 8));
    }
}

//! What automation answered, asked, or had no answer to, and why.

use domain::interaction::{Lack, SeenValue, Step};

use super::Explainer;

impl Explainer<'_> {
    pub(super) fn answered(&self, kind: &str, answer: usize, condition: Option<&str>, values: &[SeenValue]) -> String {
        let mut said = self.say("answered", &[("type", &self.kind(kind)), ("answer", &answer.to_string())]);
        if let Some(condition) = condition {
            said += &self.say("answered-because", &[("condition", condition)]);
        }
        said + &self.seen(values)
    }

    pub(super) fn not_answered(&self, kind: &str, lack: Lack, values: &[SeenValue]) -> String {
        self.say(&format!("not-answered-{lack}"), &[("type", &self.kind(kind))]) + &self.seen(values)
    }

    pub(super) fn answer_failed(&self, reference: &str, queue: &str, said: Option<&str>) -> String {
        let told = self.say("answer-failed", &[("ticket", reference), ("queue", &self.queue(queue))]);
        said.map_or(told.clone(), |said| told + &self.say("answer-failed-said", &[("said", said)]))
    }

    /// What it would have done reads as if it had been done, behind a word that it was not.
    pub(super) fn kept_back(&self, would: &Step, said: Option<&str>) -> String {
        let told = self.say("kept-back", &[("would", &self.step(would))]);
        said.map_or(told.clone(), |said| told + &self.say("kept-back-said", &[("said", said)]))
    }

    fn seen(&self, values: &[SeenValue]) -> String {
        if values.is_empty() {
            return String::new();
        }
        let nothing = self.say("nothing-there", &[]);
        let told = values.iter().map(|seen| {
            let value = if seen.value.is_empty() { &nothing } else { &seen.value };
            format!("{} = {value}", seen.field)
        });
        self.say("answered-seen", &[("values", &told.collect::<Vec<_>>().join(", "))])
    }
}

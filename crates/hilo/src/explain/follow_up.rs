//! What was decided about a follow-up, in a sentence.

use domain::follow_up::{Because, Decided};

use super::Explainer;

impl Explainer<'_> {
    pub(super) fn followed_up(&self, decided: &Decided) -> String {
        let name = self.follow_up(&decided.rule);
        let why = decided.because.map(|because| self.because(because)).unwrap_or_default();
        let when = decided.again_at.map(|again_at| self.moment(again_at)).unwrap_or_default();
        let values = [("name", name.as_str()), ("why", &why), ("when", &when)];
        let said = self.say(&format!("follow-up-{}", decided.state), &values);
        let looked: Vec<String> =
            decided.values.iter().map(|seen| format!("{} = {}", seen.field, seen.value)).collect();
        if looked.is_empty() { said } else { format!("{said} ({})", looked.join("; ")) }
    }

    /// What a follow-up is called.
    pub fn follow_up(&self, rule: &str) -> String {
        let known = self.workflow.workflow.follow_up(rule);
        known.map_or_else(|| rule.to_owned(), |rule| rule.name.get(self.language).to_owned())
    }

    /// Why a follow-up stands where it stands.
    pub fn because(&self, because: Because) -> String {
        match because {
            Because::Guard(guard) => self.guard(guard),
            Because::Cause(cause) => self.say(&format!("follow-up-why-{cause}"), &[]),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::Language;
    use domain::follow_up::{Because, FollowUpState};

    use crate::texts::say;

    #[test]
    fn every_decision_and_every_reason_has_a_sentence_in_three_languages() {
        for language in Language::ALL {
            let reasons = Because::names().map(|name| match name.parse() {
                Ok(Because::Guard(guard)) => format!("guard-{guard}"),
                _ => format!("follow-up-why-{name}"),
            });
            let states = FollowUpState::ALL.iter().map(|state| format!("follow-up-{state}"));
            for key in reasons.chain(states) {
                assert_ne!(say(language, &key, &[]), key, "{language}");
            }
        }
    }
}

//! What two types claim at once: examples, and words of their rules.

use crate::file::{TypeFile, Word};
use crate::finding::Findings;
use crate::model::InteractionType;
use crate::rule;

use super::types::written_examples;

/// The same message cannot mean two things.
pub(super) fn shared_examples(types: &[TypeFile], found: &mut Findings) {
    let mut first = std::collections::HashMap::new();
    for kind in types {
        for (_, word) in written_examples(kind) {
            let owner = *first.entry(rule::fold(&word.value)).or_insert(kind.id.value.as_str());
            if owner != kind.id.value {
                let message = format!(
                    "this example stands under `{owner}` and under `{}`; keep it under the one it belongs to",
                    kind.id.value
                );
                found.error(word, "shared-example", message);
            }
        }
    }
}

/// Two rules with the same words and the same priority would be decided by the order of the file alone.
pub(super) fn shared_rules(types: &[TypeFile], found: &mut Findings) {
    let mut first = std::collections::HashMap::new();
    for kind in types {
        let priority = kind.priority.as_ref().map_or(0, |priority| priority.value);
        for (word, _) in rule_words(kind) {
            let owner = *first.entry((priority, rule::fold(&word.value))).or_insert(kind.id.value.as_str());
            if owner != kind.id.value {
                let message = format!(
                    "the rules of `{owner}` and `{}` both match `{}`; give one of the types a higher `priority`",
                    kind.id.value, word.value
                );
                found.warning(word, "shared-rule", message);
            }
        }
    }
}

/// A word that decides nothing, because the rule of another type takes every message with it first.
pub(super) fn shadowed_rules(written: &[TypeFile], types: &[InteractionType], found: &mut Findings) {
    for (index, (kind, own)) in written.iter().zip(types).enumerate() {
        for (word, is_whole) in rule_words(kind) {
            let text = rule::fold(&word.value);
            let takes_it_first = |(place, other): &(usize, &InteractionType)| {
                let is_before = own.priority == other.priority && *place < index && !rule::names(&other.rule, &text);
                (own.priority < other.priority || is_before) && rule::takes(&other.rule, &text, is_whole)
            };
            if let Some((_, other)) = types.iter().enumerate().find(takes_it_first) {
                let message = format!(
                    "`{}` never decides, since the rule of `{}` takes it first; give `{}` a `priority` above {}",
                    word.value, other.id, own.id, other.priority
                );
                found.warning(word, "unreachable", message);
            }
        }
    }
}

/// The words of a type's own rule, each with whether it must be the whole message.
fn rule_words(kind: &TypeFile) -> impl Iterator<Item = (&Word, bool)> {
    kind.rule.iter().flat_map(|rule| {
        let anywhere = rule.words.iter().chain(&rule.phrases).map(|word| (word, false));
        anywhere.chain(rule.whole.iter().map(|word| (word, true)))
    })
}

//! A type's own rule: words that decide without the model.

use domain::spelling::without_accent;

use crate::model::{InteractionType, OwnRule, Workflow};

/// The type whose own rule matches the message: the highest priority, then the order of the file.
pub fn decided_by_rule<'a>(workflow: &'a Workflow, message: &str) -> Option<&'a InteractionType> {
    let message = fold(message);
    let matching = workflow.types.iter().filter(|kind| matches(&kind.rule, &message));
    // `max_by_key` keeps the last of equals, and the first in the file is meant.
    matching.rev().max_by_key(|kind| kind.priority)
}

fn matches(rule: &OwnRule, message: &str) -> bool {
    let contains = |part: &String| contains_words(message, part);
    rule.whole.iter().any(|whole| whole == message)
        || rule.words.iter().any(contains)
        || rule.phrases.iter().any(contains)
}

/// Whether the rule decides for every message with that text in it, or that is that text.
pub(crate) fn takes(rule: &OwnRule, text: &str, is_whole: bool) -> bool {
    let mut anywhere = rule.words.iter().chain(&rule.phrases);
    anywhere.any(|part| contains_words(text, part)) || (is_whole && rule.whole.iter().any(|whole| whole == text))
}

/// Whether the rule names that very text.
pub(crate) fn names(rule: &OwnRule, text: &str) -> bool {
    rule.words.iter().chain(&rule.phrases).chain(&rule.whole).any(|part| part == text)
}

/// Whether the words of `part` stand in `message` next to each other, as whole words.
fn contains_words(message: &str, part: &str) -> bool {
    message.match_indices(part).any(|(start, _)| {
        let ends_word = message[start + part.len()..].chars().next().is_none_or(|next| next == ' ');
        let starts_word = message[..start].chars().next_back().is_none_or(|before| before == ' ');
        starts_word && ends_word
    })
}

/// A text as it is compared: lower case, without accents and punctuation, one space between words, a symbol a word.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii() {
            add(c.to_ascii_lowercase(), &mut folded);
        } else {
            c.to_lowercase().for_each(|c| add(without_accent(c), &mut folded));
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

fn add(c: char, folded: &mut String) {
    if c.is_alphanumeric() {
        folded.push(c);
    } else if is_symbol(c) {
        end_word(folded);
        folded.extend([c, ' ']);
    } else if !is_mark(c) {
        end_word(folded);
    }
}

fn end_word(folded: &mut String) {
    if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// Emoji and their like, which are words of their own on WhatsApp.
fn is_symbol(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1f3fa}' | '\u{1f400}'..='\u{1faff}')
}

/// What changes the look of the character before it: accents, skin tones, joiners.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200d}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(words: &[&str], phrases: &[&str], whole: &[&str]) -> OwnRule {
        let folded = |texts: &[&str]| texts.iter().map(|text| fold(text)).collect();
        OwnRule { words: folded(words), phrases: folded(phrases), whole: folded(whole) }
    }

    #[test]
    fn case_accents_and_punctuation_do_not_matter() {
        assert!(matches(&rule(&[], &["qué horario"], &[]), &fold("Hola!! QUE HORARIO tienen?")));
    }

    #[test]
    fn a_word_is_not_found_inside_another() {
        assert!(!matches(&rule(&["cita"], &[], &[]), &fold("necesitamos citas")));
        assert!(matches(&rule(&["cita"], &[], &[]), &fold("necesitamos una cita")));
    }

    #[test]
    fn a_whole_message_is_nothing_more() {
        let thanks = rule(&[], &[], &["gracias", "👍"]);
        assert!(matches(&thanks, &fold("¡Gracias!")));
        assert!(matches(&thanks, &fold("👍🏽")));
        assert!(!matches(&thanks, &fold("gracias, pero no llegó mi pedido")));
    }
}

//! Buttons below a message of ours.

use domain::Language;
use serde_saphyr::Spanned;

use super::wording;
use crate::file::{ChoiceFile, Word, Words};
use crate::finding::Findings;
use crate::model::{Choice, Means};
use crate::suggest::did_you_mean;

/// WhatsApp's limits.
const MOST_BUTTONS: usize = 3;
pub(super) const LONGEST_LABEL: usize = 20;

/// What `Carried` puts between its parts.
const SEPARATORS: [char; 2] = ['=', '#'];
const LONGEST_VALUE: usize = 80;

pub(super) fn choices(
    written: Option<&Spanned<Vec<ChoiceFile>>>,
    type_ids: &[&str],
    languages: &[Language],
    found: &mut Findings,
) -> Vec<Choice> {
    let Some(written) = written else { return Vec::new() };
    if MOST_BUTTONS < written.value.len() {
        let message = format!("WhatsApp shows at most {MOST_BUTTONS} buttons; keep the most useful ones");
        found.error(written, "button", message);
    }
    for (index, choice) in written.value.iter().enumerate() {
        let Some(means) = &choice.means else { continue };
        let mut earlier = written.value[..index].iter().filter_map(|choice| choice.means.as_ref());
        if earlier.any(|other| other.value == means.value) {
            let message = format!("another button already means `{}`; keep it on one of them", means.value);
            found.error(means, "button", message);
        }
    }
    let choices = written.value.iter().map(|choice| self::choice(choice, type_ids, languages, found));
    choices.collect()
}

fn choice(written: &ChoiceFile, type_ids: &[&str], languages: &[Language], found: &mut Findings) -> Choice {
    known_type(&written.kind, type_ids, found);
    if let Some(value) = &written.value
        && (value.value.contains(SEPARATORS) || LONGEST_VALUE < value.value.len() || value.value.is_empty())
    {
        let message = format!("a button carries a short word without `=` and `#`; change `{}`", value.value);
        found.error(value, "button", message);
    }
    Choice {
        kind: written.kind.value.clone(),
        value: written.value.as_ref().map(|value| value.value.clone()),
        label: label(&written.label, languages, found),
        means: written.means.as_ref().and_then(|means| self::means(means, found)),
    }
}

/// A text on a button, which is cut by WhatsApp where it is too long.
pub(super) fn label(written: &Words, languages: &[Language], found: &mut Findings) -> crate::model::Translated {
    for (_, word) in written.value.iter() {
        at_most(word, LONGEST_LABEL, "a button", found);
    }
    wording::translated(written, languages, "the label of this button", found)
}

/// A text without variables has at most so many characters.
pub(super) fn at_most(written: &Word, most: usize, what: &str, found: &mut Findings) {
    let length = written.value.chars().count();
    if most < length {
        let message = format!("{what} has at most {most} characters and this has {length}; shorten it");
        found.error(written, "button", message);
    }
}

fn known_type(written: &Word, type_ids: &[&str], found: &mut Findings) {
    let id = written.value.as_str();
    if !type_ids.contains(&id) {
        let suggestion = did_you_mean(id, type_ids.iter().copied());
        let advice = if suggestion.is_empty() { "; name the one that a tap is of".to_owned() } else { suggestion };
        found.error(written, "unknown-type", format!("there is no interaction type `{id}`{advice}"));
    }
}

fn means(written: &Word, found: &mut Findings) -> Option<Means> {
    match written.value.as_str() {
        "yes" => Some(Means::Yes),
        "no" => Some(Means::No),
        other => {
            found.error(written, "button", format!("a button means `yes` or `no`, not `{other}`; write one of them"));
            None
        }
    }
}

//! How a type is answered without a person.

use domain::fact::{Field, Thing};
use domain::{Language, Policy};
use serde_saphyr::Spanned;

use super::choices::{self, at_most};
use super::condition::{condition, field_name, field_names};
use super::texts::{said, said_text};
use super::{answers, wording, writes};
use crate::file::{AnswerFile, SeveralFile, TypeFile, Word};
use crate::finding::Findings;
use crate::model::{Answer, Automation, FieldName, LONGEST_ROW, LONGEST_ROW_DETAIL, Several};
use crate::suggest::did_you_mean;

/// The longest text of WhatsApp with buttons or a list below it.
const LONGEST_ABOVE_BUTTONS: usize = 1_024;
const LONGEST_MESSAGE: usize = 4_096;
const LONGEST_NOTE: usize = 1_000;

/// What can be looked up by a contact.
const LOOKED_UP: [Thing; 4] = [Thing::Deal, Thing::Ticket, Thing::Appointment, Thing::Order];

/// What the parts of a type may refer to.
pub(super) struct Known<'a> {
    pub(super) version: u32,
    pub(super) fields: &'a [Field],
    pub(super) types: &'a [&'a str],
    /// The types that a button leads to.
    pub(super) tapped: &'a [&'a str],
    pub(super) languages: &'a [Language],
}

pub(super) fn automation(
    written: &TypeFile,
    policy: Option<Policy>,
    known: &Known<'_>,
    found: &mut Findings,
) -> Automation {
    let about = written.about.as_ref().and_then(|about| self::about(about, found));
    let reach: Vec<Thing> = match (about, &written.about) {
        // What is wrong is said of `about`, and not again of every field.
        (None, Some(_)) => Thing::ALL.to_vec(),
        _ => about.into_iter().chain([Thing::Contact]).collect(),
    };
    let when = written.when.as_ref().and_then(|when| condition(when, known.fields, &reach, found));
    let names = |list: Option<&Spanned<Vec<Word>>>, may_be_note, found: &mut Findings| {
        let words = list.map_or(&[][..], |list| list.value.as_slice());
        field_names(words, known.fields, may_be_note, &reach, found)
    };
    let reads = names(written.reads.as_ref(), false, found);
    let writes = names(written.writes.as_ref(), true, found);
    let several = written.several.as_ref().map(|several| self::several(&several.value, &reach, known, found));
    let answers = written.answers.iter().flat_map(|answers| &answers.value);
    let answers: Vec<Answer> = answers.map(|answer| self::answer(answer, &reach, known, found)).collect();
    let otherwise = written.otherwise.as_ref().map(|otherwise| {
        said(&otherwise.value.say, LONGEST_MESSAGE, &[Thing::Contact], known.fields, known.languages, found)
    });
    let automation = Automation { about, when, reads, writes, several, answers, otherwise };
    answers::check(written, policy, &automation, known, found);
    automation
}

fn about(written: &Word, found: &mut Findings) -> Option<Thing> {
    let of = written.value.parse().ok().filter(|of| LOOKED_UP.contains(of));
    if of.is_none() {
        let names = LOOKED_UP.map(Thing::name);
        let suggestion = did_you_mean(&written.value, names);
        let advice = if suggestion.is_empty() { format!("; use {}", names.join(", ")) } else { suggestion };
        found.error(written, "about", format!("`{}` is not looked up by a contact{advice}", written.value));
    }
    of
}

fn several(written: &SeveralFile, reach: &[Thing], known: &Known<'_>, found: &mut Findings) -> Several {
    for (_, word) in written.row.value.iter().filter(|(_, word)| !word.value.contains('{')) {
        at_most(word, LONGEST_ROW, "a row of a list", found);
    }
    for (_, word) in written.detail.iter().flat_map(|detail| detail.value.iter()) {
        if !word.value.contains('{') {
            at_most(word, LONGEST_ROW_DETAIL, "the second line of a row", found);
        }
    }
    Several {
        ask: said(&written.ask, LONGEST_ABOVE_BUTTONS, &[Thing::Contact], known.fields, known.languages, found),
        button: choices::label(&written.button, known.languages, found),
        row: said(&written.row, LONGEST_MESSAGE, reach, known.fields, known.languages, found),
        detail: written
            .detail
            .as_ref()
            .map(|detail| said(detail, LONGEST_MESSAGE, reach, known.fields, known.languages, found)),
    }
}

fn answer(written: &AnswerFile, reach: &[Thing], known: &Known<'_>, found: &mut Findings) -> Answer {
    let condition = written.condition.as_ref().and_then(|word| condition(word, known.fields, reach, found));
    let longest = if written.buttons.is_some() { LONGEST_ABOVE_BUTTONS } else { LONGEST_MESSAGE };
    let say = said(&written.say, longest, reach, known.fields, known.languages, found);
    let buttons = choices::choices(written.buttons.as_ref(), known.types, known.languages, found);
    let set = written.set.iter().flat_map(|set| &set.0);
    let set: Vec<(FieldName, String)> = set
        .filter_map(|(key, value)| {
            let name = field_name(key, known.fields, false, reach, found)?;
            writes::value(key, value, &name, known.fields, found);
            Some((name, value.value.clone()))
        })
        .collect();
    if let Some(note) = &written.note {
        wording::not_blank(note, found);
        said_text(note, LONGEST_NOTE, reach, known.fields, found);
    }
    Answer {
        condition,
        say,
        buttons,
        set,
        note: written.note.as_ref().map(|note| note.value.clone()),
        hand_over: written.hand_over.unwrap_or_default(),
    }
}

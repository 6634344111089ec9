//! What automation says: complete, short enough for WhatsApp, and only about what is known.

use domain::Language;
use domain::fact::{Field, Thing};

use super::wording;
use crate::file::{AcknowledgementFile, TextsFile, Word, Words};
use crate::fill::{BUSINESS, LONGEST_FACT, REPLY_VALUE};
use crate::finding::Findings;
use crate::model::{Acknowledgement, Texts, Translated};
use crate::suggest::did_you_mean;
use crate::text::{self, LONGEST_VALUE, Problem};

/// The longest text message that WhatsApp takes, in characters.
const LONGEST_MESSAGE: usize = 4096;

/// An acknowledgement may greet by name; to an ambiguous sender nobody's name may be said.
const KNOWN_SENDER: [&str; 5] = ["name", "promise", "opens", "queue", "business"];
const AMBIGUOUS_SENDER: [&str; 4] = ["promise", "opens", "queue", "business"];

pub(super) fn texts(written: &TextsFile, languages: &[Language], found: &mut Findings) -> Texts {
    let acknowledgement = acknowledgement(&written.acknowledgement, &KNOWN_SENDER, languages, found);
    let ambiguous = self::acknowledgement(&written.ambiguous, &AMBIGUOUS_SENDER, languages, found);
    Texts { acknowledgement, ambiguous }
}

fn acknowledgement(
    written: &AcknowledgementFile,
    variables: &[&str],
    languages: &[Language],
    found: &mut Findings,
) -> Acknowledgement {
    Acknowledgement {
        open: text_in(&written.open, variables, languages, found),
        closed: text_in(&written.closed, variables, languages, found),
    }
}

fn text_in(written: &Words, variables: &[&str], languages: &[Language], found: &mut Findings) -> Translated {
    for (_, word) in written.value.iter() {
        with_variables(word, variables, found);
        at_most(word, LONGEST_MESSAGE, LONGEST_VALUE, found);
    }
    wording::translated(written, languages, "this text", found)
}

/// A text that is given these variables and nothing else.
pub(super) fn with_variables(written: &Word, variables: &[&str], found: &mut Findings) {
    for problem in text::problems(&written.value, variables) {
        match problem {
            Problem::UnknownVariable { tag, name } => {
                let suggestion = did_you_mean(name, variables.iter().copied());
                let advice = if suggestion.is_empty() { format!("; use {}", variables.join(", ")) } else { suggestion };
                found.error_within(
                    written,
                    tag,
                    "unknown-variable",
                    format!("`{name}` is not known to this text{advice}"),
                );
            }
            Problem::NotAllowed { tag } => {
                let message = format!(
                    "`{tag}` is not allowed in a text; use `{{{{ name }}}}` and `{{% if name %}}…{{% endif %}}` only"
                );
                found.error_within(written, tag, "text-syntax", message);
            }
            Problem::NeverClosed { tag } => {
                found.error_within(
                    written,
                    tag,
                    "text-syntax",
                    format!("`{tag}` is never closed; add `{{% endif %}}` where it ends"),
                );
            }
            Problem::Broken(reason) => {
                found.error(
                    written,
                    "text-syntax",
                    format!("this text cannot be filled in ({reason}); check its braces"),
                );
            }
        }
    }
}

fn at_most(written: &Word, most: usize, longest_value: usize, found: &mut Findings) {
    let longest = text::longest(&written.value, longest_value);
    if most < longest {
        let message = format!("this text can grow to {longest} characters and WhatsApp takes {most}; shorten it");
        found.error(written, "text-length", message);
    }
}

/// A text on facts in every language, about these kinds of records and at most so long.
pub(super) fn said(
    written: &Words,
    most: usize,
    reach: &[Thing],
    fields: &[Field],
    languages: &[Language],
    found: &mut Findings,
) -> Translated {
    for (_, word) in written.value.iter() {
        said_text(word, most, reach, fields, found);
    }
    wording::translated(written, languages, "this text", found)
}

/// The same in one language.
pub(super) fn said_text(written: &Word, most: usize, reach: &[Thing], fields: &[Field], found: &mut Findings) {
    let at_hand = fields.iter().filter(|field| reach.contains(&field.of));
    let mut variables: Vec<String> = at_hand.map(|field| format!("{}.{}", field.of, field.name)).collect();
    variables.extend([BUSINESS.to_owned(), REPLY_VALUE.to_owned()]);
    let variables: Vec<&str> = variables.iter().map(String::as_str).collect();
    with_variables(written, &variables, found);
    at_most(written, most, LONGEST_FACT, found);
}

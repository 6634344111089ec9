//! Checks that many parts share: ids, and texts in every language.

use std::collections::BTreeMap;

use domain::Language;

use crate::file::{Word, Words};
use crate::finding::Findings;
use crate::model::Translated;

const LONGEST_ID: usize = 40;

/// An id is well formed and not taken by an earlier one.
pub(super) fn id<'a>(written: &'a Word, earlier: &mut Vec<&'a str>, what: &str, found: &mut Findings) {
    let id = written.value.as_str();
    if !well_formed(id) {
        let message =
            format!("`{id}` cannot be an id; use lower-case letters, digits and `_`, for example `order_status`");
        found.error(written, "bad-id", message);
    }
    if earlier.contains(&id) {
        found.error(
            written,
            "duplicate-id",
            format!("another {what} is already called `{id}`; give this one an id of its own"),
        );
    }
    earlier.push(id);
}

fn well_formed(id: &str) -> bool {
    let plain = id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    plain && !id.is_empty() && id.len() <= LONGEST_ID
}

/// A text in every language of the business; `what` names it in the finding: "the name".
pub(super) fn translated(written: &Words, languages: &[Language], what: &str, found: &mut Findings) -> Translated {
    for &language in languages {
        match written.value.get(language) {
            None => found.error(
                written,
                "missing-language",
                format!("{what} is missing in `{language}`; add a line `{language}:`"),
            ),
            Some(text) => not_blank(text, found),
        }
    }
    let texts = written.value.iter().map(|(language, text)| (language, text.value.clone()));
    Translated(texts.collect::<BTreeMap<_, _>>())
}

/// A text that says something.
pub(super) fn not_blank(written: &Word, found: &mut Findings) {
    if written.value.trim().is_empty() {
        found.error(written, "empty-text", "this text is empty; write what it should say");
    }
}

//! Why a file could not even be read: the parser's errors in the words of somebody who writes the file.

use std::ops::Range;

use serde_saphyr::{Error, Location, UserMessageFormatter};

use crate::finding::{Findings, span_of};
use crate::suggest::did_you_mean;

/// Adds the one finding that stopped the reading.
pub(crate) fn explain(error: &Error, found: &mut Findings) {
    let error = error.without_snippet();
    let span = with_tag(found.text(), span_of(found.text(), error.location().unwrap_or(Location::UNKNOWN)));
    let (code, sentence) = sentence(error, &found.text()[span.clone()]);
    found.error_at(span, code, sentence);
}

/// What YAML takes for a tag, where nothing follows it, was meant as the value.
fn with_tag(text: &str, span: Range<usize>) -> Range<usize> {
    let before = text[..span.start].trim_end();
    let word = before.rfind(char::is_whitespace).map_or(0, |space| space + 1);
    if before[word..].starts_with('!') { word..before.len() } else { span }
}

fn sentence(error: &Error, marked: &str) -> (&'static str, String) {
    match error {
        Error::SerdeUnknownField { field, expected, .. } => ("unknown-key", unknown_key(field, expected)),
        Error::SerdeMissingField { field, .. } => ("missing-key", missing_key(field, marked)),
        Error::DuplicateMappingKey { key, .. } => ("duplicate-key", duplicate_key(key.as_deref())),
        Error::NullIntoString { .. } if marked.starts_with('!') => (
            "yaml",
            "put quotes around a condition that begins with `!`, which means something else in YAML".to_owned(),
        ),
        Error::NullIntoString { .. } => ("wrong-shape", "a text belongs here; write one, or remove the key".to_owned()),
        Error::Eof { .. } => ("yaml", "the file is empty; start from one of the starters".to_owned()),
        Error::MultipleDocuments { .. } => {
            ("yaml", "a workflow is one document; remove the `---` and what follows".to_owned())
        }
        Error::Unexpected { expected, .. } => ("wrong-shape", wrong_shape(expected)),
        Error::InvalidScalar { ty, .. } => ("wrong-shape", format!("{} belongs here; write one", named(ty))),
        Error::UnknownAnchor { .. } => {
            ("yaml", "nothing is named so with `&`; put quotes around a text that starts with `*`".to_owned())
        }
        other => ("yaml", broken_yaml(&plain_message(other))),
    }
}

fn unknown_key(field: &str, expected: &[&str]) -> String {
    let suggestion = did_you_mean(field, expected.iter().copied());
    if suggestion.is_empty() {
        format!("`{field}` is not a key here; use {}", one_of(expected))
    } else {
        format!("`{field}` is not a key here{suggestion}")
    }
}

/// The parser marks the last key of the part that lacks one.
fn missing_key(field: &str, marked: &str) -> String {
    if marked.chars().any(char::is_alphanumeric) {
        format!("this part lacks `{field}`; add it beside `{marked}`")
    } else {
        format!("this part lacks `{field}`; add it")
    }
}

fn duplicate_key(key: Option<&str>) -> String {
    match key {
        Some(key) => format!("`{key}` stands twice in this part; keep one of them"),
        None => "the same key stands twice in this part; keep one of them".to_owned(),
    }
}

fn wrong_shape(expected: &str) -> String {
    match expected {
        "sequence start" => "a list belongs here; start each line with `- `, or write `[]` for none".to_owned(),
        "mapping start" => "keys with values belong here (`key: value`), not a single value or a list".to_owned(),
        "string scalar" => "a single text belongs here, not a list or a mapping".to_owned(),
        other => format!("{other} belongs here"),
    }
}

/// The parser speaks of its own grammar; the usual accidents have plain names.
fn broken_yaml(reason: &str) -> String {
    if reason.contains("did not find expected") {
        "this line does not fit the ones above it; align it with the other keys of its part".to_owned()
    } else if reason.contains("unclosed quote") {
        "this quote is never closed; add the closing one".to_owned()
    } else if reason.contains("trailing content") {
        "text follows a closing quote here; close the quote that was opened last, or put the whole text in quotes"
            .to_owned()
    } else if reason.contains("tabs") {
        "this line is indented with a tab; use spaces".to_owned()
    } else {
        format!("this is not valid YAML ({reason}); check the indentation and quotes of this line and the one above")
    }
}

fn named(kind: &str) -> &'static str {
    match kind {
        "boolean" | "bool" => "`true` or `false`",
        "floating point" | "f64" => "a number",
        _ => "a whole number",
    }
}

fn plain_message(error: &Error) -> String {
    let options = serde_saphyr::render_options! {
        formatter: &UserMessageFormatter,
        snippets: serde_saphyr::SnippetMode::Off,
    };
    let rendered = error.render_with_options(options);
    // The place has its own fields.
    rendered.split(" at line ").next().unwrap_or_default().to_owned()
}

fn one_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => "none".to_owned(),
    }
}

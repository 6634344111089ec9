//! Where a part of a text stands in the file that writes it with quotes, escapes and line breaks.

use std::ops::Range;

/// The bytes of `raw` that write the bytes `part` of `value`; nothing if they cannot be told.
pub(super) fn place(raw: &str, value: &str, part: Range<usize>) -> Option<Range<usize>> {
    let mut at = beginning(raw);
    let mut start = (part.start == value.len()).then_some(raw.len());
    for (offset, c) in value.char_indices() {
        let next = if c.is_whitespace() { white(raw, at) } else { written(raw, at, c)? };
        if offset == part.start {
            start = Some(at);
        }
        at = next;
        let end = offset + c.len_utf8();
        if part.end <= end && start.is_some() {
            break;
        }
    }
    let start = start.unwrap_or(at).min(at);
    // A place behind the last word is marked at its end.
    let start = if part.start == value.len() { raw[..at].char_indices().next_back()?.0 } else { start };
    (at <= raw.len()).then_some(start..at)
}

/// Behind the opening quote, or the line that opens a block.
fn beginning(raw: &str) -> usize {
    match raw.chars().next() {
        Some('"' | '\'') => 1,
        Some('|' | '>') => white(raw, raw.find('\n').unwrap_or(raw.len())),
        _ => 0,
    }
}

/// Behind white space; a line break with its indentation is one space of the value.
fn white(raw: &str, at: usize) -> usize {
    raw[at..].find(|c: char| !c.is_whitespace()).map_or(raw.len(), |length| at + length)
}

/// Behind the character at that place, which may be escaped.
fn written(raw: &str, at: usize, c: char) -> Option<usize> {
    let rest = &raw[at..];
    let escape = match (raw.chars().next(), rest.chars().next()) {
        (Some('"'), Some('\\')) | (Some('\''), Some('\'')) => 1,
        _ => 0,
    };
    rest[escape..].starts_with(c).then_some(at + escape + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_however_the_text_is_written() {
        let value = "a == \"b\" && c";
        let part = value.find("\"b\"").map(|start| start..start + 3).unwrap_or_default();
        for (raw, marked) in [
            ("a == \"b\" && c", "\"b\""),
            ("\"a == \\\"b\\\" && c\"", "\\\"b\\\""),
            ("'a == \"b\" && c'", "\"b\""),
            (">-\n      a ==\n      \"b\" && c", "\"b\""),
        ] {
            let found = place(raw, value, part.clone()).map(|span| &raw[span]);
            assert_eq!(found, Some(marked), "{raw}");
        }
    }

    #[test]
    fn what_lacks_at_the_end_is_marked_at_the_last_sign() {
        assert_eq!(place("\"a ==\"", "a ==", 4..4), Some(4..5));
        assert_eq!(place("b", "a", 0..1), None);
    }
}

//! Half a UTF-16 pair in a `\u` escape: legal to write in JSON, impossible to hold in a string.

/// The text with every lone surrogate escape turned into `\ufffd`; nothing if there is none.
pub(super) fn repair(text: &str) -> Option<String> {
    let mut repaired = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(offset) = text[at..].find('\\') {
        let escape = at + offset;
        at = match (unit(text, escape), unit(text, escape + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => escape + 12,
            (Some(0xD800..=0xDFFF), _) => {
                repaired.push_str(&text[copied..escape]);
                repaired.push_str("\\ufffd");
                copied = escape + 6;
                copied
            }
            (Some(_), _) => escape + 6,
            // The escaped character is one of `"\/bfnrt`; anything else is refused by the JSON reader anyway.
            (None, _) => escape + 1 + text[escape + 1..].chars().next().map_or(0, char::len_utf8),
        };
    }
    if copied == 0 {
        return None;
    }
    repaired.push_str(&text[copied..]);
    Some(repaired)
}

/// The UTF-16 unit that is escaped at this place.
fn unit(text: &str, at: usize) -> Option<u16> {
    let hex = text.get(at..at + 6)?.strip_prefix("\\u")?;
    u16::from_str_radix(hex, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_pairs_and_escaped_backslashes_are_left_alone() {
        assert_eq!(repair(r#""\ud83d\ude00 \\ud83d \n \u00e9 \""#), None);
        assert_eq!(repair(r#""ends in \"#), None);
        assert_eq!(repair("\"\\é\""), None);
    }

    #[test]
    fn a_lone_half_becomes_the_replacement_character() {
        assert_eq!(repair(r#""a\ud83d""#).as_deref(), Some(r#""a\ufffd""#));
        assert_eq!(repair(r#""\ude00b\ud83d\ud83d\ude00""#).as_deref(), Some(r#""\ufffdb\ufffd\ud83d\ude00""#));
    }
}

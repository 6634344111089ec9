//! Lengths of time as people write them in a file: `2h`, `1h 30m`, `72h`, `3s`.

use jiff::SignedDuration;

/// Reads a length of time in the given units (of `d`, `h`, `m`, `s`); nothing else may stand beside it.
pub(crate) fn parse(text: &str, units: &str) -> Option<SignedDuration> {
    let mut seconds: i64 = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let amount: i64 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next().filter(|unit| units.contains(*unit))?;
        seconds = seconds.checked_add(amount.checked_mul(seconds_in(unit)?)?)?;
        rest = rest[digits + unit.len_utf8()..].trim_start();
    }
    Some(SignedDuration::from_secs(seconds))
}

fn seconds_in(unit: char) -> Option<i64> {
    match unit {
        'd' => Some(86_400),
        'h' => Some(3_600),
        'm' => Some(60),
        's' => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_and_minutes_may_stand_together() {
        assert_eq!(parse("1h 30m", "hm"), Some(SignedDuration::from_mins(90)));
        assert_eq!(parse("90m", "hm"), Some(SignedDuration::from_mins(90)));
    }

    #[test]
    fn words_bare_numbers_and_other_units_are_no_duration() {
        for text in ["", "2", "h", "two hours", "2h!", "2d", "-2h", "99999999999999999999h"] {
            assert_eq!(parse(text, "hm"), None, "{text}");
        }
    }
}

//! Two spellings of one number, both in use: a country changed its numbering, and address books, or WhatsApp, did not follow.
//!
//! Whoever finds the next such country adds a row to [`TWINS`].

use std::ops::RangeInclusive;

/// How a country's numbers are spelled twice: one spelling has digits that the other one lacks.
struct Twin {
    /// The country, by its code for calls.
    prefix: &'static str,
    /// The digits that only the long spelling has.
    inserted: &'static str,
    /// Behind so many digits of the short spelling, its prefix included.
    at: usize,
    /// How many digits the short spelling has.
    length: usize,
    /// What the digit behind them may be: after another one the short spelling is somebody else's number.
    next: RangeInclusive<u8>,
}

const TWINS: [Twin; 3] = [
    // Mexico dropped the 1 in front of mobile numbers in 2019; WhatsApp's ids kept it.
    Twin { prefix: "52", inserted: "1", at: 2, length: 12, next: b'0'..=b'9' },
    // Argentina's mobile numbers have a 9 when they are called from abroad, and none at home.
    Twin { prefix: "54", inserted: "9", at: 2, length: 12, next: b'0'..=b'9' },
    // Brazil put a 9 in front of its mobile numbers, which began with 6 to 9; accounts that are older than that do not carry it.
    Twin { prefix: "55", inserted: "9", at: 4, length: 12, next: b'6'..=b'9' },
];

/// The short spelling of digits that are a long one.
pub(super) fn short(digits: &str) -> Option<String> {
    TWINS.iter().find_map(|twin| {
        let rest = digits.get(twin.at..)?.strip_prefix(twin.inserted)?;
        let short = format!("{}{rest}", digits.get(..twin.at)?);
        twin.is_short(&short).then_some(short)
    })
}

/// The long spelling of digits that are a short one.
pub(super) fn long(digits: &str) -> Option<String> {
    let twin = TWINS.iter().find(|twin| twin.is_short(digits))?;
    let (front, rest) = digits.split_at_checked(twin.at)?;
    Some(format!("{front}{}{rest}", twin.inserted))
}

impl Twin {
    fn is_short(&self, digits: &str) -> bool {
        let next = digits.as_bytes().get(self.at);
        digits.len() == self.length
            && digits.starts_with(self.prefix)
            && next.is_some_and(|digit| self.next.contains(digit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_leads_from_one_spelling_to_the_other_and_back() {
        let pairs = [
            ("525512345678", "5215512345678"),
            ("541123456789", "5491123456789"),
            ("551187654321", "5511987654321"),
            ("552161234567", "5521961234567"),
        ];
        for (brief, full) in pairs {
            assert_eq!((short(full).as_deref(), long(brief).as_deref()), (Some(brief), Some(full)));
        }
    }

    #[test]
    fn what_only_looks_like_a_spelling_has_no_twin() {
        // A Brazilian landline, with a 9 and without; a length that Mexico has not; countries without a rule.
        for digits in ["5511932345678", "551132345678", "52155123456", "5491", "34612345678", "", "5"] {
            assert_eq!(short(digits), None, "{digits}");
        }
        for digits in ["551132345678", "34612345678", "57300123456", ""] {
            assert_eq!(long(digits), None, "{digits}");
        }
    }
}

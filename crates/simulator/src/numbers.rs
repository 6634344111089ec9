//! Phone numbers and user ids as WhatsApp reads them.

use sha2::{Digest, Sha256};

/// The digits of a number in any human format; nothing when it cannot be a number.
pub(crate) fn digits(raw: &str) -> Option<String> {
    let punctuation = |c: char| c.is_whitespace() || "+-().".contains(c);
    if !raw.chars().all(|c| c.is_ascii_digit() || punctuation(c)) {
        return None;
    }
    let digits: String = raw.chars().filter(char::is_ascii_digit).collect();
    (7 <= digits.len() && digits.len() <= 15).then_some(digits)
}

/// The other spelling of the same line. Mexico's `1` and Argentina's `9` after the country code and Brazil's `9` after
/// the area code may be there or not; WhatsApp delivers to the same person.
pub(crate) fn twin(digits: &str) -> Option<String> {
    match (digits.get(..2)?, digits.len()) {
        ("52", 12) => Some(format!("521{}", &digits[2..])),
        ("52", 13) if digits.starts_with("521") => Some(format!("52{}", &digits[3..])),
        ("54", 12) => Some(format!("549{}", &digits[2..])),
        ("54", 13) if digits.starts_with("549") => Some(format!("54{}", &digits[3..])),
        ("55", 12) => Some(format!("{}9{}", &digits[..4], &digits[4..])),
        ("55", 13) if digits[4..].starts_with('9') => Some(format!("{}{}", &digits[..4], &digits[5..])),
        _ => None,
    }
}

/// The shape `CC.<letters and digits>` of a business-scoped user id, or `CC.ENT.<…>` of a parent one.
pub(crate) fn is_user_id(raw: &str) -> bool {
    let Some((country, rest)) = raw.split_once('.') else { return false };
    let value = rest.strip_prefix("ENT.").unwrap_or(rest);
    country.len() == 2
        && country.bytes().all(|b| b.is_ascii_uppercase())
        && (1..=128).contains(&value.len())
        && value.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// The user id under which the portfolio knows a person. It is a function of who they are and not of the seed: a
/// database that outlives the simulator must find the same person again.
pub(crate) fn user_id(portfolio: &str, country: &str, person: &str) -> String {
    format!("{country}.{}", id_of(portfolio, person))
}

/// The user id under which all portfolios of a group of companies know a person.
pub(crate) fn parent_user_id(group: &str, country: &str, person: &str) -> String {
    format!("{country}.ENT.{}", id_of(group, person))
}

fn id_of(portfolio: &str, person: &str) -> String {
    let hash = Sha256::digest(format!("{portfolio}/{person}"));
    let digits: String = hash.iter().take(17).map(|byte| char::from(b'0' + byte % 10)).collect();
    format!("1{digits}")
}

const COUNTRIES: [(&str, &str); 25] = [
    ("502", "GT"),
    ("503", "SV"),
    ("504", "HN"),
    ("505", "NI"),
    ("506", "CR"),
    ("507", "PA"),
    ("591", "BO"),
    ("593", "EC"),
    ("595", "PY"),
    ("598", "UY"),
    ("351", "PT"),
    ("34", "ES"),
    ("33", "FR"),
    ("39", "IT"),
    ("44", "GB"),
    ("49", "DE"),
    ("51", "PE"),
    ("52", "MX"),
    ("54", "AR"),
    ("55", "BR"),
    ("56", "CL"),
    ("57", "CO"),
    ("58", "VE"),
    ("91", "IN"),
    ("1", "US"),
];

/// The country that a user id begins with.
pub(crate) fn country(digits: &str) -> &'static str {
    COUNTRIES.iter().find(|(prefix, _)| digits.starts_with(prefix)).map_or("US", |(_, country)| country)
}

/// What numbers of the same country begin with.
pub(crate) fn calling_code(number: &str) -> Option<&'static str> {
    let digits = digits(number)?;
    COUNTRIES.iter().find(|(prefix, _)| digits.starts_with(prefix)).map(|(prefix, _)| *prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_in_any_human_format() {
        assert_eq!(digits("+52 1 (55) 1234-5678").as_deref(), Some("5215512345678"));
        assert_eq!(digits("MX.123456789"), None);
        assert_eq!(digits("12345"), None);
    }

    #[test]
    fn the_twins_of_mexico_argentina_and_brazil_find_each_other() {
        for (one, other) in
            [("525512345678", "5215512345678"), ("541112345678", "5491112345678"), ("551187654321", "5511987654321")]
        {
            assert_eq!(twin(one).as_deref(), Some(other));
            assert_eq!(twin(other).as_deref(), Some(one));
        }
        assert_eq!(twin("15551234567"), None);
    }

    #[test]
    fn a_user_id_is_told_from_a_number_by_its_shape() {
        assert!(is_user_id("US.13491208655302741918"));
        assert!(is_user_id("MX.ENT.11815799212886844830"));
        assert!(!is_user_id("5215512345678") && !is_user_id("mx.123") && !is_user_id("MX."));
    }
}

//! Why a text is no number that anybody could have, said so that whoever wrote it knows what to change.

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, ParseError, ValidationError};

use super::Region;

/// Of a text that is refused, so much is repeated.
const SHOWN: usize = 40;
/// A plus sign and fifteen digits.
const LONGEST: usize = 16;

/// Why a text is not a phone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPhone {
    /// Nothing that could be a number.
    #[error("`{0}` is not a phone number; write it with its country code, for example +52 55 1234 5678")]
    NotANumber(String),
    /// No country has such a code.
    #[error("`{0}` begins with a country code that no country has; check the digits behind the plus sign")]
    NoSuchCountry(String),
    /// Digits are missing.
    #[error("`{0}` is too short for a number {where_}", where_ = of(*.1))]
    TooShort(String, Option<Region>),
    /// There are more digits than any number has.
    #[error("`{0}` is too long for a number {where_}", where_ = of(*.1))]
    TooLong(String, Option<Region>),
    /// Longer than some, shorter than others, and as long as none.
    #[error("`{0}` has a number of digits that no number {where_} has", where_ = of(*.1))]
    WrongLength(String, Option<Region>),
    /// The right length, but such numbers are not given out.
    #[error("`{0}` is in no range of numbers {where_}; check the area code", where_ = of(*.1))]
    NoSuchRange(String, Option<Region>),
}

impl InvalidPhone {
    /// A word for each reason, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            InvalidPhone::NotANumber(_) => "not_a_number",
            InvalidPhone::NoSuchCountry(_) => "no_such_country",
            InvalidPhone::TooShort(..) => "too_short",
            InvalidPhone::TooLong(..) => "too_long",
            InvalidPhone::WrongLength(..) => "wrong_length",
            InvalidPhone::NoSuchRange(..) => "no_such_range",
        }
    }

    pub(super) fn not_a_number(raw: &str) -> Self {
        InvalidPhone::NotANumber(beginning(raw))
    }
}

/// Why a text could not be read as a number at all.
pub(super) fn why_unread(raw: &str, error: &ParseError) -> InvalidPhone {
    match error {
        ParseError::NotANumber(_) => InvalidPhone::not_a_number(raw),
        ParseError::InvalidCountryCode => InvalidPhone::NoSuchCountry(beginning(raw)),
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => InvalidPhone::TooShort(beginning(raw), None),
        ParseError::TooLongNsn => InvalidPhone::TooLong(beginning(raw), None),
    }
}

/// Why nobody can have a number that could be read.
pub(super) fn why_invalid(parsed: &rlibphonenumber::PhoneNumber, text: String) -> InvalidPhone {
    let region = Region::of_prefix(parsed.country_code);
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(parsed) {
        // Some plans leave room for more than E.164 does.
        Ok(NumberLengthType::IsPossible) if LONGEST < text.len() => InvalidPhone::TooLong(text, region),
        Ok(NumberLengthType::IsPossible) => InvalidPhone::NoSuchRange(text, region),
        // Without its area code.
        Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => {
            InvalidPhone::TooShort(text, region)
        }
        Err(ValidationError::TooLong) => InvalidPhone::TooLong(text, region),
        Err(ValidationError::InvalidLength) => InvalidPhone::WrongLength(text, region),
        Err(ValidationError::InvalidCountryCode) => InvalidPhone::NoSuchCountry(text),
    }
}

fn beginning(raw: &str) -> String {
    raw.chars().filter(|letter| !letter.is_control()).take(SHOWN).collect()
}

fn of(region: Option<Region>) -> String {
    region.map_or_else(|| "with that country code".to_owned(), |region| format!("of {}", region.code()))
}

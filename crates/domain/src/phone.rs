//! Phone numbers in E.164, and the spellings that mean the same person.

mod reason;
mod region;
mod twins;

use std::fmt;

use rlibphonenumber::PHONE_NUMBER_UTIL;
use rlibphonenumber::PhoneNumberFormat;
use serde::{Deserialize, Serialize};

pub use reason::InvalidPhone;
pub use region::{Region, UnknownRegion};

/// A phone number in E.164: `+5511987654321`. Always a plus sign and 6 to 15 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

/// A number as a person wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The number, in the spelling that its country's plan has today.
    pub number: PhoneNumber,
    /// What is dialled after somebody answered. WhatsApp knows nothing of it.
    pub extension: Option<String>,
}

impl PhoneNumber {
    /// Reads a number as people write it, in any format; without a country code it is taken as one of `region`. It has to be valid:
    /// of a length and a range that its country has given out.
    pub fn parse(raw: &str, region: Region) -> Result<Self, InvalidPhone> {
        Self::parse_written(raw, region).map(|written| written.number)
    }

    /// The same, with what was written behind the number.
    pub fn parse_written(raw: &str, region: Region) -> Result<Written, InvalidPhone> {
        let parsed = numbering_plans(raw, region)?;
        let number = read_number(&parsed)?;
        // `+52 1 55…` left Mexico's numbering plan but not people's address books: its twin vouches for it.
        let number = if parsed.is_valid() {
            number
        } else {
            let twin = number.twins().into_iter().find(PhoneNumber::is_valid);
            twin.ok_or_else(|| reason::why_invalid(&parsed, number.0))?
        };
        Ok(Written { number, extension: parsed.extension.filter(|extension| !extension.is_empty()) })
    }

    /// Reads a number that somebody looks for: the letter of what they wrote, even if no plan has it. WhatsApp may know more than we do.
    pub fn sought(raw: &str, region: Region) -> Result<Self, InvalidPhone> {
        read_number(&numbering_plans(raw, region)?)
    }

    /// Whether its country has given out such numbers.
    pub fn is_valid(&self) -> bool {
        PHONE_NUMBER_UTIL.parse(&self.0, None).is_ok_and(|parsed| parsed.is_valid())
    }

    /// Takes a WhatsApp id (`5215512345678`, digits with the country code) exactly as WhatsApp wrote it.
    pub fn from_whatsapp(wa_id: &str) -> Result<Self, InvalidPhone> {
        Self::from_digits(wa_id)
    }

    fn from_digits(raw: &str) -> Result<Self, InvalidPhone> {
        let digits = raw.strip_prefix('+').unwrap_or(raw);
        let plausible = (6..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if plausible { Ok(Self(format!("+{digits}"))) } else { Err(InvalidPhone::not_a_number(raw)) }
    }

    /// The number with its plus sign.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number without its plus sign, as WhatsApp writes it.
    pub fn digits(&self) -> &str {
        &self.0[1..]
    }

    /// The spelling under which every twin of this number is found: the shortest one in use.
    ///
    /// A match key finds candidates; it never replaces the number that WhatsApp gave.
    pub fn match_key(&self) -> String {
        twins::short(self.digits()).map_or_else(|| self.0.clone(), |short| format!("+{short}"))
    }

    /// The other spellings that mean the same person.
    pub fn twins(&self) -> Vec<PhoneNumber> {
        let [short, long] = [twins::short(self.digits()), twins::long(self.digits())];
        short.into_iter().chain(long).map(|digits| Self(format!("+{digits}"))).collect()
    }

    /// The number with its middle hidden, for logs: `+52•••••••678`.
    pub fn masked(&self) -> String {
        let (start, end) = (3, self.0.len() - 3);
        format!("{}{}{}", &self.0[..start], "•".repeat(end - start), &self.0[end..])
    }

    /// The country of the number, where its prefix tells. Satellites and freephone numbers have a prefix and no country.
    pub fn region(&self) -> Option<Region> {
        // No country's prefix begins with that of another one. To take the whole number apart would cost fifty times as much.
        (1..=3).find_map(|length| Region::of_prefix(self.digits().get(..length)?.parse().ok()?))
    }
}

/// The number as Google's plans read it.
fn numbering_plans(raw: &str, region: Region) -> Result<rlibphonenumber::PhoneNumber, InvalidPhone> {
    PHONE_NUMBER_UTIL.parse(raw, Some(region.0)).map_err(|error| reason::why_unread(raw, &error))
}

fn read_number(parsed: &rlibphonenumber::PhoneNumber) -> Result<PhoneNumber, InvalidPhone> {
    let text = parsed.format_as(PhoneNumberFormat::E164);
    PhoneNumber::from_digits(&text).map_err(|_| reason::why_invalid(parsed, text.into_owned()))
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for PhoneNumber {
    type Error = InvalidPhone;

    fn try_from(raw: String) -> Result<Self, Self::Error> {
        Self::from_digits(&raw)
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        number.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(raw: &str, region: &str) -> String {
        PhoneNumber::parse(raw, region.parse().unwrap()).unwrap().match_key()
    }

    #[test]
    fn the_spellings_of_a_number_find_the_same_person() {
        let spellings = [
            ("MX", "+52 1 55 1234 5678", "+525512345678"),
            ("MX", "5215512345678", "+525512345678"),
            ("MX", "(55) 1234 5678", "+525512345678"),
            ("MX", "+52 55 1234 5678", "+525512345678"),
            ("BR", "+55 11 98765-4321", "+551187654321"),
            ("BR", "551187654321", "+551187654321"),
            ("BR", "(11) 98765-4321", "+551187654321"),
            ("AR", "+54 9 11 2345 6789", "+541123456789"),
            ("AR", "541123456789", "+541123456789"),
        ];
        for (region, raw, expected) in spellings {
            assert_eq!(key(raw, region), expected, "{raw} in {region}");
        }
    }

    #[test]
    fn a_brazilian_landline_is_not_taken_for_a_mobile() {
        assert_eq!(PhoneNumber::from_whatsapp("5511932345678").unwrap().match_key(), "+5511932345678");
        assert_eq!(PhoneNumber::from_whatsapp("551132345678").unwrap().match_key(), "+551132345678");
    }

    #[test]
    fn what_whatsapp_gave_is_kept_to_the_letter() {
        assert_eq!(PhoneNumber::from_whatsapp("5215512345678").unwrap().as_str(), "+5215512345678");
        assert!(PhoneNumber::from_whatsapp("PHONE_NUMBER").is_err());
        assert!(PhoneNumber::from_whatsapp("US.13491208655302741918").is_err());
    }

    #[test]
    fn a_region_is_a_country_that_exists() {
        assert!("mx".parse::<Region>().is_ok());
        assert!("XX".parse::<Region>().is_err() && "001".parse::<Region>().is_err());
        assert_eq!(PhoneNumber::from_whatsapp("979123456789").unwrap().region(), None);
        assert_eq!(PhoneNumber::from_whatsapp("551187654321").unwrap().region().unwrap().code(), "BR");
    }

    #[test]
    fn logs_show_only_the_ends_of_a_number() {
        assert_eq!(PhoneNumber::from_whatsapp("525512345678").unwrap().masked(), "+52•••••••678");
    }
}

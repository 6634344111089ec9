//! Phone numbers in E.164, and the spellings that mean the same person.

use std::fmt;
use std::str::FromStr;

use rlibphonenumber::PHONE_NUMBER_UTIL;
use rlibphonenumber::PhoneNumberFormat;
use serde::{Deserialize, Serialize};

/// A phone number in E.164: `+5511987654321`. Always a plus sign and 6 to 15 digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber(String);

/// Why a text is not a phone number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPhone {
    /// Nothing that could be a number.
    #[error("`{0}` is not a phone number; write it with its country code, for example +52 55 1234 5678")]
    NotANumber(String),
    /// Parsed, but no such number can exist in that country.
    #[error("{0} cannot exist in its country; check the country code and the number of digits")]
    Impossible(String),
}

impl PhoneNumber {
    /// Reads a number as people write it, in any format; without a country code it is taken as one of `region`.
    pub fn parse(raw: &str, region: Region) -> Result<Self, InvalidPhone> {
        let parsed = PHONE_NUMBER_UTIL
            .parse(raw, Some(region.0))
            .map_err(|_| InvalidPhone::NotANumber(raw.chars().take(40).collect()))?;
        let number = Self::from_digits(&parsed.format_as(PhoneNumberFormat::E164))?;
        // `+52 1 55…` left Mexico's numbering plan but not people's address books: its twin vouches for it.
        let twin_is_possible = || {
            let twin = PHONE_NUMBER_UTIL.parse(number.match_key(), None);
            twin.is_ok_and(|twin| PHONE_NUMBER_UTIL.is_possible_number(&twin))
        };
        if PHONE_NUMBER_UTIL.is_possible_number(&parsed) || twin_is_possible() {
            Ok(number)
        } else {
            Err(InvalidPhone::Impossible(number.0))
        }
    }

    /// Takes a WhatsApp id (`5215512345678`, digits with the country code) exactly as WhatsApp wrote it.
    pub fn from_whatsapp(wa_id: &str) -> Result<Self, InvalidPhone> {
        Self::from_digits(wa_id)
    }

    fn from_digits(raw: &str) -> Result<Self, InvalidPhone> {
        let digits = raw.strip_prefix('+').unwrap_or(raw);
        let plausible = (6..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if plausible {
            Ok(Self(format!("+{digits}")))
        } else {
            Err(InvalidPhone::NotANumber(raw.chars().take(40).collect()))
        }
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
    /// Brazil's mobile numbers gained a ninth digit that older WhatsApp accounts do not carry, Mexico dropped the `1` of
    /// `+52 1`, Argentina writes a `9` that its national plan does not have. A match key finds candidates; it never
    /// replaces the number that WhatsApp gave.
    pub fn match_key(&self) -> String {
        let digits = self.digits();
        let twin = match digits.len() {
            13 if digits.starts_with("521") => Some(format!("+52{}", &digits[3..])),
            13 if digits.starts_with("549") => Some(format!("+54{}", &digits[3..])),
            13 if is_brazilian_mobile_with_nine(digits) => Some(format!("+55{}{}", &digits[2..4], &digits[5..])),
            _ => None,
        };
        twin.unwrap_or_else(|| self.0.clone())
    }

    /// The number with its middle hidden, for logs: `+52•••••••678`.
    pub fn masked(&self) -> String {
        let (start, end) = (3, self.0.len() - 3);
        format!("{}{}{}", &self.0[..start], "•".repeat(end - start), &self.0[end..])
    }

    /// The country of the number, where its prefix tells. Satellites and freephone numbers have a prefix and no country.
    pub fn region(&self) -> Option<Region> {
        // No country's prefix begins with that of another one. To take the whole number apart would cost fifty times as much.
        (1..=3)
            .find_map(|length| {
                let prefix = self.0.strip_prefix('+')?.get(..length)?.parse().ok()?;
                PHONE_NUMBER_UTIL.get_region_for_country_code(prefix)
            })
            .filter(|region| *region != rlibphonenumber::Region::World)
            .map(Region)
    }
}

/// `55`, two digits of area, `9`, then eight digits of which the first is 6 to 9: only those existed without the nine.
/// After another digit, the form without it is somebody's landline.
fn is_brazilian_mobile_with_nine(digits: &str) -> bool {
    let bytes = digits.as_bytes();
    digits.starts_with("55") && bytes[4] == b'9' && (b'6'..=b'9').contains(&bytes[5])
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

/// A country by its ISO 3166-1 code, as the default for numbers written without one: `MX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region(rlibphonenumber::Region);

impl Region {
    /// Mexico, the default of a workspace that names none.
    pub const MX: Region = Region(rlibphonenumber::Region::MX);

    /// The two-letter code.
    pub fn code(&self) -> String {
        self.0.to_string()
    }
}

/// A text that is no two-letter country code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a country; use its two letters, for example MX, BR or CO")]
pub struct UnknownRegion(pub String);

impl FromStr for Region {
    type Err = UnknownRegion;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        let unknown = || UnknownRegion(code.to_owned());
        let region = rlibphonenumber::Region::try_from(code.to_uppercase().as_str()).map_err(|_| unknown())?;
        if region == rlibphonenumber::Region::World {
            return Err(unknown());
        }
        PHONE_NUMBER_UTIL.get_country_code_for_region(region).map(|_| Region(region)).ok_or_else(unknown)
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

//! The country of a number that is written without one.

use std::str::FromStr;

use rlibphonenumber::PHONE_NUMBER_UTIL;

/// A country by its ISO 3166-1 code, as the default for numbers written without one: `MX`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region(pub(super) rlibphonenumber::Region);

impl Region {
    /// Mexico, the default of a workspace that names none.
    pub const MX: Region = Region(rlibphonenumber::Region::MX);

    /// The country that is called with this code; of several, the one that has given its plan to the others.
    pub(super) fn of_prefix(prefix: i32) -> Option<Region> {
        let region = PHONE_NUMBER_UTIL.get_region_for_country_code(prefix)?;
        (region != rlibphonenumber::Region::World).then_some(Region(region))
    }

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

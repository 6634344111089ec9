//! Amounts of money: in the smallest unit of their currency, so that nothing is rounded.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// More than any of these is a mistake.
const MOST: i64 = 1_000_000_000_000_000;

/// An amount: `125000` of `MXN` are 1,250.00 pesos.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// In the smallest unit of the currency.
    pub minor: i64,
    /// Of which currency.
    pub currency: Currency,
}

/// A currency by its ISO 4217 code: `MXN`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// Why something is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMoney {
    /// No such currency.
    #[error("`{0}` is not a currency; use its three letters of ISO 4217, for example MXN, BRL or USD")]
    UnknownCurrency(String),
    /// Less than nothing, or more than there is.
    #[error("an amount is from 0 to {MOST} of the smallest unit, not {0}")]
    OutOfRange(i64),
}

/// Currencies whose smallest unit is a hundredth.
const HUNDREDTHS: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF \
    CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR \
    JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR \
    NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY \
    TTD TWD TZS UAH USD UYU UZS VED VES WST XCD YER ZAR ZMW ZWG";
/// Currencies that are not divided.
const WHOLE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
/// Currencies whose smallest unit is a thousandth.
const THOUSANDTHS: &str = "BHD IQD JOD KWD LYD OMR TND";

impl Money {
    /// An amount that can be.
    pub fn new(minor: i64, currency: Currency) -> Result<Self, InvalidMoney> {
        if (0..=MOST).contains(&minor) { Ok(Self { minor, currency }) } else { Err(InvalidMoney::OutOfRange(minor)) }
    }

    /// The amount in the currency's own unit, with a point: `1250.00`.
    pub fn decimal(&self) -> String {
        let places = self.currency.places();
        let unit = 10_i64.pow(places);
        if places == 0 {
            return self.minor.to_string();
        }
        format!("{}.{:0width$}", self.minor / unit, self.minor % unit, width = places as usize)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.decimal(), self.currency)
    }
}

impl Currency {
    /// How many digits stand behind the point.
    pub fn places(self) -> u32 {
        if WHOLE.contains(self.code()) {
            0
        } else if THOUSANDTHS.contains(self.code()) {
            3
        } else {
            2
        }
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = InvalidMoney;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        let known = [HUNDREDTHS, WHOLE, THOUSANDTHS].into_iter().flat_map(str::split_whitespace);
        let upper = code.trim().to_uppercase();
        let found = known.into_iter().find(|known| *known == upper).and_then(|code| code.as_bytes().try_into().ok());
        found.map(Currency).ok_or_else(|| InvalidMoney::UnknownCurrency(code.chars().take(10).collect()))
    }
}

impl TryFrom<String> for Currency {
    type Error = InvalidMoney;

    fn try_from(code: String) -> Result<Self, Self::Error> {
        code.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_with_as_many_places_as_its_currency_has() {
        let written = |minor, code: &str| Money::new(minor, code.parse().unwrap()).unwrap().to_string();
        assert_eq!(written(125_007, "mxn"), "1250.07 MXN");
        assert_eq!(written(9_990, "CLP"), "9990 CLP");
        assert_eq!(written(1_005, "KWD"), "1.005 KWD");
        assert_eq!(written(0, "USD"), "0.00 USD");
    }

    #[test]
    fn what_is_no_currency_or_no_amount_is_refused() {
        for code in ["", "MX", "PESO", "XN ", "ÄÖÜ"] {
            assert!(code.parse::<Currency>().is_err(), "{code}");
        }
        let usd = "USD".parse().unwrap();
        assert!(Money::new(-1, usd).is_err() && Money::new(i64::MAX, usd).is_err());
    }
}

//! Who a person is to the business: a number, a username, and the ids that WhatsApp gives them for this business alone.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::error::PhoneError;
use crate::numbers;
use crate::phones::NewPhone;

/// What a webhook may say about a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Absent when the person shows only a username.
    pub(crate) number: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) user_id: String,
    /// The id for the portfolio above the business's own.
    pub(crate) parent_user_id: Option<String>,
    /// Which device it is; told only to numbers that have the check switched on.
    pub(crate) key_hash: Option<String>,
    pub(crate) name: String,
}

/// The portfolio that people are known to, and the one above it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) portfolio: &'a str,
    pub(crate) parent: Option<&'a str>,
}

impl Scope<'_> {
    /// The person whose number, or else whose username, this is.
    pub(crate) fn identify(self, new: &NewPhone) -> Result<Identity, PhoneError> {
        let number = match new.number.as_deref() {
            Some(raw) => Some(numbers::digits(raw).ok_or_else(|| PhoneError::NotAPhone(raw.into()))?),
            None => None,
        };
        let username = new.username.as_deref().map(username).transpose()?;
        let (country, person) = match (&number, &username) {
            (Some(number), _) => (numbers::country(number), number.clone()),
            (None, Some(username)) => ("MX", handle(username)),
            (None, None) => return Err(PhoneError::NotAPhone(String::new())),
        };
        let name = new.name.clone().or(username.clone()).unwrap_or_else(|| format!("Phone {person}"));
        let nobody = Identity { number, username, name, user_id: String::new(), parent_user_id: None, key_hash: None };
        Ok(self.with_ids(nobody, country, &person))
    }

    /// The same person at another number: both ids are new, and the device is.
    pub(crate) fn at_number(self, old: Identity, digits: &str) -> Identity {
        // Who had no number before, as far as anybody knows, has none now.
        let number = old.number.as_ref().map(|_| digits.to_owned());
        self.with_ids(Identity { number, ..old }, numbers::country(digits), digits)
    }

    fn with_ids(self, identity: Identity, country: &str, person: &str) -> Identity {
        let user_id = numbers::user_id(self.portfolio, country, person);
        let parent_user_id = self.parent.map(|parent| numbers::parent_user_id(parent, country, person));
        let key_hash = Some(key_hash(&user_id, 0));
        Identity { user_id, parent_user_id, key_hash, ..identity }
    }
}

impl Identity {
    /// What names the person in paths and in the ledger.
    pub(crate) fn id(&self) -> &str {
        self.number.as_deref().unwrap_or(&self.user_id)
    }

    /// The same person on a device that was set up for the so-manieth time.
    pub(crate) fn on_device(self, installs: u32) -> Self {
        Self { key_hash: Some(key_hash(&self.user_id, installs)), ..self }
    }
}

fn key_hash(user_id: &str, installs: u32) -> String {
    STANDARD.encode(&Sha256::digest(format!("{user_id}/{installs}"))[..8])
}

/// The username among the other names of a phone.
pub(crate) fn handle(username: &str) -> String {
    format!("@{username}")
}

/// A username as WhatsApp keeps it: 3 to 35 of `a-z0-9._`, with a letter, no dot at either end and no two in a row, and
/// nothing that reads like an address on the web.
pub(crate) fn username(raw: &str) -> Result<String, PhoneError> {
    let name = raw.trim().trim_start_matches('@').to_ascii_lowercase();
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '_';
    let right = (3..=35).contains(&name.len())
        && name.chars().all(allowed)
        && name.contains(|c: char| c.is_ascii_lowercase())
        && !name.starts_with("www")
        && !name.starts_with('.')
        && !name.ends_with('.')
        && !name.contains("..")
        && !DOMAINS.iter().any(|domain| name.ends_with(domain));
    if right { Ok(name) } else { Err(PhoneError::NotAUsername(raw.into())) }
}

const DOMAINS: [&str; 8] = [".com", ".org", ".net", ".edu", ".gov", ".int", ".mil", ".html"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_has_3_to_35_letters_digits_dots_and_underscores_with_a_letter_and_reads_like_no_address() {
        for (raw, kept) in [("@Ana.Lopez", "ana.lopez"), ("a_1", "a_1"), (&"a".repeat(35), &"a".repeat(35))] {
            assert_eq!(username(raw).as_deref(), Ok(kept));
        }
        let long = "a".repeat(36);
        for raw in ["ab", &long, "123", "www.ana", ".ana", "ana.", "a..na", "ana lopez", "ana-l", "ana.com", "añá"] {
            assert!(username(raw).is_err(), "{raw}");
        }
    }

    #[test]
    fn a_user_id_is_unique_to_a_portfolio_and_a_parent_user_id_to_the_portfolio_above() {
        let ana = NewPhone { number: Some("+5215512345678".into()), ..NewPhone::default() };
        let of = |portfolio, parent| Scope { portfolio, parent }.identify(&ana).unwrap();
        let (one, other, alone) = (of("1", Some("holding")), of("2", Some("holding")), of("1", None));
        assert_eq!((&one.user_id, alone.parent_user_id), (&alone.user_id, None));
        assert_ne!(one.user_id, other.user_id);
        assert_eq!(one.parent_user_id, other.parent_user_id);
        let parent = one.parent_user_id.unwrap();
        assert!(parent.starts_with("MX.ENT.") && numbers::is_user_id(&parent));
    }
}

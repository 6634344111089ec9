//! What Meta calls a person: a phone number, a business-scoped user id, or both, not always in the member that names it.

use std::fmt;

use serde_json::Value;

use super::json;

/// A phone number exactly as WhatsApp wrote it, usually without `+`: `5511987654321`. It is not checked, only known not to be a user id.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PhoneText(String);

impl PhoneText {
    /// The text, unless it has the shape of a user id.
    pub fn new(text: String) -> Option<Self> {
        let is_phone = !text.is_empty() && !is_user_id(&text);
        is_phone.then_some(Self(text))
    }

    /// As WhatsApp wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Two spellings that differ only in `+`, spaces and hyphens.
    pub fn same_digits(&self, other: &str) -> bool {
        let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
        self.0 == other || digits(&self.0) == digits(other) && self.0.bytes().any(|byte| byte.is_ascii_digit())
    }
}

impl fmt::Display for PhoneText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the text has the shape of a user id: a country, a dot, and something opaque (`BR.13491208655302741918`).
pub fn is_user_id(text: &str) -> bool {
    match text.as_bytes() {
        [first, second, b'.', _, ..] => first.is_ascii_uppercase() && second.is_ascii_uppercase(),
        _ => false,
    }
}

/// Whether the text is a user id that a whole group of businesses shares (`BR.ENT.11815799212886844830`).
pub fn is_parent_user_id(text: &str) -> bool {
    is_user_id(text) && text[3..].starts_with("ENT.")
}

/// Everything a part of the body says about who one person is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ids {
    pub(super) phone: Option<PhoneText>,
    pub(super) user_id: Option<String>,
    pub(super) parent_user_id: Option<String>,
}

impl Ids {
    /// Reads the three members, under the names they have there. A user id that was put where a phone belongs goes where it belongs.
    pub(super) fn read(value: &Value, phone: &[&str], user_id: &[&str], parent_user_id: &[&str]) -> Self {
        let mut ids = Self {
            phone: None,
            user_id: json::first_text(value, user_id),
            parent_user_id: json::first_text(value, parent_user_id),
        };
        let Some(text) = json::first_text(value, phone) else { return ids };
        if is_parent_user_id(&text) {
            ids.parent_user_id.get_or_insert(text);
        } else if is_user_id(&text) {
            ids.user_id.get_or_insert(text);
        } else {
            ids.phone = PhoneText::new(text);
        }
        ids
    }

    pub(super) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn from(value: Value) -> Ids {
        Ids::read(&value, &["from"], &["from_user_id"], &["from_parent_user_id"])
    }

    #[test]
    fn a_user_id_is_known_by_its_shape() {
        for id in ["US.13491208655302741918", "BR.x", "MX.ENT.118"] {
            assert!(is_user_id(id), "{id}");
        }
        for other in ["", "US.", "us.134", "uUS.134", "5511987654321", "+55 11", "É.x", "U1.x"] {
            assert!(!is_user_id(other), "{other}");
        }
        assert!(is_parent_user_id("MX.ENT.118"));
        assert!(!is_parent_user_id("MX.ENTX118"));
    }

    #[test]
    fn a_user_id_in_the_place_of_a_phone_is_moved() {
        let ids = from(json!({"from": "US.134"}));
        assert_eq!((ids.phone, ids.user_id.as_deref()), (None, Some("US.134")));

        let ids = from(json!({"from": "US.ENT.99", "from_user_id": "US.134"}));
        assert_eq!((ids.user_id.as_deref(), ids.parent_user_id.as_deref()), (Some("US.134"), Some("US.ENT.99")));
    }

    #[test]
    fn the_field_that_names_the_user_id_wins_over_one_that_strayed() {
        assert_eq!(from(json!({"from": "US.1", "from_user_id": "US.2"})).user_id.as_deref(), Some("US.2"));
    }

    #[test]
    fn spelling_does_not_make_another_number() {
        let phone = PhoneText::new("15550783881".into()).unwrap();
        assert!(phone.same_digits("+1 555-078-3881"));
        assert!(!phone.same_digits("15550783882"));
        assert!(!PhoneText::new("PHONE".into()).unwrap().same_digits("OTHER"));
    }
}

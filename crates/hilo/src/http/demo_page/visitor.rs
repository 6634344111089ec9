//! Who looks at the page: which phone they hold and which language they read. Both live in cookies.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use domain::Language;

use super::people::Person;
use crate::http::language::{self, cookie, keep};
use crate::texts;

const PHONE_COOKIE: &str = "hilo_phone";
/// An open page says whose phone it shows: another tab may have taken another one since.
const PHONE_HEADER: &str = "hilo-phone";

/// A browser that shows the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visitor {
    /// Whose phone they hold.
    pub(super) person: &'static Person,
    /// What they read.
    pub(super) language: Language,
    /// Whether they chose the language with this very request.
    pub(super) chose_language: bool,
}

impl Visitor {
    /// A text of the page.
    pub(super) fn say(&self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// A text of the page with its values.
    pub(super) fn say_with(&self, key: &str, values: &[(&str, &str)]) -> String {
        texts::say(self.language, key, values)
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let chosen = parts.uri.query().and_then(language::asked);
        Ok(Self {
            person: phone(&parts.headers).and_then(Person::of).unwrap_or_default(),
            language: chosen.unwrap_or_else(|| language::language(&parts.headers)),
            chose_language: chosen.is_some(),
        })
    }
}

fn phone(headers: &HeaderMap) -> Option<&str> {
    let shown = headers.get(PHONE_HEADER).and_then(|value| value.to_str().ok());
    shown.or_else(|| cookie(headers, PHONE_COOKIE))
}

/// `Set-Cookie` for a phone.
pub(super) fn remember_person(person: &Person) -> String {
    keep(PHONE_COOKIE, person.id)
}

#[cfg(test)]
mod tests {
    use axum::http::header;

    use super::*;

    #[test]
    fn a_page_keeps_its_phone_whatever_another_tab_has_taken() {
        let headers = |shown: &str| {
            let pairs = [(header::COOKIE.as_str(), "hilo_phone=joao"), (PHONE_HEADER, shown)];
            HeaderMap::from_iter(pairs.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())))
        };
        assert_eq!(phone(&headers("ana")), Some("ana"));
        let mut fresh = headers("ana");
        fresh.remove(PHONE_HEADER);
        assert_eq!(phone(&fresh), Some("joao"));
    }
}

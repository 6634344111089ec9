//! Who looks at the page: which phone they hold and which language they read. Both live in cookies.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use domain::Language;

use super::people::Person;
use crate::texts;

const LANGUAGE_COOKIE: &str = "hilo_language";
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
        let chosen = parts.uri.query().and_then(language_of_query);
        Ok(Self {
            person: phone(&parts.headers).and_then(Person::of).unwrap_or_default(),
            language: chosen.unwrap_or_else(|| language(&parts.headers)),
            chose_language: chosen.is_some(),
        })
    }
}

fn phone(headers: &HeaderMap) -> Option<&str> {
    let shown = headers.get(PHONE_HEADER).and_then(|value| value.to_str().ok());
    shown.or_else(|| cookie(headers, PHONE_COOKIE))
}

fn language_of_query(query: &str) -> Option<Language> {
    query.split('&').find_map(|part| part.strip_prefix("lang=")?.parse().ok())
}

/// The language of whoever sent these headers: as chosen before, as their browser prefers, Spanish.
pub(super) fn language(headers: &HeaderMap) -> Language {
    let chosen = || cookie(headers, LANGUAGE_COOKIE)?.parse().ok();
    chosen().or_else(|| preferred(headers)).unwrap_or(Language::Es)
}

/// Browsers list what they prefer first, so that the weights need not be read.
fn preferred(headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    accepted.split(',').find_map(|language| language.trim().get(..2)?.to_ascii_lowercase().parse().ok())
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let sent = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    sent.flat_map(|cookies| cookies.split(';')).find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))
}

/// `Set-Cookie` for a language.
pub(super) fn remember_language(language: Language) -> String {
    keep(LANGUAGE_COOKIE, language.code())
}

/// `Set-Cookie` for a phone.
pub(super) fn remember_person(person: &Person) -> String {
    keep(PHONE_COOKIE, person.id)
}

fn keep(name: &str, value: &str) -> String {
    const A_YEAR: u32 = 365 * 24 * 3600;
    format!("{name}={value}; Path=/; Max-Age={A_YEAR}; HttpOnly; SameSite=Lax")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_in(cookies: &str, accepted: &str) -> Language {
        let headers = [(header::COOKIE, cookies), (header::ACCEPT_LANGUAGE, accepted)];
        language(&headers.into_iter().map(|(name, value)| (name, value.parse().unwrap())).collect())
    }

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

    #[test]
    fn the_chosen_language_wins_over_the_browsers_and_spanish_is_the_last_resort() {
        assert_eq!(read_in("a=1; hilo_language=pt", "en-US,en;q=0.9"), Language::Pt);
        assert_eq!(read_in("a=1", "fr-FR, en-US;q=0.8"), Language::En);
        assert_eq!(read_in("hilo_language=xx", "fr"), Language::Es);
    }
}

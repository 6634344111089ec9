//! In which language somebody reads: as they chose it, else as their browser prefers. The choice lives in a cookie.

use axum::http::{HeaderMap, header};
use domain::Language;

const COOKIE: &str = "hilo_language";

/// The language of whoever sent these headers: as chosen before, as their browser prefers, Spanish.
pub(crate) fn language(headers: &HeaderMap) -> Language {
    chosen(headers).or_else(|| preferred(headers)).unwrap_or(Language::Es)
}

/// The language that somebody chose in this browser.
pub(crate) fn chosen(headers: &HeaderMap) -> Option<Language> {
    cookie(headers, COOKIE)?.parse().ok()
}

/// The language that a request asks for, with `?lang=`.
pub(crate) fn asked(query: &str) -> Option<Language> {
    query.split('&').find_map(|part| part.strip_prefix("lang=")?.parse().ok())
}

/// Browsers list what they prefer first, so that the weights need not be read.
fn preferred(headers: &HeaderMap) -> Option<Language> {
    let accepted = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    accepted.split(',').find_map(|language| language.trim().get(..2)?.to_ascii_lowercase().parse().ok())
}

/// The value of a cookie.
pub(crate) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let sent = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    sent.flat_map(|cookies| cookies.split(';')).find_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='))
}

/// `Set-Cookie` for a language.
pub(crate) fn remember(language: Language) -> String {
    keep(COOKIE, language.code())
}

/// `Set-Cookie` for something that a browser keeps for a year.
pub(crate) fn keep(name: &str, value: &str) -> String {
    const A_YEAR: u32 = 365 * 24 * 3600;
    format!("{name}={value}; Path=/; Max-Age={A_YEAR}; HttpOnly; SameSite=Lax")
}

/// How a page says in which language it is.
pub(crate) fn locale(language: Language) -> &'static str {
    match language {
        Language::Es => "es-419",
        Language::Pt => "pt-BR",
        Language::En => "en",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_in(cookies: &str, accepted: &str) -> Language {
        let headers = [(header::COOKIE, cookies), (header::ACCEPT_LANGUAGE, accepted)];
        language(&headers.into_iter().map(|(name, value)| (name, value.parse().unwrap())).collect())
    }

    #[test]
    fn the_chosen_language_wins_over_the_browsers_and_spanish_is_the_last_resort() {
        assert_eq!(read_in("a=1; hilo_language=pt", "en-US,en;q=0.9"), Language::Pt);
        assert_eq!(read_in("a=1", "fr-FR, en-US;q=0.8"), Language::En);
        assert_eq!(read_in("hilo_language=xx", "fr"), Language::Es);
    }
}

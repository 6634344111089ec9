//! Who answers, where and in which languages.

use domain::{Language, Region};
use jiff::tz::TimeZone;

use super::wording;
use crate::file::{BusinessFile, Word};
use crate::finding::Findings;
use crate::model::Business;
use crate::suggest::did_you_mean;

/// The languages that every name and text must have. Those that Hilo does not speak are findings and left out.
pub(super) fn languages(written: &BusinessFile, found: &mut Findings) -> Vec<Language> {
    let mut languages = Vec::new();
    for word in &written.languages.value {
        match language(word, found) {
            Some(language) if languages.contains(&language) => {
                found.error(word, "duplicate-language", format!("`{language}` is listed twice; remove one"));
            }
            Some(language) => languages.push(language),
            None => {}
        }
    }
    if written.languages.value.is_empty() {
        found.error(&written.languages, "no-language", "list at least one language: es, pt or en");
    }
    languages
}

pub(super) fn business(written: &BusinessFile, languages: &[Language], found: &mut Findings) -> Option<Business> {
    wording::not_blank(&written.name, found);
    let default_language = default_language(&written.default_language, languages, found);
    let time_zone = time_zone(&written.time_zone, found);
    let region = region(&written.region, found);
    Some(Business {
        name: written.name.value.clone(),
        languages: languages.to_vec(),
        default_language: default_language?,
        time_zone: time_zone?,
        region: region?,
    })
}

fn language(written: &Word, found: &mut Findings) -> Option<Language> {
    let language = written.value.parse().ok();
    if language.is_none() {
        let message = format!("`{}` is not a language Hilo speaks; use es, pt or en", written.value);
        found.error(written, "unknown-language", message);
    }
    language
}

fn default_language(written: &Word, languages: &[Language], found: &mut Findings) -> Option<Language> {
    let default = language(written, found)?;
    if !languages.contains(&default) {
        let message =
            format!("the default language `{default}` is not among `languages`; add it there or choose another");
        found.error(written, "default-language", message);
    }
    Some(default)
}

/// A time zone by its IANA name.
pub(super) fn time_zone(written: &Word, found: &mut Findings) -> Option<TimeZone> {
    let name = written.value.as_str();
    let zone = TimeZone::get(name).ok();
    if zone.is_none() {
        let known: Vec<String> = jiff::tz::db().available().map(|zone| zone.as_str().to_owned()).collect();
        let suggestion = did_you_mean(name, known.iter().map(String::as_str));
        let advice =
            if suggestion.is_empty() { "; write one like `America/Mexico_City`".to_owned() } else { suggestion };
        found.error(written, "time-zone", format!("there is no time zone `{name}`{advice}"));
    }
    zone
}

fn region(written: &Word, found: &mut Findings) -> Option<Region> {
    let region = written.value.parse().ok();
    if region.is_none() {
        let message = format!("`{}` is not a country; use its two letters, for example MX, BR or CO", written.value);
        found.error(written, "region", message);
    }
    region
}

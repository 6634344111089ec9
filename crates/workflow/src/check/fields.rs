//! Fields that the business adds to its records.

use domain::Language;
use domain::fact::{self, Field, Kind, Thing};
use serde_saphyr::Spanned;

use super::wording;
use crate::file::{FieldFile, Table, Word};
use crate::finding::Findings;
use crate::model::{CustomField, NOTE};
use crate::suggest::did_you_mean;

const KINDS: [&str; 5] = ["text", "number", "yes_no", "moment", "choice"];

pub(super) fn fields(
    written: Option<&Spanned<Table<Table<FieldFile>>>>,
    languages: &[Language],
    found: &mut Findings,
) -> Vec<CustomField> {
    let mut fields = Vec::new();
    for (thing, of_it) in written.iter().flat_map(|written| &written.value.0) {
        let Some(of) = thing_named(thing, found) else { continue };
        let mut names = Vec::new();
        for (name, field) in &of_it.0 {
            wording::id(name, &mut names, "field", found);
            not_taken(of, name, found);
            let said = wording::translated(&field.name, languages, "the name of this field", found);
            let Some(kind) = kind(field, found) else { continue };
            let field = Field { of, name: name.value.clone(), kind, may_lack: true };
            fields.push(CustomField { field, name: said });
        }
    }
    fields
}

/// Those that records have by themselves, and those of the business.
pub(super) fn all(custom: &[CustomField]) -> Vec<Field> {
    let mut all = fact::fields();
    all.extend(custom.iter().map(|custom| custom.field.clone()));
    all
}

fn thing_named(written: &Word, found: &mut Findings) -> Option<Thing> {
    let of = written.value.parse().ok();
    if of.is_none() {
        let names: Vec<&str> = Thing::ALL.iter().map(|thing| thing.name()).collect();
        let suggestion = did_you_mean(&written.value, names.iter().copied());
        let advice = if suggestion.is_empty() { format!("; use {}", names.join(", ")) } else { suggestion };
        found.error(written, "unknown-field", format!("nothing called `{}` has fields{advice}", written.value));
    }
    of
}

fn not_taken(of: Thing, name: &Word, found: &mut Findings) {
    let is_taken = fact::fields().iter().any(|field| field.of == of && field.name == name.value);
    if is_taken || name.value == NOTE {
        let message = format!("every {of} has a `{}` already; give this field another name", name.value);
        found.error(name, "duplicate-id", message);
    }
}

fn kind(written: &FieldFile, found: &mut Findings) -> Option<Kind> {
    let kind = match written.kind.value.as_str() {
        "text" => Kind::Text,
        "number" => Kind::Number,
        "yes_no" => Kind::Flag,
        "moment" => Kind::Moment,
        "choice" => Kind::Choice(written.options.iter().map(|option| option.value.clone()).collect()),
        other => {
            let suggestion = did_you_mean(other, KINDS);
            let advice = if suggestion.is_empty() { format!("; use {}", KINDS.join(", ")) } else { suggestion };
            found.error(&written.kind, "field-kind", format!("`{other}` is not a kind of field{advice}"));
            return None;
        }
    };
    match (&kind, written.options.first()) {
        (Kind::Choice(_), None) => {
            found.error(&written.kind, "field-kind", "a choice needs `options`; list the words that can stand in it");
        }
        (Kind::Text | Kind::Number | Kind::Flag | Kind::Moment, Some(option)) => {
            found.error(option, "field-kind", "only a field of kind `choice` has options; remove them");
        }
        (Kind::Choice(_), Some(_)) | (_, None) => {}
    }
    Some(kind)
}

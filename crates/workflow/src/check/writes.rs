//! What is written into fields: by answers, and through them by buttons.

use domain::fact::{Field, Kind, SCORES, Thing};

use super::texts;
use crate::file::{ChoiceFile, TypeFile, Word, WorkflowFile};
use crate::fill::REPLY_VALUE;
use crate::finding::Findings;
use crate::model::{FieldName, InteractionType};
use crate::suggest::did_you_mean;

/// What automation may change; the rest follows from what happens.
const CHANGEABLE: [(Thing, &str); 6] = [
    (Thing::Deal, "stage"),
    (Thing::Ticket, "score"),
    (Thing::Appointment, "status"),
    (Thing::Appointment, "place"),
    (Thing::Order, "status"),
    (Thing::Order, "tracking"),
];

/// A value that an answer writes is one that the field can have.
pub(super) fn value(key: &Word, written: &Word, name: &FieldName, fields: &[Field], found: &mut Findings) {
    let Some(field) = fields.iter().find(|field| field.of == name.of && field.name == name.name) else { return };
    if !CHANGEABLE.iter().any(|(of, field)| *of == name.of && *field == name.name) {
        let names: Vec<String> = CHANGEABLE.iter().map(|(of, field)| format!("{of}.{field}")).collect();
        let message = format!("`{name}` follows from what happens and is not written; use {}", names.join(", "));
        found.error(key, "not-writable", message);
    } else if written.value.contains("{{") {
        texts::with_variables(written, &[REPLY_VALUE], found);
    } else if let Some(advice) = misfit(&written.value, field) {
        found.error(written, "set-value", format!("`{name}` is never `{}`{advice}", written.value));
    }
}

/// What to write instead of a value that a field cannot have.
fn misfit(value: &str, field: &Field) -> Option<String> {
    match &field.kind {
        Kind::Number if (field.of, field.name.as_str()) == (Thing::Ticket, "score") => {
            let is_score = value.parse().is_ok_and(|score| SCORES.contains(&score));
            (!is_score).then(|| format!("; write a whole number from {} to {}", SCORES.start(), SCORES.end()))
        }
        Kind::Choice(names) if !names.iter().any(|name| name == value) => {
            let suggestion = did_you_mean(value, names.iter().map(String::as_str));
            Some(if suggestion.is_empty() { format!("; use {}", names.join(", ")) } else { suggestion })
        }
        Kind::Number if !value.parse::<f64>().is_ok_and(f64::is_finite) => Some("; write a number".to_owned()),
        Kind::Flag if !matches!(value, "true" | "false") => Some("; write true or false".to_owned()),
        Kind::Moment if value.parse::<jiff::Timestamp>().is_err() => {
            Some("; write a moment like 2026-12-24T18:00:00Z".to_owned())
        }
        Kind::Text if value.trim().is_empty() => Some("; write what should stand there".to_owned()),
        Kind::Choice(_) | Kind::Number | Kind::Flag | Kind::Moment | Kind::Text => None,
    }
}

/// What a button carries is what the type that it leads to can write.
pub(super) fn carried(written: &WorkflowFile, types: &[InteractionType], fields: &[Field], found: &mut Findings) {
    for choice in choices(written) {
        let Some(kind) = types.iter().find(|kind| kind.id == choice.kind.value) else { continue };
        let Some(field) = fields.iter().find(|field| writes_what_is_carried(kind, field)) else { continue };
        let name = format!("{}.{}", field.of, field.name);
        match &choice.value {
            None => {
                let message = format!(
                    "`{}` writes what is tapped into `{name}` and this carries nothing; add `value: …`",
                    kind.id
                );
                found.error(&choice.kind, "set-value", message);
            }
            Some(value) => {
                if let Some(advice) = misfit(&value.value, field) {
                    found.error(value, "set-value", format!("`{name}` is never `{}`{advice}", value.value));
                }
            }
        }
    }
}

fn writes_what_is_carried(kind: &InteractionType, field: &Field) -> bool {
    let answers = kind.automation.iter().flat_map(|automation| &automation.answers);
    answers.flat_map(|answer| &answer.set).any(|(name, value)| {
        let is_carried = value.trim_matches(['{', '}', ' ']) == REPLY_VALUE;
        is_carried && name.of == field.of && name.name == field.name
    })
}

/// The types that a button leads to.
pub(super) fn tapped(written: &WorkflowFile) -> Vec<&str> {
    choices(written).map(|choice| choice.kind.value.as_str()).collect()
}

fn choices(written: &WorkflowFile) -> impl Iterator<Item = &ChoiceFile> {
    let of_types = written.types.value.iter().flat_map(|kind: &TypeFile| kind.answers.iter());
    let of_types = of_types.flat_map(|answers| &answers.value).filter_map(|answer| answer.buttons.as_ref());
    let rules = || written.follow_ups.iter().flat_map(|rules| &rules.value);
    let of_rules = rules().filter_map(|rule| rule.buttons.as_ref());
    let of_steps = rules().filter_map(|rule| rule.steps.as_ref()).flat_map(|steps| &steps.value);
    let of_steps = of_steps.filter_map(|step| step.buttons.as_ref());
    of_types.chain(of_rules).chain(of_steps).flat_map(|buttons| &buttons.value)
}

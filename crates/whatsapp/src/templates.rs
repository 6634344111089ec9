//! Message templates: how Meta lists them, what makes one, what fills one, and what Meta says no to.

mod calls;
mod check;
mod fill;
mod gaps;
mod refusal;

use serde_json::Value;

use crate::webhook::json;

pub use calls::{Created, NotDone};
pub use check::Definition;
pub use fill::{filled, misfits};
pub use refusal::what_to_change;

/// A template in one language, as Meta lists it.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// Meta's id.
    pub id: String,
    /// The name that it is sent by.
    pub name: String,
    /// The language that it is sent in.
    pub language: String,
    /// `MARKETING`, `UTILITY` or `AUTHENTICATION`.
    pub category: String,
    /// What it was before Meta changed that.
    pub previous_category: Option<String>,
    /// `APPROVED`, `PENDING`, `REJECTED`, …
    pub status: String,
    /// Why it was rejected.
    pub rejected_reason: Option<String>,
    /// `GREEN`, `YELLOW`, `RED` or `UNKNOWN`.
    pub quality: Option<String>,
    /// Whether its gaps have names.
    pub is_named: bool,
    /// What it consists of, as Meta writes it.
    pub components: Value,
}

impl Listed {
    /// Reads one of a list; none if it lacks what it is sent by.
    pub fn read(raw: &Value) -> Option<Self> {
        let quality = json::member(raw, "quality_score").and_then(|score| json::text(score, "score"));
        Some(Self {
            id: json::text(raw, "id")?,
            name: json::text(raw, "name")?,
            language: json::text(raw, "language")?,
            category: json::text(raw, "category").unwrap_or_default(),
            previous_category: json::text(raw, "previous_category"),
            status: json::text(raw, "status").unwrap_or_default(),
            rejected_reason: json::text(raw, "rejected_reason").filter(|reason| reason != "NONE"),
            quality,
            is_named: json::text(raw, "parameter_format").is_some_and(|format| format.eq_ignore_ascii_case("named")),
            components: raw.get("components").cloned().unwrap_or_else(|| Value::Array(Vec::new())),
        })
    }
}

/// The names of the gaps of a template's text, each once, in the order in which they are filled.
pub fn gaps(text: &str) -> Vec<&str> {
    gaps::names(text)
}

/// The components of a template of one type; Meta and clients write it in either case.
fn components<'v>(components: &'v Value, kind: &'static str) -> impl Iterator<Item = &'v Value> {
    let all = components.as_array().map_or(&[][..], Vec::as_slice);
    all.iter().filter(move |component| is_named(component, "type", kind))
}

fn is_named(value: &Value, key: &str, name: &str) -> bool {
    value.get(key).and_then(Value::as_str).is_some_and(|found| found.eq_ignore_ascii_case(name))
}

fn text_of<'v>(value: &'v Value, key: &str) -> &'v str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The buttons of a template, in the order in which they are counted.
fn buttons(of: &Value) -> Vec<&Value> {
    let all = components(of, "BUTTONS").filter_map(|component| component.get("buttons")?.as_array());
    all.flatten().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_template_is_read_as_meta_lists_it() {
        let listed = Listed::read(&json!({"id": "594425479261596", "name": "order", "language": "es_MX", "status": "REJECTED",
            "category": "MARKETING", "previous_category": "UTILITY", "parameter_format": "NAMED", "rejected_reason": "INVALID_FORMAT",
            "quality_score": {"score": "UNKNOWN", "date": 1}, "components": [{"type": "BODY", "text": "Hola"}]}))
        .unwrap();

        assert_eq!((listed.status.as_str(), listed.rejected_reason.as_deref()), ("REJECTED", Some("INVALID_FORMAT")));
        assert_eq!(
            (listed.previous_category.as_deref(), listed.quality.as_deref()),
            (Some("UTILITY"), Some("UNKNOWN"))
        );
        assert!(listed.is_named);
        assert_eq!(Listed::read(&json!({"id": 1})), None);
    }
}

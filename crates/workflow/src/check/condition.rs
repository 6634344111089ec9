//! Conditions, moments and names of fields, as far as they can be judged where they stand.

use domain::fact::{Field, Thing};

use crate::expression::{Expression, Problem, unknown_field};
use crate::file::Word;
use crate::finding::Findings;
use crate::model::{FieldName, NOTE};
use crate::suggest::did_you_mean;

/// Something that is so or not, over these kinds of records.
pub(super) fn condition(written: &Word, fields: &[Field], reach: &[Thing], found: &mut Findings) -> Option<Expression> {
    let read = Expression::condition(&written.value, fields);
    within_reach(written, read, reach, found)
}

/// A moment, reckoned from these kinds of records.
pub(super) fn moment(written: &Word, fields: &[Field], reach: &[Thing], found: &mut Findings) -> Option<Expression> {
    let read = Expression::moment_in_time(&written.value, fields);
    within_reach(written, read, reach, found)
}

fn within_reach(
    written: &Word,
    read: Result<Expression, Vec<Problem>>,
    reach: &[Thing],
    found: &mut Findings,
) -> Option<Expression> {
    match read {
        Err(problems) => {
            for problem in problems {
                found.error_part(written, problem.span, problem.code, problem.message);
            }
            None
        }
        Ok(expression) => {
            let far = expression.looks_at().iter().find(|(of, _)| !reach.contains(of));
            if let Some((of, name)) = far {
                let field = format!("{of}.{name}");
                found.error_within(written, &field, "out-of-reach", out_of_reach(&field, reach));
                return None;
            }
            Some(expression)
        }
    }
}

/// What to say about a field of something that is not looked at here.
pub(super) fn out_of_reach(field: &str, reach: &[Thing]) -> String {
    let names: Vec<String> = reach.iter().map(|thing| format!("`{thing}`")).collect();
    format!("`{field}` is not at hand here; use fields of {}", names.join(" and "))
}

/// Names of fields in a list; `note` beside them where something can be written.
pub(super) fn field_names(
    written: &[Word],
    fields: &[Field],
    may_be_note: bool,
    reach: &[Thing],
    found: &mut Findings,
) -> Vec<FieldName> {
    let names = written.iter().filter_map(|word| field_name(word, fields, may_be_note, reach, found));
    names.collect()
}

/// A field by its name.
pub(super) fn field_name(
    written: &Word,
    fields: &[Field],
    may_be_note: bool,
    reach: &[Thing],
    found: &mut Findings,
) -> Option<FieldName> {
    let text = written.value.as_str();
    let Some((thing, name)) = text.split_once('.') else {
        let known = fields.iter().map(|field| format!("{}.{}", field.of, field.name)).collect::<Vec<_>>();
        let suggestion = did_you_mean(text, known.iter().map(String::as_str));
        let advice = if suggestion.is_empty() { "; write one like `order.status`".to_owned() } else { suggestion };
        found.error(written, "unknown-field", format!("`{text}` is not a field{advice}"));
        return None;
    };
    let Ok(of) = thing.parse::<Thing>() else {
        let suggestion = did_you_mean(thing, Thing::ALL.iter().map(|thing| thing.name()));
        let advice = if suggestion.is_empty() { "; write one like `order.status`".to_owned() } else { suggestion };
        found.error(written, "unknown-field", format!("there is nothing called `{thing}`{advice}"));
        return None;
    };
    let is_note = may_be_note && name == NOTE;
    if !is_note && !fields.iter().any(|field| field.of == of && field.name == name) {
        found.error(written, "unknown-field", unknown_field(of, name, fields));
        return None;
    }
    if !reach.contains(&of) {
        found.error(written, "out-of-reach", out_of_reach(text, reach));
        return None;
    }
    Some(FieldName { of, name: name.to_owned() })
}

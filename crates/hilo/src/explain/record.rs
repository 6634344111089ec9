//! What became of a record, in a sentence.

use domain::Language;
use domain::record::{FieldChange, Noun, Pipeline, RecordRef};

use crate::texts::say;

/// Fields that hold the id of something else: the id says nothing to a person.
const NAMES_OF_OTHERS: [&str; 3] = ["contact_id", "company_id", "owner_id"];

/// It was made.
pub fn made(language: Language, record: RecordRef, name: &str) -> String {
    say(language, &format!("record-made-{}", record.noun), &[("name", name)])
}

/// It was changed.
pub fn changed(language: Language, record: RecordRef, name: &str, changes: &[FieldChange]) -> String {
    let changes: Vec<String> = changes.iter().map(|change| became(language, record.noun, change)).collect();
    say(language, &format!("record-changed-{}", record.noun), &[("name", name), ("changes", &changes.join("; "))])
}

/// Somebody wrote something down beside it.
pub fn noted(language: Language, record: RecordRef, text: &str) -> String {
    say(language, &format!("record-noted-{}", record.noun), &[("text", text)])
}

/// What a field is called.
pub fn field(language: Language, field: &str) -> String {
    say(language, &format!("record-field-{}", field.replace('_', "-")), &[])
}

/// What a status is called.
pub fn status(language: Language, noun: Noun, status: &str) -> String {
    say(language, &format!("record-{noun}-{}", status.replace('_', "-")), &[])
}

/// What a stage is called. Those that nobody renamed are called in the reader's language.
pub fn stage(language: Language, id: &str, name: &str) -> String {
    let is_ours = id == name && Pipeline::first().stage(id).is_some();
    if is_ours { say(language, &format!("record-stage-{id}"), &[]) } else { name.to_owned() }
}

/// What a pipeline is called. The first one is called in the reader's language until somebody renames it.
pub fn pipeline(language: Language, pipeline: &Pipeline) -> String {
    let is_ours = pipeline.id == pipeline.name && pipeline.id == Pipeline::first().id;
    if is_ours { say(language, "record-pipeline-sales", &[]) } else { pipeline.name.clone() }
}

fn became(language: Language, noun: Noun, change: &FieldChange) -> String {
    let name = field(language, &change.field);
    if NAMES_OF_OTHERS.contains(&change.field.as_str()) {
        return say(language, "record-another", &[("field", &name)]);
    }
    let shown = |value: &Option<String>| value.as_deref().map(|value| shown(language, noun, &change.field, value));
    match (shown(&change.from), shown(&change.to)) {
        (Some(from), Some(to)) => say(language, "record-became", &[("field", &name), ("from", &from), ("to", &to)]),
        (None, Some(to)) => say(language, "record-set", &[("field", &name), ("to", &to)]),
        (Some(from), None) => say(language, "record-cleared", &[("field", &name), ("from", &from)]),
        (None, None) => name,
    }
}

fn shown(language: Language, noun: Noun, field: &str, value: &str) -> String {
    match field {
        "status" => status(language, noun, value),
        "stage" => stage(language, value, value),
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use domain::record::{AppointmentStatus, DealStatus, OrderStatus};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_change_is_told_by_the_names_that_people_use() {
        let deal = RecordRef { noun: Noun::Deal, id: Uuid::nil() };
        let change = |field: &str, from: Option<&str>, to: Option<&str>| FieldChange {
            field: field.to_owned(),
            from: from.map(str::to_owned),
            to: to.map(str::to_owned),
        };
        let changes = [
            change("stage", Some("lead"), Some("proposal")),
            change("amount", None, Some("1250.00 MXN")),
            change("owner_id", None, Some("01a20577")),
        ];
        assert_eq!(
            changed(Language::En, deal, "Lentes", &changes),
            "Deal “Lentes”: stage Lead → Proposal; amount: 1250.00 MXN; another owner"
        );
    }

    #[test]
    fn every_status_every_stage_and_every_field_has_a_name_in_every_language() {
        let named = |text: String| assert!(!text.starts_with("record-"), "{text} is a key");
        for language in Language::ALL {
            DealStatus::ALL.iter().for_each(|to| named(status(language, Noun::Deal, to.name())));
            AppointmentStatus::ALL.iter().for_each(|to| named(status(language, Noun::Appointment, to.name())));
            OrderStatus::ALL.iter().for_each(|to| named(status(language, Noun::Order, to.name())));
            Pipeline::first().stages.iter().for_each(|one| named(stage(language, &one.id, &one.name)));
            for one in [
                "title",
                "contact_id",
                "company_id",
                "owner_id",
                "pipeline",
                "stage",
                "status",
                "lost_reason",
                "amount",
                "expected_close",
                "service",
                "place",
                "starts_at",
                "ends_at",
                "time_zone",
                "number",
                "total",
                "items",
                "placed_at",
                "tracking",
                "name",
                "domain",
                "phone",
            ] {
                named(field(language, one));
            }
            for noun in Noun::ALL.iter().copied() {
                let record = RecordRef { noun, id: Uuid::nil() };
                let told =
                    [made(language, record, "x"), changed(language, record, "x", &[]), noted(language, record, "x")];
                told.into_iter().for_each(named);
            }
        }
    }
}

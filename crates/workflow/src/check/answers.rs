//! What can only be judged of a type as a whole: that it reads and writes what it declares, and that each answer can be given.

use domain::Policy;
use domain::fact::{Field, Kind, Thing};

use super::automation::Known;
use crate::expression::Expression;
use crate::file::{AnswerFile, TypeFile, Word, Words};
use crate::finding::Findings;
use crate::model::{Answer, Automation, FieldName, NOTE};
use crate::text;

pub(super) fn check(
    written: &TypeFile,
    policy: Option<Policy>,
    automation: &Automation,
    known: &Known<'_>,
    found: &mut Findings,
) {
    if policy == Some(Policy::Automate) && 2 <= known.version {
        ends(written, found);
    }
    declared_reads(written, automation, known.fields, found);
    declared_writes(written, automation, found);
    reachable(written, automation, known.fields, found);
    when_has_a_status(written, automation, known.fields, found);
    if let (Some(several), None) = (&written.several, &written.about) {
        let message = "there is nothing to choose from; say with `about` what is looked up, or remove `several`";
        found.error(several, "about", message);
    }
}

/// Whoever automates says something and leaves a trace of it.
fn ends(written: &TypeFile, found: &mut Findings) {
    let id = written.id.value.as_str();
    if written.answers.as_ref().is_none_or(|answers| answers.value.is_empty()) {
        let message = format!("`{id}` is automated and says nothing; add `answers`, or write `policy: intake`");
        found.error(&written.id, "no-answer", message);
    }
    if written.writes.as_ref().is_none_or(|writes| writes.value.is_empty()) {
        let beside = written.about.as_ref().map_or("contact", |about| about.value.as_str());
        let message = format!(
            "`{id}` is automated and leaves no trace; add `writes: [{beside}.note]`, and a `note` to its answers"
        );
        found.error(&written.id, "no-write", message);
    }
}

fn declared_reads(written: &TypeFile, automation: &Automation, fields: &[Field], found: &mut Findings) {
    let mut read: Vec<String> = Vec::new();
    let mut reading = |word: &Word, name: String, found: &mut Findings| {
        if read.contains(&name) {
            return;
        }
        if !automation.reads.iter().any(|field| field.to_string() == name) {
            let message =
                format!("`{name}` is read here and not declared; add it to `reads` of `{}`", written.id.value);
            found.error_within(word, &name, "undeclared-read", message);
        }
        read.push(name);
    };
    for (word, condition) in conditions(written, automation) {
        for (of, name) in condition.looks_at() {
            reading(word, format!("{of}.{name}"), found);
        }
    }
    let notes = answers(written).filter_map(|answer| answer.note.as_ref());
    for word in texts(written).flat_map(|words| words.value.iter().map(|(_, word)| word)).chain(notes) {
        for name in text::names(&word.value).into_iter().filter(|name| is_field(name, fields)) {
            reading(word, name.to_owned(), found);
        }
    }
    for word in written.reads.iter().flat_map(|reads| &reads.value) {
        let is_known = automation.reads.iter().any(|field| field.to_string() == word.value);
        if is_known && !read.contains(&word.value) {
            let message = format!("nothing of this type looks at `{}`; remove it here", word.value);
            found.warning(word, "unused-read", message);
        }
    }
}

fn is_field(name: &str, fields: &[Field]) -> bool {
    fields.iter().any(|field| format!("{}.{}", field.of, field.name) == name)
}

fn conditions<'a>(
    written: &'a TypeFile,
    automation: &'a Automation,
) -> impl Iterator<Item = (&'a Word, &'a Expression)> {
    let when = written.when.iter().zip(&automation.when);
    when.chain(
        answers(written)
            .zip(&automation.answers)
            .filter_map(|(answer, read)| Some((answer.condition.as_ref()?, read.condition.as_ref()?))),
    )
}

fn texts(written: &TypeFile) -> impl Iterator<Item = &Words> {
    let several = written.several.iter().map(|several| &several.value);
    let several = several.flat_map(|several| [&several.ask, &several.row].into_iter().chain(&several.detail));
    let otherwise = written.otherwise.iter().map(|otherwise| &otherwise.value.say);
    several.chain(answers(written).map(|answer| &answer.say)).chain(otherwise)
}

fn answers(written: &TypeFile) -> impl Iterator<Item = &AnswerFile> {
    written.answers.iter().flat_map(|answers| &answers.value)
}

fn declared_writes(written: &TypeFile, automation: &Automation, found: &mut Findings) {
    let note = FieldName { of: automation.about.unwrap_or(Thing::Contact), name: NOTE.to_owned() };
    let add_it = |name: &FieldName| {
        format!("`{name}` is written here and not declared; add it to `writes` of `{}`", written.id.value)
    };
    // Where nothing at all is declared, that is what is said.
    for answer in answers(written).filter(|_| written.writes.is_some()) {
        for (key, _) in answer.set.iter().flat_map(|set| &set.0) {
            let name = automation.answers.iter().flat_map(|answer| &answer.set).find(|(name, _)| is(name, &key.value));
            if let Some((name, _)) = name.filter(|(name, _)| !automation.writes.contains(name)) {
                found.error(key, "undeclared-write", add_it(name));
            }
        }
        if let Some(word) = answer.note.as_ref().filter(|_| !automation.writes.contains(&note)) {
            found.error(word, "undeclared-write", add_it(&note));
        }
    }
    for word in written.writes.iter().flat_map(|writes| &writes.value) {
        let Some(name) = automation.writes.iter().find(|name| is(name, &word.value)) else { continue };
        let writes_it = |answer: &Answer| {
            answer.set.iter().any(|(field, _)| field == name) || (*name == note && answer.note.is_some())
        };
        if !automation.answers.iter().any(writes_it) {
            let how = if name.name == NOTE { "`note`".to_owned() } else { format!("`set: {{ {name}: … }}`") };
            let message = format!("no answer writes `{name}`; add {how} to one, or remove it here");
            found.error(word, "unused-write", message);
        }
    }
}

fn is(name: &FieldName, written: &str) -> bool {
    written.split_once('.').is_some_and(|(thing, field)| name.of.name() == thing && name.name == field)
}

/// An answer that is never given is a mistake of whoever wrote it, or of the answer above it.
fn reachable(written: &TypeFile, automation: &Automation, fields: &[Field], found: &mut Findings) {
    let answers: Vec<(&AnswerFile, &Answer)> = answers(written).zip(&automation.answers).collect();
    for (index, (answer, read)) in answers.iter().enumerate() {
        let earlier = &answers[..index];
        let message = if earlier.iter().any(|(above, _)| above.condition.is_none()) {
            "this answer is never given: one above it has no `if`; move that one to the end".to_owned()
        } else if let Some(condition) = &read.condition {
            let taken = earlier
                .iter()
                .find_map(|(_, above)| above.condition.as_ref().filter(|above| above.follows_from(condition, fields)));
            let kept_out = automation.when.as_ref().filter(|when| when.excludes(condition, fields));
            match (taken, kept_out) {
                (Some(above), _) => format!(
                    "this answer is never given: `{}` above it takes all of these; put the narrower one first",
                    above.source()
                ),
                (None, Some(_)) => {
                    "this answer is never given: `when` lets none of these through; change one of them".to_owned()
                }
                (None, None) => continue,
            }
        } else {
            continue;
        };
        match &answer.condition {
            Some(word) => found.error(word, "unreachable", message),
            None => found.error(&answer.say, "unreachable", message),
        }
    }
}

/// A time alone lets through what was cancelled.
fn when_has_a_status(written: &TypeFile, automation: &Automation, fields: &[Field], found: &mut Findings) {
    let (Some(word), Some(when), Some(about)) = (&written.when, &automation.when, automation.about) else { return };
    let is_state = |expression: &Expression| names_a_state(expression, about, fields);
    let in_answers = |answer: &Answer| answer.condition.as_ref().is_some_and(is_state);
    let asks_for_time = when.asks_for_now() || when.looks_at().iter().any(|(of, name)| is_moment(*of, name, fields));
    if asks_for_time && !is_state(when) && !automation.answers.iter().all(in_answers) {
        let message = format!(
            "this looks at a time and at no state; add what must be so of the {about}, like `{}`",
            example(about)
        );
        found.error(word, "time-without-status", message);
    }
}

fn is_moment(of: Thing, name: &str, fields: &[Field]) -> bool {
    fields.iter().any(|field| field.of == of && field.name == name && field.kind == Kind::Moment)
}

/// Whether it looks at something that people or automation give to a record and take from it.
pub(super) fn names_a_state(expression: &Expression, about: Thing, fields: &[Field]) -> bool {
    expression.looks_at().iter().filter(|(of, _)| *of == about).any(|(of, name)| {
        let field = fields.iter().find(|field| field.of == *of && field.name == *name);
        name == "stage" || field.is_some_and(|field| matches!(field.kind, Kind::Choice(_) | Kind::Flag))
    })
}

/// A state of it.
pub(super) fn example(about: Thing) -> &'static str {
    match about {
        Thing::Contact => "contact.opted_out == false",
        Thing::Company => "has(company.domain)",
        Thing::Deal => "deal.status == \"open\"",
        Thing::Ticket => "ticket.status == \"resolved\"",
        Thing::Appointment => "appointment.status == \"confirmed\"",
        Thing::Order => "order.status == \"shipped\"",
    }
}

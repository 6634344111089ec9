//! What is said without being asked.

use domain::fact::Thing;
use jiff::SignedDuration;
use serde_saphyr::Spanned;

use super::automation::Known;
use super::condition::{condition, moment};
use super::texts::{said, said_text};
use super::{choices, wording};
use crate::duration;
use crate::expression::Expression;
use crate::file::{ChoiceFile, FollowUpFile, TemplateUseFile, Word, Words};
use crate::finding::Findings;
use crate::model::{Due, FollowUp, FollowUpStep, QuietRule, TemplateText, TemplateUse};
use crate::suggest::did_you_mean;

const DEFAULT_EXPIRY: SignedDuration = SignedDuration::from_hours(12);
const LONGEST_ABOVE_BUTTONS: usize = 1_024;
const LONGEST_MESSAGE: usize = 4_096;
const LONGEST_GAP: usize = 1_024;

pub(super) fn follow_ups(
    written: Option<&Spanned<Vec<FollowUpFile>>>,
    templates: &[TemplateText],
    known: &Known<'_>,
    found: &mut Findings,
) -> Option<Vec<FollowUp>> {
    let mut ids = Vec::new();
    let mut rules = Vec::new();
    for rule in written.iter().flat_map(|written| &written.value) {
        wording::id(&rule.id, &mut ids, "follow-up", found);
        rules.push(follow_up(rule, templates, known, found));
    }
    rules.into_iter().collect()
}

fn follow_up(
    written: &FollowUpFile,
    templates: &[TemplateText],
    known: &Known<'_>,
    found: &mut Findings,
) -> Option<FollowUp> {
    let name = wording::translated(&written.name, known.languages, "the name of this follow-up", found);
    let on = condition(&written.on, known.fields, Thing::ALL, found);
    let about = on.as_ref().and_then(|on| about(&written.on, on, known, found));
    let reach: Vec<Thing> = match about {
        Some(about) => vec![about, Thing::Contact],
        None => Thing::ALL.to_vec(),
    };
    let steps = steps(written, &reach, templates, known, found);
    let mut also = |word: &Option<Word>| word.as_ref().and_then(|word| condition(word, known.fields, &reach, found));
    let (unless, hold_while, stop_when) = (also(&written.unless), also(&written.hold_while), also(&written.stop_when));
    Some(FollowUp {
        id: written.id.value.clone(),
        name,
        about: about?,
        on: on?,
        steps: steps?,
        unless,
        hold_while,
        stop_when,
        quiet: quiet(written.quiet.as_ref(), found),
        expires_after: match &written.expires_after {
            Some(word) => length(word, found)?,
            None => DEFAULT_EXPIRY,
        },
    })
}

/// The kind of record whose state it follows: the one of which `on` names a field that is no moment.
fn about(written: &Word, on: &Expression, known: &Known<'_>, found: &mut Findings) -> Option<Thing> {
    if on.asks_for_now() {
        let message = "`on` is a state and not a moment; say when with `at` or `since`, and remove `now` here";
        found.error_within(written, "now", "time-without-status", message);
        return None;
    }
    let is_moment = |of: Thing, name: &str| {
        let of_it = known.fields.iter().find(|field| field.of == of && field.name == name);
        of_it.is_some_and(|field| field.kind == domain::fact::Kind::Moment)
    };
    let mut things: Vec<Thing> = Vec::new();
    for (of, _) in on.looks_at() {
        if *of != Thing::Contact && !things.contains(of) {
            things.push(*of);
        }
    }
    match things.as_slice() {
        [] => {
            let message = "this follows no record; name a state of one, like `appointment.status == \"confirmed\"`";
            found.error(written, "time-without-status", message);
            None
        }
        [about] => {
            if on.looks_at().iter().all(|(of, name)| of != about || is_moment(*of, name)) {
                let message = format!(
                    "this looks at a time and at no state; add what must be so of the {about}, like `{}`",
                    example(*about)
                );
                found.error(written, "time-without-status", message);
            }
            Some(*about)
        }
        [first, second, ..] => {
            let message =
                format!("a follow-up is about one record, not about `{first}` and `{second}`; keep one of them");
            found.error_within(written, &format!("{second}."), "out-of-reach", message);
            None
        }
    }
}

/// A state of it, as an example.
fn example(about: Thing) -> &'static str {
    match about {
        Thing::Contact => "!contact.opted_out",
        Thing::Company => "has(company.domain)",
        Thing::Deal => "deal.status == \"open\"",
        Thing::Ticket => "ticket.status == \"resolved\"",
        Thing::Appointment => "appointment.status == \"confirmed\"",
        Thing::Order => "order.status == \"shipped\"",
    }
}

fn steps(
    written: &FollowUpFile,
    reach: &[Thing],
    templates: &[TemplateText],
    known: &Known<'_>,
    found: &mut Findings,
) -> Option<Vec<FollowUpStep>> {
    let message = |due: Option<Due>, said: Said<'_>, found: &mut Findings| {
        let step = self::message(said, reach, templates, known, found);
        let (text, template, buttons) = step?;
        Some(FollowUpStep { due: due?, text, template, buttons })
    };
    match (&written.at, &written.since, &written.steps) {
        (Some(at), None, None) => {
            let due = moment(at, known.fields, reach, found).map(Due::At);
            let said = Said {
                at: &written.id,
                text: written.text.as_ref(),
                template: written.template.as_ref(),
                buttons: written.buttons.as_ref(),
            };
            message(due, said, found).map(|step| vec![step])
        }
        (None, Some(since), Some(steps)) => {
            let since = moment(since, known.fields, reach, found);
            if steps.value.is_empty() {
                found.error(steps, "follow-up-time", "list at least one step, like `- { after: 3d, … }`");
            }
            let mut list = Vec::new();
            for step in &steps.value {
                let wait = length(&step.after, found);
                let due = since.clone().zip(wait).map(|(since, wait)| Due::After { since, wait });
                let said = Said {
                    at: &step.after,
                    text: step.text.as_ref(),
                    template: step.template.as_ref(),
                    buttons: step.buttons.as_ref(),
                };
                list.push(message(due, said, found));
            }
            let beside = written.text.as_ref().map(|text| text.referenced);
            if beside.is_some() || written.template.is_some() || written.buttons.is_some() {
                let message =
                    "what is said stands in each of the `steps` here; move `text`, `template` and `buttons` there";
                found.error(&written.id, "follow-up-time", message);
            }
            list.into_iter().collect()
        }
        _ => {
            let message = "a follow-up needs a time: either `at`, or `since` with `steps`";
            found.error(&written.id, "follow-up-time", message);
            None
        }
    }
}

/// What one step says, as it is written.
struct Said<'a> {
    at: &'a Word,
    text: Option<&'a Words>,
    template: Option<&'a Spanned<TemplateUseFile>>,
    buttons: Option<&'a Spanned<Vec<ChoiceFile>>>,
}

type Message = (Option<crate::model::Translated>, Option<TemplateUse>, Vec<crate::model::Choice>);

fn message(
    written: Said<'_>,
    reach: &[Thing],
    templates: &[TemplateText],
    known: &Known<'_>,
    found: &mut Findings,
) -> Option<Message> {
    let buttons = choices::choices(written.buttons, known.types, known.languages, found);
    let longest = if written.buttons.is_some() { LONGEST_ABOVE_BUTTONS } else { LONGEST_MESSAGE };
    let text = written.text.map(|text| said(text, longest, reach, known.fields, known.languages, found));
    if written.template.is_none() {
        let message = "this can be due when the customer has not written for 24 hours, and WhatsApp takes only a template then; add `template`";
        found.error(written.at, "outside-window", message);
    }
    let template = match written.template {
        Some(template) => Some(template_use(&template.value, reach, templates, known, found)?),
        None => None,
    };
    Some((text, template, buttons))
}

fn template_use(
    written: &TemplateUseFile,
    reach: &[Thing],
    templates: &[TemplateText],
    known: &Known<'_>,
    found: &mut Findings,
) -> Option<TemplateUse> {
    let name = written.name.value.as_str();
    if !templates.iter().any(|template| template.name == name) {
        let suggestion = did_you_mean(name, templates.iter().map(|template| template.name.as_str()));
        let advice = if suggestion.is_empty() { "; write it under `templates`".to_owned() } else { suggestion };
        found.error(&written.name, "unknown-template", format!("there is no template `{name}`{advice}"));
        return None;
    }
    for (_, list) in written.fill.iter().flat_map(|fill| fill.value.iter()) {
        for word in &list.value {
            said_text(word, LONGEST_GAP, reach, known.fields, found);
        }
    }
    Some(TemplateUse { name: name.to_owned(), fill: super::templates::lists(written.fill.as_ref()) })
}

fn quiet(written: Option<&Word>, found: &mut Findings) -> QuietRule {
    let Some(word) = written else { return QuietRule::default() };
    match word.value.as_str() {
        "before" => QuietRule::Before,
        "after" => QuietRule::After,
        other => {
            let message = format!("a follow-up goes `before` or `after` quiet hours, not `{other}`; write one of them");
            found.error(word, "quiet", message);
            QuietRule::default()
        }
    }
}

fn length(written: &Word, found: &mut Findings) -> Option<SignedDuration> {
    let length = duration::parse(&written.value, "dhm").filter(|length| SignedDuration::ZERO < *length);
    if length.is_none() {
        let message = format!("`{}` is not a length of time; write it like `3d` or `2h`", written.value);
        found.error(written, "duration", message);
    }
    length
}

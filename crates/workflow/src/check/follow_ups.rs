//! What is said without being asked: on which state, when, and what stops it.

use domain::fact::Thing;
use jiff::SignedDuration;
use serde_saphyr::Spanned;

use super::answers::{example, names_a_state};
use super::automation::Known;
use super::condition::{condition, moment};
use super::follow_up_message::{Said, message};
use super::wording;
use crate::duration;
use crate::expression::Expression;
use crate::file::{FollowUpFile, StepFile, Word};
use crate::finding::Findings;
use crate::model::{Due, FollowUp, FollowUpStep, QuietRule, TemplateText};

const DEFAULT_EXPIRY: SignedDuration = SignedDuration::from_hours(12);

/// The field that tells whether a person of ours has something to do for the customer.
const OPEN_TICKETS: &str = "open_tickets";

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
    let [unless, hold_while, stop_when] = [&written.unless, &written.hold_while, &written.stop_when]
        .map(|word| stopper(word.as_ref(), on.as_ref(), &reach, known, found));
    let rule = FollowUp {
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
    };
    looks_at_open_tickets(written, &rule, found);
    Some(rule)
}

/// The kind of record whose state it follows: the one of which `on` names a state.
fn about(written: &Word, on: &Expression, known: &Known<'_>, found: &mut Findings) -> Option<Thing> {
    if on.asks_for_now() {
        let message = "`on` is a state and not a moment; say when with `at` or `since`, and remove `now` here";
        found.error_within(written, "now", "time-without-status", message);
        return None;
    }
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
            if !names_a_state(on, *about, known.fields) {
                let message = format!(
                    "this says nothing about the state of the {about}; add what must be so, like `{}`",
                    example(*about)
                );
                found.error(written, "time-without-status", message);
            }
            Some(*about)
        }
        [first, second, ..] => {
            let message = format!("a follow-up is about one record, and this about `{first}` and `{second}`; keep one");
            found.error_within(written, &format!("{second}."), "out-of-reach", message);
            None
        }
    }
}

/// What keeps a step from being sent. If it always did, nothing would ever be.
fn stopper(
    written: Option<&Word>,
    on: Option<&Expression>,
    reach: &[Thing],
    known: &Known<'_>,
    found: &mut Findings,
) -> Option<Expression> {
    let word = written?;
    let stopper = condition(word, known.fields, reach, found)?;
    if on.is_some_and(|on| stopper.follows_from(on, known.fields)) {
        let message = "this is so whenever `on` is, so nothing is ever sent; change one of them";
        found.error(word, "unreachable", message);
    }
    Some(stopper)
}

/// Nobody wants to be asked how content they are while they wait for help.
fn looks_at_open_tickets(written: &FollowUpFile, rule: &FollowUp, found: &mut Findings) {
    let looked_at = [Some(&rule.on), rule.unless.as_ref(), rule.hold_while.as_ref(), rule.stop_when.as_ref()];
    let looks = looked_at.into_iter().flatten().flat_map(Expression::looks_at);
    let about_tickets = rule.about == Thing::Ticket;
    if !about_tickets && !looks.into_iter().any(|(of, name)| *of == Thing::Contact && name == OPEN_TICKETS) {
        let message = format!(
            "`{}` can be sent while a ticket of theirs is open; add `hold_while: contact.open_tickets > 0`",
            written.id.value
        );
        found.warning(&written.id, "open-ticket", message);
    }
}

fn steps(
    written: &FollowUpFile,
    reach: &[Thing],
    templates: &[TemplateText],
    known: &Known<'_>,
    found: &mut Findings,
) -> Option<Vec<FollowUpStep>> {
    let step = |due: Option<Due>, said: Said<'_>, found: &mut Findings| {
        let message = message(&said, reach, templates, known, found);
        let (due, message) = (due?, message?);
        Some(FollowUpStep { due, text: message.text, template: message.template, buttons: message.buttons })
    };
    match (&written.at, &written.since, &written.steps) {
        (Some(at), None, None) => {
            let due = moment(at, known.fields, reach, found).map(Due::At);
            Some(vec![step(due, said_once(written), found)?])
        }
        (None, Some(since), Some(steps)) => {
            let since = moment(since, known.fields, reach, found);
            nothing_beside_steps(written, steps, found);
            let waits = waits(&steps.value, found);
            let mut list = Vec::new();
            for (written, wait) in steps.value.iter().zip(waits) {
                let due = since.clone().zip(wait).map(|(since, wait)| Due::After { since, wait });
                list.push(step(due, said_in_step(written), found));
            }
            list.into_iter().collect()
        }
        _ => {
            let message = "a follow-up has either `at`, or `since` with `steps`; write one of the two";
            found.error(&written.id, "follow-up-time", message);
            None
        }
    }
}

fn said_once(written: &FollowUpFile) -> Said<'_> {
    Said {
        at: &written.id,
        text: written.text.as_ref(),
        template: written.template.as_ref(),
        buttons: written.buttons.as_ref(),
    }
}

fn said_in_step(written: &StepFile) -> Said<'_> {
    Said {
        at: &written.after,
        text: written.text.as_ref(),
        template: written.template.as_ref(),
        buttons: written.buttons.as_ref(),
    }
}

fn nothing_beside_steps(written: &FollowUpFile, steps: &Spanned<Vec<StepFile>>, found: &mut Findings) {
    if steps.value.is_empty() {
        found.error(steps, "follow-up-time", "list at least one step, like `- { after: 3d, … }`");
    }
    if written.text.is_some() || written.template.is_some() || written.buttons.is_some() {
        let message = "each of the `steps` says something itself; move `text`, `template` and `buttons` into them";
        found.error(&written.id, "follow-up-time", message);
    }
}

/// How long each step waits, each longer than the one before it.
fn waits(steps: &[StepFile], found: &mut Findings) -> Vec<Option<SignedDuration>> {
    let mut waits: Vec<Option<SignedDuration>> = Vec::new();
    for step in steps {
        let wait = length(&step.after, found);
        if let (Some(before), Some(wait)) = (waits.last().copied().flatten(), wait)
            && wait <= before
        {
            let message = "steps are counted from the same moment, each later than the one above it; write more";
            found.error(&step.after, "follow-up-time", message);
        }
        waits.push(wait);
    }
    waits
}

fn quiet(written: Option<&Word>, found: &mut Findings) -> QuietRule {
    match written.map(|word| (word, word.value.as_str())) {
        None | Some((_, "after")) => QuietRule::After,
        Some((_, "before")) => QuietRule::Before,
        Some((word, other)) => {
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

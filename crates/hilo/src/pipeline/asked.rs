//! What a message asks of a type that automation answers, as far as the message and the thread say it.

use domain::fact::{Carried, ThingRef};
use domain::interaction::{Evidence, Intent, OptWish};
use domain::{Language, Policy};
use jiff::Timestamp;
use workflow::{Automation, InteractionType, Workflow};

use super::values::{Message, Resolved};

/// What a message asks.
#[derive(Debug, Clone)]
pub(super) struct Asked<'a> {
    /// The type.
    pub(super) kind: &'a InteractionType,
    /// How it is answered.
    pub(super) automation: &'a Automation,
    /// What it is about, where that needs no search: a tapped button, or what we asked about, says so.
    pub(super) about: Option<ThingRef>,
    /// What the tapped button carries beside that.
    pub(super) value: Option<String>,
    /// Whether it is a choice among what we offered: then it is no guess.
    pub(super) is_choice: bool,
    /// What the customer wrote.
    pub(super) text: String,
    /// In which language they are answered.
    pub(super) language: Language,
}

/// What it asks; nothing if its type is not automated.
pub(super) fn asked<'a>(
    workflow: &'a Workflow,
    resolved: &Resolved,
    intent: &Intent,
    message: &Message,
    now: Timestamp,
) -> Option<Asked<'a>> {
    let kind = workflow.interaction_type(intent.kind.as_deref()?)?;
    let automation = kind.automation.as_ref().filter(|_| kind.policy == Policy::Automate)?;
    let thread = resolved.known_conversation();
    let prompt = thread.and_then(|thread| thread.prompt.as_ref());
    let carried = match &intent.evidence {
        Evidence::Payload { payload } => Carried::parse(payload),
        _ => None,
    };
    let is_answer = match (&intent.evidence, prompt, thread) {
        (Evidence::Plain { seq, .. }, Some(prompt), _) => *seq == prompt.seq,
        (_, Some(prompt), Some(thread)) => prompt.is_last(thread.standing.next_seq, now.as_millisecond()),
        (_, None, _) | (_, _, None) => false,
    };
    let said_about = match &carried {
        Some(carried) => carried.about,
        None => prompt.filter(|_| is_answer).and_then(|prompt| prompt.record),
    };
    let open = thread.and_then(|thread| thread.interaction.as_ref());
    let text = match open.filter(|open| open.answer_due_at.is_some()) {
        Some(open) => format!("{}\n{}", open.text, message.text.as_deref().unwrap_or_default()),
        None => message.text.clone().unwrap_or_default(),
    };
    Some(Asked {
        kind,
        automation,
        about: said_about.filter(|about| Some(about.of) == automation.about),
        value: carried.and_then(|carried| carried.value),
        is_choice: matches!(intent.evidence, Evidence::Payload { .. } | Evidence::Plain { .. }),
        text,
        language: workflow.answer_language(intent.language),
    })
}

/// What somebody wishes who says whether they want to hear from us.
pub(super) fn opt_wish(intent: &Intent) -> Option<OptWish> {
    match &intent.evidence {
        Evidence::Rule { rule } => OptWish::of_rule(rule),
        Evidence::Payload { .. }
        | Evidence::Asked { .. }
        | Evidence::Plain { .. }
        | Evidence::Reply { .. }
        | Evidence::Words { .. }
        | Evidence::Model(_)
        | Evidence::Transcript { .. }
        | Evidence::SecondOpinion { .. }
        | Evidence::NoText { .. } => None,
    }
}

/// Thanks and farewells, and whatever the workflow leaves alone. Each acknowledgement costs money since October 2026.
pub(super) fn asks_for_nothing(workflow: &Workflow, intent: &Intent) -> bool {
    let is_courtesy = matches!(&intent.evidence, Evidence::Rule { rule } if rule == "thanks");
    let kind = intent.kind.as_deref().and_then(|kind| workflow.interaction_type(kind));
    is_courtesy || kind.is_some_and(|kind| kind.policy == Policy::StayOut)
}

//! What is done about a message: the policy of its type, unless a guard speaks.

use domain::Category;
use domain::guard::{self, MOST_IN_A_LOOP, Saying};
use domain::ids::ChannelId;
use domain::interaction::{Evidence, Guard, Intent};
use jiff::{SignedDuration, Timestamp};
use store::KnownConversation;

use super::asked::{Asked, asked, asks_for_nothing, opt_wish};
use super::play::{Lookup, play};
use super::values::{FULL_WINDOW, HandOver, Message, Plan, Resolved, WINDOW_MARGIN, Who};
use crate::workflows::Published;

/// The archetype of types by which customers ask for a person: whatever their policy says, they get one.
const WANTS_A_PERSON: &str = "talk_to_human";
/// Whoever asks the same for the third time was not helped twice.
const MOST_TIMES: usize = 2;

/// The plan for a message. `lookup` is there where automation answers its type.
pub(super) fn plan(
    workflow: &Published,
    resolved: &Resolved,
    intent: &Intent,
    lookup: Option<&Lookup>,
    message: &Message,
    channel: ChannelId,
    now: Timestamp,
) -> Plan {
    if let Some(wish) = opt_wish(intent) {
        return Plan::Opt(wish);
    }
    if resolved.blocked {
        return Plan::StayOut(Guard::Blocked);
    }
    if asks_for_nothing(&workflow.workflow, intent) {
        return Plan::StayOut(Guard::NothingToAnswer);
    }
    let over = HandOver {
        queue: queue(workflow, resolved, intent),
        guard: None,
        acknowledgement: acknowledgement(workflow, resolved, intent, message, channel, now),
    };
    let asked = asked(&workflow.workflow, resolved, intent, message, now);
    let (Some(asked), Some(lookup), Some(contact)) = (&asked, lookup, resolved.contact()) else {
        return Plan::Intake(over);
    };
    match answer_guard(workflow, resolved, intent, asked, lookup, message, channel, now) {
        None => {}
        Some(Guard::OnTrial) => {
            let play = play(&workflow.workflow, contact, asked, lookup, now);
            return Plan::KeepBack(Box::new(play), HandOver { guard: Some(Guard::OnTrial), ..over });
        }
        Some(guard) => return Plan::Intake(HandOver { guard: Some(guard), ..over }),
    }
    if let Some(until) = quiet_until(workflow, resolved, asked, now) {
        return Plan::Wait { until };
    }
    Plan::Automate(Box::new(play(&workflow.workflow, contact, asked, lookup, now)), over)
}

/// The guards of an answer, the strongest first.
#[expect(clippy::too_many_arguments, reason = "a guard may look at anything that is known")]
fn answer_guard(
    workflow: &Published,
    resolved: &Resolved,
    intent: &Intent,
    asked: &Asked<'_>,
    lookup: &Lookup,
    message: &Message,
    channel: ChannelId,
    now: Timestamp,
) -> Option<Guard> {
    let open = resolved.known_conversation();
    let silence = workflow.workflow.interaction.silence;
    let speaking = [
        (Guard::PersonAnswering, open.is_some_and(|open| is_person_answering(open, silence, now))),
        (Guard::OptedOut, resolved.contact().is_some_and(|contact| contact.opted_out_at.is_some())),
        (Guard::PossibleNewOwner, resolved.doubted),
        (Guard::Complaint, intent.category == Some(Category::Complaint)),
        (Guard::WantsPerson, asked.kind.archetype.as_deref() == Some(WANTS_A_PERSON)),
        (Guard::RepeatedFailure, has_failed(resolved, asked, lookup)),
        (Guard::Loop, MOST_IN_A_LOOP <= lookup.lately.said),
        (Guard::TooLate, is_too_late(message, now)),
        (Guard::Paused, workflow.is_paused(channel, Some(&asked.kind.id))),
        // The last one: what it keeps back is what would have been said.
        (Guard::OnTrial, !resolved.in_reach),
    ];
    let speaking = speaking.into_iter().filter(|(_, speaks)| *speaks).map(|(guard, _)| guard);
    guard::verdict(speaking, Saying::Answer).map(|(guard, _)| guard)
}

/// A person has the same matter already, or what automation said about it before was not enough. Whoever taps a button of ours says
/// what they mean.
fn has_failed(resolved: &Resolved, asked: &Asked<'_>, lookup: &Lookup) -> bool {
    let open = resolved.known_conversation().filter(|open| open.ticket.is_some());
    let with_a_person = open.and_then(|open| open.interaction.as_ref()).and_then(|matter| matter.kind.as_deref());
    !asked.is_choice && (MOST_TIMES <= lookup.lately.same || with_a_person == Some(&asked.kind.id))
}

/// People write a thought in several messages: what they ask in their own words is answered when they pause.
fn quiet_until(workflow: &Published, resolved: &Resolved, asked: &Asked<'_>, now: Timestamp) -> Option<i64> {
    let burst = workflow.workflow.interaction.burst;
    let is_last_word = asked.is_choice || burst.is_zero() || resolved.is_pause;
    (!is_last_word).then(|| now.as_millisecond() + burst.as_millis() as i64)
}

fn is_too_late(message: &Message, now: Timestamp) -> bool {
    message.sent_at + ((FULL_WINDOW - WINDOW_MARGIN).as_millis() as i64) < now.as_millisecond()
}

/// The queue of the type; of what was already under way, if this message tells nothing better; else the one for the rest.
fn queue(workflow: &Published, resolved: &Resolved, intent: &Intent) -> String {
    let fallback = &workflow.workflow.fallback;
    if resolved.doubted || matches!(resolved.who, Who::Ambiguous(_)) {
        return fallback.ambiguous.clone();
    }
    let open = resolved.known_conversation();
    let kind_under_way = open.and_then(|open| open.interaction.as_ref()).and_then(|matter| matter.kind.as_deref());
    let ticket = open.and_then(|open| open.ticket.as_ref());
    let queue_of = |kind: &str| workflow.workflow.interaction_type(kind)?.queue.clone();
    let of_kind = about(intent).and_then(queue_of);
    let chosen = match (ticket, kind_under_way) {
        (Some(ticket), Some(_)) => Some(ticket.queue.clone()),
        (Some(ticket), None) => of_kind.or_else(|| Some(ticket.queue.clone())),
        (None, under_way) => of_kind.or_else(|| under_way.and_then(queue_of)),
    };
    // A queue that a newer workflow no longer has would leave the message with nobody.
    chosen.filter(|queue| workflow.workflow.queue(queue).is_some()).unwrap_or_else(|| fallback.unrecognised.clone())
}

/// What a message is about; an answer, what it answers was about.
fn about(intent: &Intent) -> Option<&str> {
    match &intent.evidence {
        Evidence::Reply { about, .. } => intent.kind.as_deref().or(about.as_deref()),
        Evidence::Payload { .. }
        | Evidence::Asked { .. }
        | Evidence::Plain { .. }
        | Evidence::Words { .. }
        | Evidence::Rule { .. }
        | Evidence::Model(_)
        | Evidence::Transcript { .. }
        | Evidence::SecondOpinion { .. }
        | Evidence::NoText { .. } => intent.kind.as_deref(),
    }
}

/// Whether a guard keeps the acknowledgement back.
fn acknowledgement(
    workflow: &Published,
    resolved: &Resolved,
    intent: &Intent,
    message: &Message,
    channel: ChannelId,
    now: Timestamp,
) -> Result<(), Guard> {
    let open = resolved.known_conversation();
    let matter = open.and_then(|open| open.interaction.as_ref());
    let kind = matter.and_then(|matter| matter.kind.as_deref()).or(intent.kind.as_deref());
    let guards = [
        (
            Guard::PersonAnswering,
            open.is_some_and(|open| is_person_answering(open, workflow.workflow.interaction.silence, now)),
        ),
        (Guard::PossibleNewOwner, resolved.doubted),
        (Guard::AlreadyAcknowledged, matter.is_some_and(|matter| matter.acknowledged_at.is_some())),
        (Guard::TooLate, is_too_late(message, now)),
        (Guard::Paused, workflow.is_paused(channel, kind)),
    ];
    let speaking = guards.into_iter().filter_map(|(guard, speaks)| speaks.then_some(guard));
    guard::verdict(speaking, Saying::Acknowledgement).map_or(Ok(()), |(guard, _)| Err(guard))
}

/// A person who answered holds the conversation until its matter ends; where none is open, until the silence that would end one.
fn is_person_answering(open: &KnownConversation, silence: SignedDuration, now: Timestamp) -> bool {
    let still_there = |since: i64| now.as_millisecond() < since + silence.as_millis() as i64;
    open.standing.person_since.is_some_and(|since| open.interaction.is_some() || still_there(since))
}

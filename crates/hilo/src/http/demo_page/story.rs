//! What happened and why, in sentences: the newest on top, grouped by what set it off.

use domain::Policy;
use domain::delivery::{Progress, SendState};
use domain::follow_up::{Decided, FollowUpState};
use domain::interaction::{Author, Step};
use maud::{Markup, html};
use store::{EventRow, MessageRow};

use super::acts::AGENT;
use super::scene::{Scene, Thread};
use super::{attention, timings, way};
use crate::explain;
use crate::http::drawn::words;

/// Who does what nobody asked for, on the timeline.
const AUTOMATION: &str = "automation";

/// One thing that somebody did, and what came of it.
pub(super) enum Chapter<'a> {
    /// Somebody wrote. The answers are automation's own.
    Message { row: &'a MessageRow, answers: Vec<&'a MessageRow> },
    /// Somebody did something else.
    Event(&'a EventRow),
}

impl Chapter<'_> {
    fn at(&self) -> i64 {
        match self {
            Chapter::Message { row, .. } => row.message.recorded_at,
            Chapter::Event(event) => event.at,
        }
    }
}

/// The pane.
pub(super) fn render(scene: &Scene) -> Markup {
    pane(scene, html! { (attention::render(scene)) (way::render(scene)) })
}

/// The pane for a conversation of the past.
pub(super) fn render_past(scene: &Scene) -> Markup {
    pane(scene, html! {})
}

fn pane(scene: &Scene, above: Markup) -> Markup {
    html! {
        section #story .pane data-live aria-labelledby="story-title" {
            header.row {
                h2 #story-title { (scene.say("demo-story")) }
                ul.marks {
                    @for mark in [Mark::Sent, Mark::Withheld] { li class=(mark.name()) { (scene.say(&format!("demo-mark-{}", mark.name()))) } }
                }
            }
            (above)
            div.chapters tabindex="0" role="group" aria-labelledby="story-title" {
                @match &scene.thread {
                    Some(thread) => ol { @for chapter in chapters(thread).iter().rev() { (tell(scene, chapter)) } },
                    None => p.empty { (scene.say("demo-story-empty")) },
                }
            }
        }
    }
}

/// The oldest first. What automation wrote belongs to the message of a customer that it answers.
fn chapters(thread: &Thread) -> Vec<Chapter<'_>> {
    let mut chapters: Vec<Chapter<'_>> = Vec::new();
    for row in &thread.messages {
        if let (Author::Automation, Some(Chapter::Message { answers, .. })) = (row.message.author, chapters.last_mut())
        {
            answers.push(row);
        } else {
            chapters.push(Chapter::Message { row, answers: Vec::new() });
        }
    }
    chapters.extend(thread.events.iter().map(Chapter::Event));
    chapters.sort_by_key(Chapter::at);
    chapters
}

fn tell(scene: &Scene, chapter: &Chapter<'_>) -> Markup {
    match chapter {
        Chapter::Message { row, answers } => message(scene, row, answers),
        Chapter::Event(event) => happened(scene, event),
    }
}

fn message(scene: &Scene, row: &MessageRow, answers: &[&MessageRow]) -> Markup {
    let explainer = scene.explainer();
    let quoted = words(&scene.reader, row.message.text.as_deref(), &row.message.kind);
    html! {
        li.chapter id={ "s-" (row.message.conversation) "-" (row.message.seq) } {
            h3 {
                small { (author(scene, row)) }
                q dir="auto" title=(quoted) { (quoted) }
                time { (scene.when(row.message.recorded_at)) }
            }
            ol.steps {
                @for step in &explain::steps(row) { li class=(Mark::of(step).name()) { (explainer.step(step)) } }
                @for sentence in explainer.way_out(row) { li class=(Mark::of_way(row).name()) { (sentence) } }
                @for answer in answers {
                    @for sentence in explainer.way_out(answer) {
                        li class=(Mark::of_way(answer).name()) { (scene.say_with("demo-answer-state", &[("state", &sentence)])) }
                    }
                }
            }
            (timings::render(scene, row, answers))
        }
    }
}

/// What a step means for the customer, at a glance; the sentence says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Something left, or is about to.
    Sent,
    /// Something was not sent.
    Withheld,
    /// A step on the way.
    Step,
}

impl Mark {
    fn name(self) -> &'static str {
        match self {
            Mark::Sent => "sent",
            Mark::Withheld => "withheld",
            Mark::Step => "taken",
        }
    }

    fn of(step: &Step) -> Mark {
        match step {
            Step::Acknowledged { .. }
            | Step::Answered { .. }
            | Step::AskedWhich { .. }
            | Step::SendReleased { .. }
            | Step::SendRepeated { .. }
            | Step::SendRedirected { .. }
            | Step::FollowUp(Decided { state: FollowUpState::Sent, .. }) => Mark::Sent,
            Step::Ambiguous { .. }
            | Step::Decided { policy: Policy::StayOut, .. }
            | Step::NotAcknowledged { .. }
            | Step::NotAnswered { .. }
            | Step::KeptBack { .. }
            | Step::AnswerFailed { .. }
            | Step::SendDropped { .. }
            | Step::SendTakenBack { .. }
            | Step::FollowUp(_) => Mark::Withheld,
            Step::Resolved { .. }
            | Step::Classified(_)
            | Step::Opened
            | Step::TakenUp { .. }
            | Step::TicketScored { .. }
            | Step::Decided { policy: Policy::Automate | Policy::Intake, .. }
            | Step::TicketOpened { .. }
            | Step::TicketUpdated { .. }
            | Step::AnswerWaits { .. }
            | Step::OptedOut
            | Step::OptedIn
            | Step::Linked { .. }
            | Step::BelongsToAnother { .. }
            | Step::PersonAnswered
            | Step::ContactMade
            | Step::ContactChanged
            | Step::TicketReopened { .. }
            | Step::Assigned { .. }
            | Step::Returned { .. }
            | Step::TakenOver
            | Step::HandedBack
            | Step::Reclassified { .. }
            | Step::AskedOutside { .. }
            | Step::Snoozed { .. }
            | Step::Woken
            | Step::Overdue { .. }
            | Step::Blocked
            | Step::Unblocked
            | Step::Merged { .. }
            | Step::Unmerged { .. }
            | Step::SenderNamed { .. }
            | Step::Doubted { .. }
            | Step::Trusted
            | Step::BecameRecord
            | Step::HandedOn { .. }
            | Step::Closed { .. }
            | Step::RecordMade { .. }
            | Step::RecordChanged { .. }
            | Step::NoteAdded { .. } => Mark::Step,
        }
    }

    fn of_way(row: &MessageRow) -> Mark {
        let waits = row.send_state.is_some_and(|state| SendState::LISTED.contains(&state));
        match row.progress {
            Some(Progress::Failed | Progress::Cancelled) => Mark::Withheld,
            _ if waits => Mark::Withheld,
            _ => Mark::Sent,
        }
    }
}

/// The visitor is the agent; of the days before they came, somebody else was.
fn author(scene: &Scene, row: &MessageRow) -> String {
    let before = row.message.recorded_at < scene.stage.known.time.began_at;
    match row.message.author {
        Author::Agent if before => scene.say("demo-author-agent"),
        author => scene.say(&format!("demo-wrote-{author}")),
    }
}

fn happened(scene: &Scene, event: &EventRow) -> Markup {
    html! {
        li.chapter id={ "e-" (event.id) } {
            h3 { small { (by(scene, &event.by)) } time { (scene.when(event.at)) } }
            ol.steps { li class=(Mark::of(&event.step).name()) { (scene.explainer().step(&event.step)) } }
            (timings::render_event(scene, event))
        }
    }
}

fn by(scene: &Scene, who: &str) -> String {
    match who {
        AGENT => scene.say("demo-wrote-agent"),
        AUTOMATION => scene.say("demo-wrote-automation"),
        who => scene.say_with("demo-done-by", &[("who", who)]),
    }
}

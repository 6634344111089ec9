//! A person's story on their page: what was said, what was decided, what became of their records, in one order.

use domain::ids::{ContactId, WorkspaceId};
use domain::interaction::{Author, Step};
use maud::{Markup, html};
use store::{EventRow, MessageRow, Tx};

use crate::http::desk::view::View;
use crate::http::drawn::{attached, words};

/// How many of the latest messages of each conversation, and of the latest events, are shown.
const SHOWN: i64 = 200;
const THREADS: i64 = 20;

/// Which part of the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    All,
    Messages,
    Records,
    Decisions,
}

impl Part {
    const EVERY: [Part; 4] = [Part::All, Part::Messages, Part::Records, Part::Decisions];

    pub(super) fn of(asked: Option<&str>) -> Part {
        Part::EVERY.into_iter().find(|part| Some(part.name()) == asked).unwrap_or(Part::All)
    }

    fn name(self) -> &'static str {
        match self {
            Part::All => "all",
            Part::Messages => "messages",
            Part::Records => "records",
            Part::Decisions => "decisions",
        }
    }
}

/// Everything that happened, as it was read.
pub(super) struct Story {
    messages: Vec<MessageRow>,
    events: Vec<EventRow>,
}

impl Story {
    pub(super) fn read(tx: &mut Tx<'_>, workspace: WorkspaceId, contact: ContactId) -> store::Result<Story> {
        let mut messages = Vec::new();
        for thread in tx.conversations(workspace, Some(contact), None, THREADS)? {
            messages.extend(tx.latest_messages(workspace, thread.id, SHOWN)?);
        }
        Ok(Story { messages, events: tx.events(workspace, contact, SHOWN)? })
    }
}

enum Told<'a> {
    Message(&'a MessageRow),
    Event(&'a EventRow),
}

/// The story, the newest at the end.
pub(super) fn render(view: &View, story: &Story, part: Part) -> Markup {
    let told = told(story, part);
    html! {
        nav.tabs aria-label=(view.say("record-filter")) {
            @for one in Part::EVERY {
                a href={ "?show=" (one.name()) } aria-current=[(one == part).then_some("true")] {
                    (view.say(&format!("record-story-{}", one.name())))
                }
            }
        }
        @if told.is_empty() { p.empty { (view.say("record-story-empty")) } }
        div #story .log data-follow="story" tabindex="0" role="region" aria-label=(view.say("record-story")) {
            ol { @for (at, one) in &told { (entry(view, *at, one, part)) } }
        }
    }
}

fn told(story: &Story, part: Part) -> Vec<(i64, Told<'_>)> {
    let messages = story.messages.iter().filter(|_| part != Part::Records);
    let events = story.events.iter().filter(|event| match part {
        Part::All => true,
        Part::Messages => false,
        Part::Records => is_of_a_record(&event.step),
        Part::Decisions => !is_of_a_record(&event.step),
    });
    let messages = messages.map(|row| (row.message.recorded_at, Told::Message(row)));
    let mut told: Vec<_> = messages.chain(events.map(|event| (event.at, Told::Event(event)))).collect();
    told.sort_by_key(|(at, _)| *at);
    told
}

fn is_of_a_record(step: &Step) -> bool {
    matches!(step, Step::RecordMade { .. } | Step::RecordChanged { .. } | Step::NoteAdded { .. })
}

fn entry(view: &View, at: i64, told: &Told<'_>, part: Part) -> Markup {
    match told {
        Told::Event(event) => html! {
            li.happened #{ "e-" (event.id) } {
                p dir="auto" { (view.explainer().step(&event.step)) }
                p.soft { bdi { (event.by) } " · " time { (view.reader.when(at)) } }
            }
        },
        Told::Message(row) if part == Part::Decisions => html! {
            li.happened #{ "m-" (row.message.conversation) "-" (row.message.seq) } {
                @for sentence in view.explainer().message(row) { p dir="auto" { (sentence) } }
                p.soft { time { (view.reader.when(at)) } }
            }
        },
        Told::Message(row) => message(view, at, row),
    }
}

fn message(view: &View, at: i64, row: &MessageRow) -> Markup {
    let message = &row.message;
    let own = message.author != Author::Customer;
    html! {
        li.message.own[own].robot[message.author == Author::Automation] #{ "m-" (message.conversation) "-" (message.seq) } {
            div.bubble {
                @if let Some(writer) = &message.writer { p.author { bdi { (writer.name) } } }
                (attached::render(&view.reader, &view.passes, row))
                p dir="auto" { (words(&view.reader, message.text.as_deref(), &message.kind)) }
                footer { time { (view.reader.when(at)) } }
            }
        }
    }
}

//! A person's story on their page: what was said, what was decided, what became of their records, in one order.

use domain::ids::{ContactId, WorkspaceId};
use domain::interaction::Step;
use maud::{Markup, html};
use store::{EventRow, MessageRow, TemplateRow, Tx, WantedTemplates};

use crate::http::desk::inbox::bubble::{self, Cast};
use crate::http::desk::inbox::log::by;
use crate::http::desk::inbox::story::{Around, gather, is_told_elsewhere};
use crate::http::desk::view::View;

/// How many of the latest messages of each conversation, and of the latest events, are shown.
const SHOWN: i64 = 200;
const THREADS: i64 = 20;
/// How many different templates a story is read with.
const TEMPLATES: i64 = 200;

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
    /// By conversation, in their order.
    threads: Vec<Vec<MessageRow>>,
    templates: Vec<TemplateRow>,
    events: Vec<EventRow>,
}

impl Story {
    pub(super) fn read(tx: &mut Tx<'_>, workspace: WorkspaceId, contact: ContactId) -> store::Result<Story> {
        let threads = tx.conversations(workspace, Some(contact), None, THREADS)?;
        let threads = threads.iter().map(|thread| tx.latest_messages(workspace, thread.id, SHOWN));
        let threads = threads.collect::<store::Result<_>>()?;
        let templates = tx.templates(workspace, &WantedTemplates::default(), None, TEMPLATES)?;
        Ok(Story { threads, templates, events: tx.events(workspace, contact, SHOWN)? })
    }
}

enum Told<'a> {
    Message(&'a MessageRow, Around<'a>),
    Event(&'a EventRow),
}

/// The story, the newest at the end.
pub(super) fn render(view: &View, name: &str, story: &Story, part: Part) -> Markup {
    let told = told(story, part);
    let cast = Cast { name: name.to_owned(), templates: &story.templates, is_answered: false };
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
            ol { @for (at, one) in &told { (entry(view, &cast, *at, one, part)) } }
        }
    }
}

fn told(story: &Story, part: Part) -> Vec<(i64, Told<'_>)> {
    let threads = story.threads.iter().filter(|_| part != Part::Records);
    let events = story.events.iter().filter(|event| match part {
        Part::All => true,
        Part::Messages => false,
        Part::Records => is_of_a_record(&event.step),
        Part::Decisions => !is_of_a_record(&event.step),
    });
    let mut told: Vec<_> =
        threads.flat_map(|messages| said(messages)).chain(events.map(|event| (event.at, Told::Event(event)))).collect();
    told.sort_by_key(|(at, _)| *at);
    told
}

fn said(messages: &[MessageRow]) -> Vec<(i64, Told<'_>)> {
    let mut around = gather(messages);
    let own = messages.iter().filter(|row| !is_told_elsewhere(messages, row));
    let told = own
        .map(|row| (row.message.recorded_at, Told::Message(row, around.remove(&row.message.seq).unwrap_or_default())));
    told.collect()
}

fn is_of_a_record(step: &Step) -> bool {
    matches!(step, Step::RecordMade { .. } | Step::RecordChanged { .. } | Step::NoteAdded { .. })
}

fn entry(view: &View, cast: &Cast<'_>, at: i64, told: &Told<'_>, part: Part) -> Markup {
    match told {
        Told::Event(event) => html! {
            li.happened #{ "e-" (event.id) } {
                p dir="auto" { (view.explainer().step(&event.step)) }
                p.soft { bdi { (by(view, &event.by)) } " · " time { (view.reader.when(at)) } }
            }
        },
        Told::Message(row, _) if part == Part::Decisions => html! {
            li.happened #{ "m-" (row.message.conversation) "-" (row.message.seq) } {
                @for sentence in view.explainer().message(row) { p dir="auto" { (sentence) } }
                p.soft { time { (view.reader.when(at)) } }
            }
        },
        Told::Message(row, around) => bubble::told(view, cast, row, around),
    }
}

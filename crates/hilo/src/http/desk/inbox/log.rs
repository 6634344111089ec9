//! The conversation as one story: messages, what people noted and did, and days between them.

use maud::{Markup, html};
use store::NoteRow;

use super::bubble::Cast;
use super::story::{Told, story};
use super::thread::Thread;
use super::{bubble, calls};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;

/// How many older messages come at a time.
const MORE: i64 = 100;

pub(super) fn render(view: &View, thread: &Thread) -> Markup {
    let cast = thread.cast(view);
    html! {
        div #log .log data-follow=(thread.conversation.id) data-latest=(thread.conversation.last_seq) data-since=[thread.since] role="log" aria-live="polite"
            aria-relevant="additions" tabindex="0" aria-label=(view.say("inbox-messages")) {
            @if thread.has_older() {
                a.more data-more="messages" href={ "?messages=" (thread.shown + MORE) } { (view.say("inbox-older")) }
            }
            ol { @for told in &story(&view.reader, thread, thread.since) { (entry(view, thread, &cast, told)) } }
        }
    }
}

fn entry(view: &View, thread: &Thread, cast: &Cast<'_>, told: &Told<'_>) -> Markup {
    match told {
        Told::Day(at) => html! { li.day #{ "day-" (view.reader.moment(*at, "%F")) } { span { (day(view, *at)) } } },
        Told::Message(row, around) => bubble::render(view, cast, row, around),
        Told::Event(event) => html! {
            li.happened #{ "e-" (event.id) } {
                p { (view.explainer().step(&event.step)) }
                p.soft { bdi { (by(view, &event.by)) } " · " time { (view.reader.clock(event.at)) } }
            }
        },
        Told::Note(note) => noted(view, thread, note),
        Told::New => html! { li.new #new { span { (view.say("inbox-new")) } } },
    }
}

/// Beside the conversation, never in it: yellow, and nobody's side.
fn noted(view: &View, thread: &Thread, note: &NoteRow) -> Markup {
    let is_own = note.author == Some(view.person.user);
    html! {
        li.noted #{ "n-" (note.id) } {
            p.author { (icon(Sign::Note)) bdi { (note.by) } time { (view.reader.clock(note.at)) } }
            @if note.deleted_at.is_some() {
                p.gone { (view.say("inbox-note-gone")) }
            } @else {
                p dir="auto" { (note.text) }
                @if is_own {
                    button.round type="button" data-act=(calls::note(thread.conversation.id, note.id)) data-method="DELETE"
                        aria-label=(view.say("inbox-note-delete")) title=(view.say("inbox-note-delete")) { (icon(Sign::Close)) }
                }
            }
        }
    }
}

fn day(view: &View, at: i64) -> String {
    if view.reader.is_today(at) { view.say("inbox-today") } else { view.reader.day(at) }
}

/// Who did something, where nobody did it by hand.
pub(in crate::http::desk) fn by(view: &View, who: &str) -> String {
    match who {
        "automation" => view.say("inbox-by-automation"),
        "whatsapp" => "WhatsApp".to_owned(),
        who => who.to_owned(),
    }
}

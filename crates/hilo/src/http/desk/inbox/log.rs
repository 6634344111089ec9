//! The conversation as one story: messages, what people noted and did, and days between them.

use maud::{Markup, html};

use super::bubble;
use super::story::{Told, story};
use super::thread::Thread;
use crate::http::desk::view::View;

/// How many older messages come at a time.
const MORE: i64 = 100;

pub(super) fn render(view: &View, thread: &Thread) -> Markup {
    html! {
        div #log .log data-follow=(thread.conversation.id) data-latest=(thread.latest()) role="log" aria-live="polite"
            aria-relevant="additions" tabindex="0" aria-label=(view.say("inbox-messages")) {
            @if thread.has_older() {
                a.more data-more="messages" href={ "?messages=" (thread.shown + MORE) } { (view.say("inbox-older")) }
            }
            ol { @for told in &story(&view.reader, thread) { (entry(view, thread, told)) } }
        }
    }
}

fn entry(view: &View, thread: &Thread, told: &Told<'_>) -> Markup {
    match told {
        Told::Day(at) => html! { li.day #{ "day-" (view.reader.moment(*at, "%F")) } { span { (day(view, *at)) } } },
        Told::Message(row, around) => bubble::render(view, thread, row, around),
        Told::Event(event) => html! {
            li.happened #{ "e-" (event.id) } {
                p { (view.explainer().step(&event.step)) }
                p.soft { bdi { (by(view, &event.by)) } " · " time { (view.reader.clock(event.at)) } }
            }
        },
    }
}

fn day(view: &View, at: i64) -> String {
    if view.reader.is_today(at) { view.say("inbox-today") } else { view.reader.day(at) }
}

/// Who did something, where nobody did it by hand.
fn by(view: &View, who: &str) -> String {
    match who {
        "automation" => view.say("inbox-by-automation"),
        "whatsapp" => "WhatsApp".to_owned(),
        who => who.to_owned(),
    }
}

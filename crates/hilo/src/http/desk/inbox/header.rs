//! Above a conversation: who it is, what it is about, how long it can be answered, and what can be done with it.

use domain::ids::ticket_reference;
use domain::right::Right;
use maud::{Markup, html};

use super::acts;
use super::meters::{WINDOW_MS, percent, ring, span};
use super::thread::Thread;
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::drawn::initials;

pub(super) fn render(view: &View, thread: &Thread) -> Markup {
    let name = thread.name(view);
    html! {
        header.thread-top {
            a.round.back href="/inbox" data-back aria-label=(view.say("inbox-back")) { (icon(Sign::Back)) }
            span.avatar aria-hidden="true" { (initials(&name)) }
            div.who {
                h1 { bdi { (name) } }
                p.soft { (about(view, thread)) }
                p.present #present hidden data-own="*" data-looking=(view.say("inbox-looking")) data-typing=(view.say("inbox-typing")) {}
            }
            (window(view, thread))
            @if Right::Work.is_of(view.person.role) { (acts::render(view, thread)) }
        }
    }
}

fn about(view: &View, thread: &Thread) -> Markup {
    let matter = thread.matter.as_ref().and_then(|matter| matter.kind.as_deref());
    let ticket = thread.ticket.as_ref();
    html! {
        @if let Some(address) = thread.address() { span { bdi { (address) } } }
        @if let Some(kind) = matter { span { (view.explainer().kind(kind)) } }
        @if let Some(row) = ticket {
            span { (ticket_reference(row.ticket.id)) " · " (view.explainer().queue(&row.ticket.queue)) }
        }
    }
}

fn window(view: &View, thread: &Thread) -> Markup {
    let left = thread.window_until() - view.now();
    html! {
        p.window-left.near[left <= 2 * 60 * 60 * 1000] title=(view.say("inbox-window-means")) {
            @if thread.is_closed(view) {
                (ring(0)) span { (view.say("inbox-window-closed")) }
            } @else {
                (ring(percent(left, WINDOW_MS))) span { (view.say_with("inbox-window-left", &[("time", &span(left))])) }
            }
        }
    }
}

//! One message: who wrote it, what it answers, what it says, how far it came, and what others put on it.

use domain::interaction::Author;
use maud::{Markup, html};
use store::{MessageRow, Writer};

use super::story::{Around, is_ours};
use super::thread::Thread;
use super::{chip, delivery, said};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::drawn::words;

/// How much of a message stands above its answer.
const QUOTED: usize = 140;

pub(super) fn render(view: &View, thread: &Thread, row: &MessageRow, around: &Around<'_>) -> Markup {
    let message = &row.message;
    let own = is_ours(message.author);
    html! {
        li #{ "m-" (message.conversation) "-" (message.seq) } .message.own[own].robot[message.author == Author::Automation]
            data-seq=(message.seq) {
            div.bubble.failed[delivery::is_stuck(row)] {
                (author(view, row, around))
                @if let Some(quoted) = around.quotes { (quote(view, thread, quoted)) }
                @if around.is_gone { (taken_back(view, thread, row, around)) } @else { (current(view, thread, row, around)) }
                footer {
                    @if around.edited.is_some() { span { (view.say("inbox-edited")) } }
                    time title=(view.reader.day_and_clock(message.recorded_at)) { (view.reader.clock(message.recorded_at)) }
                    (delivery::ticks_of(view, row))
                }
                (reactions(view, around))
            }
            @if !own { (chip::render(view, row)) }
            (delivery::trouble(view, row))
        }
    }
}

/// Whose words they are, where the side alone does not say.
fn author(view: &View, row: &MessageRow, around: &Around<'_>) -> Markup {
    html! {
        @match row.message.author {
            Author::Customer => {},
            Author::Agent => p.author { bdi { (whose_words(view, row.message.writer.as_ref())) } },
            Author::Automation => p.author { (icon(Sign::Robot)) (which_automation(view, around)) },
            Author::PhoneApp => p.author { (view.say("inbox-by-phone-app")) },
        }
    }
}

/// What the reader calls whoever of ours wrote something.
pub(super) fn whose_words(view: &View, writer: Option<&Writer>) -> String {
    match writer {
        Some(writer) if writer.user == Some(view.person.user) => view.say("inbox-by-you"),
        Some(writer) => writer.name.clone(),
        None => view.say("inbox-by-us"),
    }
}

fn which_automation(view: &View, around: &Around<'_>) -> String {
    match &around.acknowledges {
        Some(Some(kind)) => view.say_with("inbox-by-acknowledgement", &[("type", &view.explainer().kind(kind))]),
        Some(None) => view.say("inbox-by-first-acknowledgement"),
        None => view.say("inbox-by-automation"),
    }
}

fn quote(view: &View, thread: &Thread, quoted: &MessageRow) -> Markup {
    let who = match quoted.message.author {
        Author::Customer => thread.name(view),
        Author::Agent => whose_words(view, quoted.message.writer.as_ref()),
        Author::Automation => view.say("inbox-by-automation"),
        Author::PhoneApp => view.say("inbox-by-phone-app"),
    };
    let text = words(&view.reader, quoted.message.text.as_deref(), &quoted.message.kind);
    let text: String = text.chars().take(QUOTED).collect();
    html! {
        a.quote href={ "#m-" (quoted.message.conversation) "-" (quoted.message.seq) } data-jump {
            strong { bdi { (who) } } span dir="auto" { (text) }
        }
    }
}

fn current(view: &View, thread: &Thread, row: &MessageRow, around: &Around<'_>) -> Markup {
    html! {
        @match around.edited {
            Some(edited) => {
                (said::render(view, thread, edited, around))
                details.before { summary { (view.say("inbox-before")) } (said::render(view, thread, row, around)) }
            },
            None => (said::render(view, thread, row, around)),
        }
    }
}

/// What the person took back stays on record; nobody reads it by accident.
fn taken_back(view: &View, thread: &Thread, row: &MessageRow, around: &Around<'_>) -> Markup {
    html! {
        p.gone { (view.say("inbox-gone")) }
        details.before { summary { (view.say("inbox-before")) } (said::render(view, thread, row, around)) }
    }
}

fn reactions(view: &View, around: &Around<'_>) -> Markup {
    html! {
        @if !around.reactions.is_empty() {
            p.reactions {
                @for (author, emoji) in &around.reactions {
                    @let who = if is_ours(*author) { "inbox-reacted-us" } else { "inbox-reacted" };
                    span title=(view.say(who)) { (emoji) span.unseen { (view.say(who)) } }
                }
            }
        }
    }
}

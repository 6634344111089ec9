//! One message: who wrote it, what it answers, what it says, how far it came, and what others put on it.

use domain::interaction::Author;
use maud::{Markup, html};
use serde_json::Value;
use store::{MessageRow, TemplateRow, Writer};

use super::story::{Around, is_ours};
use super::{chip, delivery, said, touch};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::drawn::words;

/// How much of a message stands above its answer.
const QUOTED: usize = 140;

/// What a message is shown with that does not stand on it.
pub(in crate::http::desk) struct Cast<'a> {
    /// What the customer is called.
    pub(in crate::http::desk) name: String,
    /// What templates of ours consist of.
    pub(in crate::http::desk) templates: &'a [TemplateRow],
    /// Whether the reader can answer single messages of the customer's.
    pub(in crate::http::desk) is_answered: bool,
}

impl Cast<'_> {
    /// What a template of ours consists of.
    pub(super) fn template(&self, name: &str, language: &str) -> Option<Value> {
        let row = self.templates.iter().find(|row| row.name == name && row.language == language)?;
        serde_json::from_str(&row.components).ok()
    }
}

/// For whoever works on it: with its type, and with what can be done where it did not arrive.
pub(super) fn render(view: &View, cast: &Cast<'_>, row: &MessageRow, around: &Around<'_>) -> Markup {
    let when = view.reader.clock(row.message.recorded_at);
    let below = html! {
        @if !is_ours(row.message.author) {
            div.taken-for {
                (chip::render(view, row))
                @if cast.is_answered && row.message.wamid.is_some() && !around.is_gone { (touch::render(view, row, around)) }
            }
        }
        (delivery::trouble(view, row))
    };
    item(view, cast, row, around, &when, &below)
}

/// For whoever reads up on it.
pub(in crate::http::desk) fn told(view: &View, cast: &Cast<'_>, row: &MessageRow, around: &Around<'_>) -> Markup {
    item(view, cast, row, around, &view.reader.when(row.message.recorded_at), &html! {})
}

fn item(view: &View, cast: &Cast<'_>, row: &MessageRow, around: &Around<'_>, when: &str, below: &Markup) -> Markup {
    let message = &row.message;
    html! {
        li #{ "m-" (message.conversation) "-" (message.seq) } .message.own[is_ours(message.author)].robot[message.author == Author::Automation]
            data-seq=(message.seq) {
            div.bubble.failed[delivery::is_stuck(row)] {
                (author(view, row, around))
                @if let Some(quoted) = around.quotes { (quote(view, cast, quoted)) }
                @if around.is_gone { (taken_back(view, cast, row, around)) } @else { (current(view, cast, row, around)) }
                footer {
                    @if around.edited.is_some() { span { (view.say("inbox-edited")) } }
                    time title=(view.reader.day_and_clock(message.recorded_at)) { (when) }
                    (delivery::ticks_of(view, row))
                }
                (reactions(view, around))
            }
            (below)
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

fn quote(view: &View, cast: &Cast<'_>, quoted: &MessageRow) -> Markup {
    let who = match quoted.message.author {
        Author::Customer => cast.name.clone(),
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

fn current(view: &View, cast: &Cast<'_>, row: &MessageRow, around: &Around<'_>) -> Markup {
    html! {
        @match around.edited {
            Some(edited) => {
                (said::render(view, cast, edited, around))
                details.before { summary { (view.say("inbox-before")) } (said::render(view, cast, row, around)) }
            },
            None => (said::render(view, cast, row, around)),
        }
    }
}

/// What the person took back stays on record; nobody reads it by accident.
fn taken_back(view: &View, cast: &Cast<'_>, row: &MessageRow, around: &Around<'_>) -> Markup {
    html! {
        p.gone { (view.say("inbox-gone")) }
        details.before { summary { (view.say("inbox-before")) } (said::render(view, cast, row, around)) }
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

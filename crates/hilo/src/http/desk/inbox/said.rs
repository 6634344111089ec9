//! What a message says, each type as people know it from WhatsApp. All of it comes from strangers: any part may be missing, or be
//! something else than it should.

mod cards;
mod choices;

use domain::errand::{Became, Errand};
use domain::interaction::{Author, Step};
use maud::{Markup, html};
use serde_json::Value;
use store::MessageRow;

use super::bubble::Cast;
use super::markup;
use super::story::{Around, content};
use crate::explain;
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::drawn::{attached, words};

pub(super) fn render(view: &View, cast: &Cast<'_>, row: &MessageRow, around: &Around<'_>) -> Markup {
    let content = content(row);
    let taken = around.taken.as_deref();
    match &*row.message.kind {
        "location" => cards::place(view, &content),
        "contacts" => cards::people(view, &content, row.message.author == Author::Customer),
        "order" => html! { (cards::cart(view, &content)) (text(row)) },
        "buttons" => choices::buttons(&content, taken),
        "list" => choices::list(&content, taken),
        "cta_url" | "flow" => choices::leading(&content),
        "template" => choices::template(view, cast, row, &content, taken),
        "button" | "button_reply" | "list_reply" => html! { p.chosen { (icon(Sign::Done)) (plain(view, row)) } },
        "flow_reply" => answers(view, &content),
        "audio" => html! { (file(view, row)) (text(row)) (transcript(view, row)) },
        "image" | "video" | "document" | "sticker" => html! { (file(view, row)) (text(row)) },
        "text" => text(row),
        _ => html! { (file(view, row)) p.unusual dir="auto" { (plain(view, row)) } },
    }
}

/// The words, with WhatsApp's marks.
fn text(row: &MessageRow) -> Markup {
    html! { @if let Some(text) = &row.message.text { p dir="auto" { (markup::render(text)) } } }
}

fn plain(view: &View, row: &MessageRow) -> String {
    words(&view.reader, row.message.text.as_deref(), &row.message.kind)
}

fn file(view: &View, row: &MessageRow) -> Markup {
    attached::render(&view.reader, &view.passes, row)
}

/// What a machine heard. Nobody takes it for the customer's own words.
fn transcript(view: &View, row: &MessageRow) -> Markup {
    let steps = explain::steps(row);
    let heard = steps.iter().find_map(|step| match step {
        Step::AskedOutside { what: Errand::Transcript, became, model, said, .. } => {
            matches!(became, Became::Applied | Became::Noted | Became::Overtaken).then_some((model, said))
        }
        _ => None,
    });
    html! {
        @if let Some((model, said)) = heard {
            p.transcript dir="auto" { (said) small { (view.say_with("inbox-transcript", &[("model", model)])) } }
        }
    }
}

/// A form that somebody filled in.
fn answers(view: &View, content: &Value) -> Markup {
    let written = content["nfm_reply"]["response_json"].as_str().unwrap_or_default();
    let answers: Value = serde_json::from_str(written).unwrap_or_default();
    let given = answers.as_object().into_iter().flatten().filter(|(name, _)| *name != "flow_token");
    html! {
        p.chosen { (icon(Sign::Done)) (view.say("inbox-form")) }
        dl.answers {
            @for (name, answer) in given.take(20) {
                div { dt dir="auto" { (name) } dd dir="auto" { (answer.as_str().map_or_else(|| answer.to_string(), str::to_owned)) } }
            }
        }
    }
}

/// A text of a value, unless it is empty or something else.
fn text_of<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value[field].as_str().filter(|text| !text.is_empty())
}

/// The elements of a list, as many as anybody looks at.
fn some(value: &Value) -> impl Iterator<Item = &Value> {
    const SHOWN: usize = 30;
    value.as_array().into_iter().flatten().take(SHOWN)
}

//! What a message was taken for, on the message itself: one click or one key corrects it, another one tells why.

use domain::interaction::{Intent, Step};
use maud::{Markup, html};
use store::MessageRow;

use crate::explain;
use crate::http::desk::view::View;

pub(super) fn render(view: &View, row: &MessageRow) -> Markup {
    let steps = explain::steps(row);
    let intent = steps.iter().find_map(|step| match step {
        Step::Classified(intent) => Some(intent),
        _ => None,
    });
    html! {
        div.taken-for {
            @if let Some(intent) = intent { (chip(view, row, intent)) }
            @if !steps.is_empty() { (why(view, row, &steps)) }
        }
    }
}

fn chip(view: &View, row: &MessageRow, intent: &Intent) -> Markup {
    let explainer = view.explainer();
    let name = intent.kind.as_deref().map_or_else(|| view.say("inbox-unclear"), |kind| explainer.kind(kind));
    let percent = format!("{:.0}", intent.confidence * 100.0);
    html! {
        span.chip.unsure[intent.kind.is_none()] data-chip=(row.message.seq) {
            (name) " " small { (view.say_with("inbox-percent", &[("percent", &percent)])) }
        }
    }
}

/// Every step with its reason, folded: it is there when somebody asks.
fn why(view: &View, row: &MessageRow, steps: &[Step]) -> Markup {
    let explainer = view.explainer();
    html! {
        details.why #{ "why-" (row.message.seq) } {
            summary { (view.say("inbox-why")) }
            ol { @for step in steps { li { (explainer.step(step)) } } }
        }
    }
}

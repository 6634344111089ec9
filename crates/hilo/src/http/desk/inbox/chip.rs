//! What a message was taken for, on the message itself: one click or one key corrects it, another one tells why.

use domain::delivery::SendState;
use domain::interaction::{Evidence, Intent, Step};
use maud::{Markup, html};
use serde_json::json;
use store::MessageRow;

use super::acts::{Choice, choice};
use super::calls;
use super::thread::Thread;
use crate::explain;
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::inbox::{Stays, said_by_automation};

/// How much is shown of what automation said.
const SHOWN: usize = 120;

pub(super) fn render(view: &View, row: &MessageRow) -> Markup {
    let steps = explain::steps(row);
    // A machine outside may have said more, later.
    let intent = steps.iter().rev().find_map(|step| match step {
        Step::Classified(intent) => Some(intent),
        _ => None,
    });
    html! {
        @if let Some(intent) = intent { (chip(view, row, intent)) }
        @if !steps.is_empty() { (why(view, row, &steps)) }
    }
}

fn chip(view: &View, row: &MessageRow, intent: &Intent) -> Markup {
    let name = match (&intent.kind, &intent.evidence) {
        (Some(kind), _) => view.explainer().kind(kind),
        (None, Evidence::Rule { rule }) => view.say(&format!("inbox-rule-{}", rule.replace('_', "-"))),
        (None, Evidence::NoText { .. }) => view.say("inbox-no-text"),
        (None, Evidence::Reply { .. } | Evidence::Asked { .. } | Evidence::Plain { .. }) => view.say("inbox-is-reply"),
        (
            None,
            Evidence::Model(_)
            | Evidence::Payload { .. }
            | Evidence::Words { .. }
            | Evidence::Transcript { .. }
            | Evidence::SecondOpinion { .. },
        ) => view.say("inbox-unclear"),
    };
    let is_guess = matches!(intent.evidence, Evidence::Model(_) | Evidence::Transcript { .. });
    let percent = format!("{:.0}", intent.confidence * 100.0);
    html! {
        button.chip.unsure[intent.kind.is_none()] type="button" data-chip=(row.message.seq) title=(view.say("inbox-reclassify")) {
            (name)
            @if is_guess { " " small { (view.say_with("inbox-percent", &[("percent", &percent)])) } }
        }
    }
}

/// The types, each with its digit and what choosing it does. One dialog serves all chips.
pub(super) fn types(view: &View, thread: &Thread) -> Markup {
    let path = calls::kind(thread.conversation.id);
    let now = thread.matter.as_ref().and_then(|matter| matter.kind.as_deref());
    html! {
        dialog #types.types aria-labelledby="types-title" {
            header.row {
                h2 #types-title { (view.say("inbox-reclassify")) }
                form method="dialog" { button.round aria-label=(view.say("desk-close-sheet")) { (icon(Sign::Close)) } }
            }
            p.soft { (view.say("inbox-reclassify-does")) }
            @for sentence in undone(view, thread) { p.soft { (sentence) } }
            div.choices {
                @for (place, kind) in view.workflow.workflow.types.iter().enumerate() {
                    @let queue = kind.queue.as_deref().map(|queue| view.explainer().queue(queue));
                    @let body = json!({ "type": kind.id, "was": now });
                    @if now == Some(&kind.id) {
                        p.choice.now { span { (view.explainer().kind(&kind.id)) " " small.soft { (view.say("inbox-type-now")) } } }
                    } @else {
                        (choice(&Choice { digit: place + 1, path: &path, method: "PUT", body, goes_on: false }, html! {
                            (view.explainer().kind(&kind.id))
                            @if let Some(queue) = queue { " " small.soft { "→ " (queue) } }
                        }))
                    }
                }
            }
        }
    }
}

/// What another type undoes of what automation said, and what it cannot.
fn undone(view: &View, thread: &Thread) -> Vec<String> {
    let Some(matter) = &thread.matter else { return Vec::new() };
    let said = said_by_automation(&thread.messages, matter.id);
    let sentence = |one: &Stays| {
        let row = thread.messages.iter().find(|row| row.message.seq == one.seq);
        let waits = row.is_some_and(|row| matches!(row.send_state, Some(SendState::Queued | SendState::Held)));
        let key = if waits { "inbox-undone" } else { "inbox-stays" };
        let text: String = one.text.chars().take(SHOWN).collect();
        view.say_with(key, &[("at", &view.reader.when(one.at)), ("text", &text)])
    };
    said.iter().map(sentence).collect()
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

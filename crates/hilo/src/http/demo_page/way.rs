//! What happened while the clock was moved.

use domain::delivery::{Progress, SendState};
use domain::ids::ticket_reference;
use domain::interaction::Step;
use maud::{Markup, html};

use super::scene::Scene;
use crate::demo::{Happening, What};

/// What one list shows; the rest is counted.
const SHOWN: usize = 40;

/// The list of the latest move, until it has been read.
pub(super) fn render(scene: &Scene) -> Markup {
    let Some(moved) = &scene.stage.known.time.moved else { return html! {} };
    let happened = &scene.stage.happened;
    let (from, to) = (scene.day_and_clock(moved.from), scene.day_and_clock(moved.to));
    let more = happened.len().saturating_sub(SHOWN).to_string();
    html! {
        section #way .card aria-labelledby="way-title" {
            header.row {
                h3 #way-title { (scene.say_with("demo-way", &[("from", &from), ("to", &to)])) }
                button.quiet type="button" data-act="/demo/seen" data-body="{}" { (scene.say("demo-way-seen")) }
            }
            @if happened.is_empty() { p { (scene.say("demo-way-empty")) } }
            ol.way {
                @for happening in happened.iter().take(SHOWN) { (line(scene, happening)) }
            }
            @if SHOWN < happened.len() { p { small { (scene.say_with("demo-way-more", &[("count", &more)])) } } }
        }
    }
}

fn line(scene: &Scene, happening: &Happening) -> Markup {
    html! {
        li class=(kind(&happening.what)) {
            time { (scene.day_and_clock(happening.at)) }
            span {
                @if let Some(who) = &happening.who { strong { bdi { (who) } } " · " }
                (told(scene, &happening.what))
            }
        }
    }
}

/// Sent, withheld, or otherwise: the colour of the mark; the sentence says the same.
fn kind(what: &What) -> &'static str {
    match what {
        What::Wrote { progress: Some(Progress::Cancelled | Progress::Failed), .. }
        | What::Withheld { .. }
        | What::PromisePassed { .. } => "withheld",
        What::Wrote { .. } => "sent",
        What::Event { step: Step::Closed { .. }, .. } => "closed",
        What::Event { .. } | What::WindowClosed => "passed",
    }
}

fn told(scene: &Scene, what: &What) -> String {
    match what {
        What::Wrote { text, progress, why, .. } => {
            let key = match progress {
                Some(Progress::Cancelled | Progress::Failed) => "demo-way-not-sent",
                _ => "demo-way-sent",
            };
            let (text, why) = (text.as_deref().unwrap_or_default(), why.as_deref().unwrap_or_default());
            scene.say_with(key, &[("text", text), ("why", why)])
        }
        What::Withheld { state, why } => {
            let why = why.as_deref().unwrap_or_default();
            let key = match state {
                SendState::Unknown | SendState::NeedsReview => "demo-way-unknown",
                _ => "demo-way-withheld",
            };
            scene.say_with(key, &[("why", why)])
        }
        What::Event { step, .. } => scene.explainer().step(step),
        What::PromisePassed { ticket, queue } => {
            let (ticket, queue) = (ticket_reference(*ticket), scene.explainer().queue(queue));
            scene.say_with("demo-way-promise", &[("ticket", &ticket), ("queue", &queue)])
        }
        What::WindowClosed => scene.say("demo-way-window"),
    }
}

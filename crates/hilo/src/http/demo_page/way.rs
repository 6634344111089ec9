//! What happened while the clock was moved: what was sent, what was withheld and why, and what passed besides.

use domain::delivery::SendState;
use domain::ids::ticket_reference;
use domain::interaction::Step;
use maud::{Markup, html};
use serde_json::json;

use super::scene::Scene;
use crate::demo::{Happening, Moved, What};

/// What one list shows; the rest is counted.
const SHOWN: usize = 40;

/// One of the lists. Its name is a class of the page and a part of its texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Sent,
    Withheld,
    Besides,
}

impl List {
    const ALL: [List; 3] = [List::Sent, List::Withheld, List::Besides];

    fn name(self) -> &'static str {
        match self {
            List::Sent => "sent",
            List::Withheld => "withheld",
            List::Besides => "besides",
        }
    }

    fn of(what: &What) -> List {
        match what {
            What::Sent { .. } => List::Sent,
            What::NotSent { .. } | What::NotAcknowledged { .. } | What::WindowClosed { .. } => List::Withheld,
            What::Closed(_) | What::PromisePassed { .. } => List::Besides,
        }
    }
}

/// The lists of the latest move, until they have been read.
pub(super) fn render(scene: &Scene) -> Markup {
    let Some(moved) = &scene.stage.known.time.moved else { return html! {} };
    html! {
        section #way .card tabindex="0" aria-labelledby="way-title" {
            header.row {
                h3 #way-title { (title(scene, moved)) }
                @if !moved.is_under_way() {
                    button.quiet type="button" data-act="/demo/seen" data-body=(json!({ "what": "way" })) { (scene.say("demo-way-seen")) }
                }
            }
            @for list in List::ALL { (render_list(scene, list)) }
        }
    }
}

fn title(scene: &Scene, moved: &Moved) -> String {
    let (from, to) = (scene.day_and_clock(moved.from), scene.day_and_clock(moved.to));
    let key = if moved.is_under_way() { "demo-way-moving" } else { "demo-way" };
    scene.say_with(key, &[("from", &from), ("to", &to)])
}

fn render_list(scene: &Scene, list: List) -> Markup {
    let happened = scene.stage.happened.iter().filter(|happening| List::of(&happening.what) == list);
    let happened: Vec<&Happening> = happened.collect();
    let more = happened.len().saturating_sub(SHOWN).to_string();
    html! {
        div id={ "way-" (list.name()) } class={ "way " (list.name()) } {
            h4 { (scene.say(&format!("demo-way-{}", list.name()))) " " span.count { (happened.len()) } }
            @if happened.is_empty() { p { (scene.say(&format!("demo-way-{}-none", list.name()))) } }
            ol { @for happening in happened.iter().take(SHOWN) { (line(scene, happening)) } }
            @if SHOWN < happened.len() { p { small { (scene.say_with("demo-way-more", &[("count", &more)])) } } }
        }
    }
}

fn line(scene: &Scene, happening: &Happening) -> Markup {
    html! {
        li {
            small {
                time { (scene.day_and_clock(happening.at)) }
                @if let Some(who) = &happening.who {
                    " · " a href={ "/demo/past/" (happening.conversation) } { bdi { (who) } }
                }
            }
            p dir="auto" { (told(scene, &happening.what)) }
        }
    }
}

fn told(scene: &Scene, what: &What) -> String {
    let ticket = |id, key: &str, queue: &str| {
        scene.say_with(key, &[("ticket", &ticket_reference(id)), ("queue", &scene.explainer().queue(queue))])
    };
    let quoted = |text: &Option<String>| text.clone().unwrap_or_else(|| "…".to_owned());
    match what {
        What::Sent { text } => quoted(text),
        What::NotSent { text, state, why } => {
            let why = scene.explainer().reason(why.as_deref().unwrap_or_default());
            let key = match state {
                Some(SendState::Unknown | SendState::NeedsReview) => "demo-way-unknown",
                Some(SendState::Dead) => "demo-way-refused",
                _ => "demo-way-held",
            };
            scene.say_with(key, &[("text", &quoted(text)), ("why", &why)])
        }
        What::NotAcknowledged { text, guard } => {
            let why = scene.explainer().guard(*guard);
            scene.say_with("demo-way-not-acknowledged", &[("text", &quoted(text)), ("why", &why)])
        }
        What::Closed(outcome) => scene.explainer().step(&Step::Closed { outcome: *outcome, said: None }),
        What::PromisePassed { ticket: id, queue } => ticket(*id, "demo-way-promise", queue),
        What::WindowClosed { ticket: id } => ticket(*id, "demo-way-window", ""),
    }
}

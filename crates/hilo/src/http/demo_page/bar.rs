//! The slim bar: what to do next, the clock, and what can be done to the world.

use domain::interaction::Author;
use maud::{Markup, html};
use serde_json::json;
use simulator::PersonaState;

use super::controls::Target;
use super::faults;
use super::scene::Scene;

/// The bar.
pub(super) fn render(scene: &Scene) -> Markup {
    html! {
        section #bar .bar data-live aria-label=(scene.say("demo-bar")) {
            p.lead { (scene.say(lead(scene))) }
            div.controls {
                (clock(scene))
                (others(scene))
                (faults::render(scene))
                (crash(scene))
            }
        }
    }
}

/// One sentence at a time: the next thing that is worth trying.
fn lead(scene: &Scene) -> &'static str {
    let written_by = |author: Author| {
        let mut messages = scene.thread.iter().flat_map(|thread| &thread.messages);
        messages.any(|row| row.message.author == author)
    };
    if scene.said.is_empty() && scene.thread.is_none() {
        "demo-lead-write"
    } else if !written_by(Author::Agent) {
        "demo-lead-answer"
    } else if scene.stage.known.time.ahead_ms < 3_600_000 {
        "demo-lead-clock"
    } else if scene.stage.known.kill.is_none() {
        "demo-lead-crash"
    } else {
        "demo-lead-faults"
    }
}

fn clock(scene: &Scene) -> Markup {
    let now = scene.now.as_millisecond();
    html! {
        div.clock role="group" aria-label=(scene.say("demo-clock")) {
            p { span.unseen { (scene.say("demo-clock-now")) " " } time #now { (scene.day(now)) " " strong { (scene.clock(now)) } } }
            @for target in Target::ALL {
                button.step id={ "clock-" (target.name()) } type="button" data-act="/demo/clock" data-body=(json!({ "to": target.name() }))
                    title=(scene.say(&format!("demo-clock-{}-title", target.name())))
                    disabled[target.of(scene.stage.known.time.began_at, scene.now).is_none()] {
                    (scene.say(&format!("demo-clock-{}", target.name())))
                }
            }
        }
    }
}

fn others(scene: &Scene) -> Markup {
    let others = &scene.stage.others;
    let active = others.iter().filter(|other| other.state != PersonaState::Done).count();
    html! {
        details #others .menu {
            summary {
                (scene.say("demo-others"))
                @if 0 < active { span.count { (active) } }
            }
            div.sheet {
                p { (scene.say("demo-others-lead")) }
                div.row {
                    button.primary[active == 0].quiet[active != 0] #others-come type="button" data-act="/demo/others"
                        data-body=(json!({ "come": active == 0 })) {
                        (scene.say(if active == 0 { "demo-others-come" } else { "demo-others-go" }))
                    }
                    @if !others.is_empty() { a href="/demo/past" { (scene.say("demo-others-see")) } }
                }
            }
        }
    }
}

fn crash(scene: &Scene) -> Markup {
    let kill = scene.stage.known.kill.as_ref();
    html! {
        details #crash .menu {
            summary {
                (scene.say("demo-crash"))
                @if let Some(kill) = kill { span.count { (kill.times) span.unseen { " " (scene.say("demo-crash-times")) } } }
            }
            div.sheet {
                p { (scene.say("demo-crash-lead")) }
                div.row {
                    button.primary #crash-now type="button" data-act="/demo/crash" data-body=(json!({ "when": "now" })) data-vanishes {
                        (scene.say("demo-crash-now"))
                    }
                    button.quiet #crash-worst type="button" data-act="/demo/crash" data-body=(json!({ "when": "worst_moment" }))
                        disabled[scene.stage.armed] { (scene.say("demo-crash-worst")) }
                }
                @if scene.stage.armed { p.armed { (scene.say("demo-crash-armed")) } }
                @else { p { small { (scene.say("demo-crash-worst-lead")) } } }
            }
        }
    }
}

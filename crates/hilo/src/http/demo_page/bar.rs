//! The slim bar: what to do next, the clock, and what can be done to the world.

use domain::interaction::{Author, TicketState};
use maud::{Markup, html};
use serde_json::json;
use simulator::PersonaState;

use super::controls::Target;
use super::desk;
use super::faults;
use super::scene::{Scene, Thread};

/// Somebody has moved the clock.
const AN_HOUR: i64 = 3_600_000;

/// The bar.
pub(super) fn render(scene: &Scene) -> Markup {
    let lead = Lead::of(scene);
    html! {
        section #bar .bar data-live aria-label=(scene.say("demo-bar")) {
            p.lead { a href=(lead.place()) { (scene.say(lead.name())) } }
            div.controls {
                (clock(scene))
                (others(scene))
                (faults::render(scene))
                (crash(scene))
                (desk::render(scene))
            }
        }
    }
}

/// The next thing that is worth trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lead {
    Write,
    Answer,
    Others,
    Clock,
    Crash,
    Faults,
}

impl Lead {
    fn of(scene: &Scene) -> Lead {
        let stage = &scene.stage;
        match &scene.thread {
            None if scene.said.is_empty() => Lead::Write,
            Some(thread) if !is_answered(thread) => Lead::Answer,
            _ if stage.others.is_empty() && stage.known.time.ahead_ms < AN_HOUR => Lead::Others,
            _ if stage.known.time.ahead_ms < AN_HOUR => Lead::Clock,
            _ if stage.known.kill.is_none() => Lead::Crash,
            _ => Lead::Faults,
        }
    }

    /// The sentence.
    fn name(self) -> &'static str {
        match self {
            Lead::Write => "demo-lead-write",
            Lead::Answer => "demo-lead-answer",
            Lead::Others => "demo-lead-others",
            Lead::Clock => "demo-lead-clock",
            Lead::Crash => "demo-lead-crash",
            Lead::Faults => "demo-lead-faults",
        }
    }

    /// Where it is done.
    fn place(self) -> &'static str {
        match self {
            Lead::Write => "#say",
            Lead::Answer => "#answer",
            Lead::Others => "#others",
            Lead::Clock => "#clock",
            Lead::Crash => "#crash",
            Lead::Faults => "#faults",
        }
    }
}

/// By a person, or there was nothing that needed an answer.
fn is_answered(thread: &Thread) -> bool {
    let waits = thread.ticket.as_ref().is_some_and(|row| row.state == TicketState::Open);
    !waits || thread.messages.iter().any(|row| row.message.author == Author::Agent)
}

fn clock(scene: &Scene) -> Markup {
    let now = scene.reader.now.as_millisecond();
    html! {
        div #clock .clock role="group" aria-label=(scene.say("demo-clock")) {
            p { span.unseen { (scene.say("demo-clock-now")) " " } time #now { (scene.reader.day(now)) " " strong { (scene.clock(now)) } } }
            @for target in Target::ALL {
                button.step id={ "clock-" (target.name()) } type="button" data-act="/demo/clock" data-body=(json!({ "to": target.name() }))
                    title=(scene.say(&format!("demo-clock-{}-title", target.name())))
                    disabled[target.of(scene.stage.known.time.began_at, scene.reader.now).is_none()] {
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

//! What stands out before everything else: the worker that was killed, and what waits for a person's decision.

use domain::delivery::SendState;
use maud::{Markup, html};
use serde_json::json;
use store::OutboxRow;

use super::scene::{Scene, Thread};

/// The cards, if there are any.
pub(super) fn render(scene: &Scene) -> Markup {
    html! {
        div #attention .attention role="status" {
            (killed(scene))
            @if let Some(reason) = &scene.stage.paused { (paused(scene, reason)) }
            @if let Some(thread) = &scene.thread { @for row in &thread.stuck { (stuck(scene, thread, row)) } }
        }
    }
}

/// What WhatsApp saw, held against what the database has.
fn killed(scene: &Scene) -> Markup {
    let (Some(kill), Some(proof)) = (&scene.stage.known.kill, &scene.stage.proof) else { return html! {} };
    if kill.read {
        return html! {};
    }
    let at = scene.reader.moment(kill.at, "%H:%M:%S");
    let away = kill.back_after_ms.map(|away| format!("{:.1}", away as f64 / 1000.0));
    let died = if kill.in_a_send { "demo-killed-in-a-send" } else { "demo-killed" };
    let numbers = [
        ("received", proof.received.to_string()),
        ("recorded", proof.recorded.to_string()),
        ("sent", proof.sent.to_string()),
        ("twice", (proof.sent_twice + proof.recorded_twice).to_string()),
    ];
    let numbers: Vec<(&str, &str)> = numbers.iter().map(|(name, number)| (*name, &**number)).collect();
    let verdict = if proof.holds() { "demo-killed-nothing-lost" } else { "demo-killed-not-yet" };
    html! {
        div #killed .card {
            p { strong { (scene.say_with(died, &[("at", &at)])) }
                @if let Some(away) = &away { " " (scene.say_with("demo-killed-back", &[("seconds", away)])) } }
            p { (scene.say_with(verdict, &numbers)) }
            div.row {
                button.quiet type="button" data-act="/demo/seen" data-body=(json!({ "what": "kill" })) { (scene.say("demo-way-seen")) }
            }
        }
    }
}

fn paused(scene: &Scene, reason: &str) -> Markup {
    html! {
        div #paused .card.alarm {
            p { strong { (scene.say("demo-paused")) } }
            p { (scene.say_with("demo-paused-why", &[("why", reason)])) }
            div.row {
                @if !scene.stage.faults.is_empty() {
                    button.quiet type="button" data-act="/demo/faults/clear" data-body="{}" { (scene.say("demo-faults-clear")) }
                }
                button.primary type="button" data-act="/demo/resume" data-body="{}" { (scene.say("demo-resume")) }
            }
        }
    }
}

fn stuck(scene: &Scene, thread: &Thread, row: &OutboxRow) -> Markup {
    let text = thread.messages.iter().find(|message| message.message.seq == row.send.seq);
    let text = text.and_then(|message| message.message.text.clone()).unwrap_or_default();
    let (said, verbs): (&str, &[&str]) = match row.state {
        SendState::Held => ("demo-stuck-held", &["release", "drop"]),
        SendState::Dead => ("demo-stuck-dead", &["release", "drop"]),
        SendState::Unknown | SendState::NeedsReview => ("demo-stuck-unknown", &["resend", "drop"]),
        SendState::Queued | SendState::Sending | SendState::Accepted => return html! {},
    };
    html! {
        div .card.alarm id={ "stuck-" (row.send.id) } {
            p { strong { (scene.say(said)) } }
            p dir="auto" { q { (text) } }
            @if let Some(reason) = &row.reason { p { small { (scene.explainer().reason(reason)) } } }
            div.row {
                @for (place, verb) in verbs.iter().enumerate() {
                    button.primary[place == 0].quiet[place != 0] type="button" data-act="/demo/release"
                        data-body=(json!({ "send": row.send.id, "verb": verb })) { (scene.say(&format!("demo-verb-{verb}"))) }
                }
            }
        }
    }
}

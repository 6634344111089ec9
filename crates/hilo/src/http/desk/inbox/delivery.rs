//! How far a message of ours came; and if it did not, why, with the one button that is right then.

use domain::delivery::{Progress, SendState};
use maud::{Markup, html};
use serde_json::json;
use store::MessageRow;

use crate::explain::remedy;
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::drawn::icons::{Ticks, ticks};

/// What is to be done about a message that did not simply leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// What was in the way is gone, or will be: the same message goes once more.
    Release,
    /// It would be refused again: it is written anew.
    WriteAnew,
    /// Nobody knows whether it arrived.
    Unknown,
}

/// Refusals that the same message would meet again.
const FOR_GOOD: [&str; 12] = [
    "self",
    "test-number",
    "needs-template",
    "unreachable",
    "marketing-not",
    "opted-out",
    "request",
    "media",
    "template-filling",
    "template-disabled",
    "needs-number",
    "country",
];

/// Whether somebody has to look at it.
pub(super) fn is_stuck(row: &MessageRow) -> bool {
    way(row).is_some()
}

fn way(row: &MessageRow) -> Option<Way> {
    match (row.progress?, row.send_state) {
        (_, Some(SendState::Unknown | SendState::NeedsReview)) => Some(Way::Unknown),
        (_, Some(SendState::Dead)) if row.error_code.is_some_and(|code| FOR_GOOD.contains(&remedy(code))) => {
            Some(Way::WriteAnew)
        }
        (_, Some(SendState::Held | SendState::Dead)) => Some(Way::Release),
        (Progress::Failed, _) => Some(Way::WriteAnew),
        _ => None,
    }
}

/// Ticks as everybody knows them from their own phone.
pub(super) fn ticks_of(view: &View, row: &MessageRow) -> Markup {
    html! {
        @if let Some(progress) = row.progress {
            @let meaning = view.explainer().way_out(row).into_iter().next().unwrap_or_default();
            (ticks(Ticks::of(progress), &meaning))
        }
    }
}

/// In plain words, with the one right button.
pub(super) fn trouble(view: &View, row: &MessageRow) -> Markup {
    let Some(way) = way(row) else { return html! {} };
    html! {
        div.trouble role="group" aria-label=(view.say("inbox-trouble")) {
            (icon(Sign::Alarm))
            div {
                @for sentence in view.explainer().way_out(row) { p { (sentence) } }
                @if let Some(code) = row.error_code.filter(|code| *code != 0) {
                    p.soft { (view.say_with("inbox-trouble-code", &[("code", &code.to_string())])) }
                }
                (buttons(view, row, way))
            }
        }
    }
}

fn buttons(view: &View, row: &MessageRow, way: Way) -> Markup {
    let send = row.message.send;
    html! {
        div.row {
            @match (way, send) {
                (Way::Release, Some(send)) => button.quiet type="button" data-act={ "/outbox/" (send) "/release" } { (view.say("inbox-release")) },
                (Way::Unknown, Some(send)) => {
                    button.quiet type="button" data-act={ "/outbox/" (send) "/resend" } { (view.say("inbox-resend")) }
                    button.plain type="button" data-act={ "/outbox/" (send) } data-method="DELETE" { (view.say("inbox-drop")) }
                },
                (Way::WriteAnew | Way::Release | Way::Unknown, _) => {
                    @if let Some(text) = row.message.text.as_deref().filter(|_| row.message.kind == "text") {
                        button.quiet type="button" data-compose=(text) data-body=(json!({})) { (view.say("inbox-write-anew")) }
                    }
                    @if let Some(send) = send.filter(|_| row.send_state.is_some()) {
                        button.plain type="button" data-act={ "/outbox/" (send) } data-method="DELETE" { (view.say("inbox-drop")) }
                    }
                },
            }
        }
    }
}

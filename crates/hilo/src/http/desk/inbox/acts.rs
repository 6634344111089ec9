//! What can be done with a conversation: one button each, one key each, and a menu where there is something to choose.

mod snoozing;

use domain::desk::View as Shown;
use domain::interaction::{Outcome, TicketState};
use domain::right::Right;
use maud::{Markup, html};
use serde_json::{Value, json};

use super::calls;
use super::thread::Thread;
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;

/// The outcomes that somebody can choose, in the order of their digits.
const OUTCOMES: [Outcome; 4] = [Outcome::Resolved, Outcome::NoAction, Outcome::Spam, Outcome::Duplicate];

pub(super) fn render(view: &View, thread: &Thread) -> Markup {
    let open = thread.ticket.as_ref().filter(|row| row.state == TicketState::Open);
    html! {
        div.acts role="group" aria-label=(view.say("inbox-acts")) {
            @if open.is_some() {
                (assign(view, thread))
                (snoozing::render(view, thread))
                (close(view, thread))
            } @else if thread.ticket.is_some() {
                button.quiet #act-reopen type="button" data-act=(calls::closure(thread.conversation.id)) data-method="DELETE" {
                    (icon(Sign::Reopen)) span { (view.say("inbox-reopen")) }
                }
            }
            (more(view, thread))
            button.round #act-context type="button" data-shows="context" aria-label=(view.say("inbox-context")) { (icon(Sign::Details)) }
        }
    }
}

/// What takes the choice of a place: a digit, and a letter where there are more than nine.
fn key(place: usize) -> Option<char> {
    "123456789abcdfghilmnopqrstuvwxyz".chars().nth(place.checked_sub(1)?)
}

/// One choice of a menu: a call of the API, with its digit.
pub(super) struct Choice<'a> {
    pub(super) digit: usize,
    pub(super) path: &'a str,
    pub(super) method: &'a str,
    pub(super) body: Value,
    /// Whether the next conversation comes up afterwards.
    pub(super) goes_on: bool,
}

/// The choice, drawn.
pub(super) fn choice(of: &Choice<'_>, says: Markup) -> Markup {
    html! {
        button.choice type="button" data-act=(of.path) data-method=(of.method) data-body=(of.body)
            data-after=[of.goes_on.then_some("next")] {
            span { (says) }
            @if let Some(key) = key(of.digit) { kbd aria-hidden="true" { (key) } }
        }
    }
}

fn assign(view: &View, thread: &Thread) -> Markup {
    let path = calls::assignment(thread.conversation.id);
    let assignee = thread.ticket.as_ref().and_then(|row| row.assignee);
    let name = |id| thread.colleagues.iter().find(|user| Some(user.id) == id).map(|user| user.name.clone());
    let holder = if assignee == Some(view.person.user) { Some(view.say("inbox-me")) } else { name(assignee) };
    let works = |role| Right::Work.is_of(role);
    let others = thread.colleagues.iter().filter(|user| user.id != view.person.user && works(user.role));
    let behind = 3 + others.clone().count();
    let choose = |digit, method, body| Choice { digit, path: &path, method, body, goes_on: false };
    html! {
        details.menu #menu-assign {
            summary.quiet aria-keyshortcuts="a" {
                (icon(Sign::Assign)) span { bdi { (holder.clone().unwrap_or_else(|| view.say("inbox-assign"))) } }
            }
            div.sheet {
                @if assignee != Some(view.person.user) && works(view.person.role) {
                    (choice(&choose(1, "PUT", json!({ "user_id": view.person.user })), html! { (view.say("inbox-take")) }))
                }
                @if assignee.is_some() { (choice(&choose(2, "DELETE", Value::Null), html! { (view.say("inbox-give-back")) })) }
                @for (place, user) in others.enumerate() {
                    (choice(&choose(place + 3, "PUT", json!({ "user_id": user.id })), html! { bdi { (user.name) } }))
                }
                p.soft { (view.say("inbox-to-queue")) }
                @for (place, queue) in view.workflow.workflow.queues.iter().enumerate() {
                    (choice(&choose(behind + place, "PUT", json!({ "queue": queue.id })), html! { (view.explainer().queue(&queue.id)) }))
                }
            }
        }
    }
}

fn close(view: &View, thread: &Thread) -> Markup {
    let (path, seen) = (calls::closure(thread.conversation.id), thread.conversation.last_seq);
    html! {
        details.menu #menu-close {
            summary.primary aria-keyshortcuts="e" { (icon(Sign::Done)) span { (view.say("inbox-close")) } }
            div.sheet {
                @for (place, outcome) in OUTCOMES.iter().enumerate() {
                    (choice(
                        &Choice { digit: place + 1, path: &path, method: "PUT", body: json!({ "outcome": outcome.name(), "seen": seen }), goes_on: true },
                        html! { (view.say(&format!("inbox-outcome-{outcome}"))) },
                    ))
                }
                form.sentence data-act=(path) data-method="PUT" data-fixed=(json!({ "outcome": Outcome::Other.name(), "seen": seen })) data-after="next" {
                    input name="said" required maxlength="500" dir="auto" placeholder=(view.say("inbox-outcome-other")) aria-label=(view.say("inbox-outcome-other"));
                }
            }
        }
    }
}

fn more(view: &View, thread: &Thread) -> Markup {
    let person = calls::person(thread.conversation.id);
    let choose = |digit, path, method| Choice { digit, path, method, body: json!({}), goes_on: false };
    html! {
        details.menu #menu-more {
            summary.round aria-keyshortcuts="m" aria-label=(view.say("inbox-more-acts")) { (icon(Sign::More)) }
            div.sheet {
                @if thread.conversation.person_since.is_some() {
                    (choice(&choose(1, &person, "DELETE"), html! { (view.say("inbox-hand-back")) }))
                } @else {
                    (choice(&choose(1, &person, "PUT"), html! { (view.say("inbox-take-over")) }))
                }
                @if let Some(row) = &thread.contact {
                    @let path = calls::block(row.contact.id);
                    @if thread.is_blocked {
                        (choice(&choose(2, &path, "DELETE"), html! { (view.say("inbox-unblock")) }))
                    } @else {
                        (choice(&choose(2, &path, "PUT"), html! { (view.say("inbox-block")) }))
                    }
                }
                @if thread.ticket.as_ref().is_some_and(|row| row.state == TicketState::Resolved) {
                    a.choice href={ "/inbox?view=" (Shown::Closed) } { span { (view.say("inbox-view-closed")) } }
                }
            }
        }
    }
}

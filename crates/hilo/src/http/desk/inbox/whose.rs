//! Whose a conversation is, where a person has to say: it could be of several people, or its number may have a new owner.

use domain::right::Right;
use maud::{Markup, html};
use serde_json::json;

use super::thread::Thread;
use crate::http::desk::records::likeness;
use crate::http::desk::view::View;

pub(super) fn render(view: &View, thread: &Thread) -> Markup {
    let may = Right::Work.is_of(view.person.role);
    match &thread.contact {
        None => several(view, thread, may),
        Some(row) if row.doubted_at.is_some() => doubted(view, row, may),
        Some(_) => html! {},
    }
}

/// The people it could be, side by side, each with one tap that decides.
fn several(view: &View, thread: &Thread, may: bool) -> Markup {
    let path = format!("/conversations/{}/contact", thread.conversation.id);
    let decide = |class: &str, says: String, body: serde_json::Value| {
        html! {
            button class=(class) type="button" data-act=(path) data-method="PUT" data-body=(body) disabled[!may] { (says) }
        }
    };
    let first = thread.likenesses.first();
    html! {
        section.whose aria-labelledby="whose-title" {
            h3 #whose-title.alarm { (view.say("inbox-ambiguous")) }
            p.soft { (view.say("whose-lead")) }
            div.side-by-side {
                @for likeness in &thread.likenesses {
                    (likeness::render(view, likeness, &decide("primary", view.say("whose-this"), json!({ "who": "contact", "contact_id": likeness.id() }))))
                }
            }
            div.row {
                (decide("quiet", view.say("whose-new"), json!({ "who": "new" })))
                @if let Some(first) = first.filter(|_| 1 < thread.likenesses.len()) {
                    (decide("quiet", view.say_with("whose-same", &[("name", &first.name(view))]), json!({ "who": "same", "contact_id": first.id() })))
                }
            }
        }
    }
}

/// What stands where one would write, in a conversation whose number may be somebody else's by now.
pub(super) fn no_address(view: &View, thread: &Thread) -> Markup {
    html! {
        section.composer.no-address {
            p.soft { (view.say("whose-no-address")) }
            @if let Some(id) = thread.elsewhere { p { a.primary href={ "/inbox/" (id) } { (view.say("whose-go-on")) } } }
        }
    }
}

fn doubted(view: &View, row: &store::ContactRow, may: bool) -> Markup {
    let path = format!("/contacts/{}/owner", row.contact.id);
    let decide = |class: &str, says: &str, who: &str| {
        html! {
            button class=(class) type="button" data-act=(path) data-method="PUT" data-body=(json!({ "who": who })) disabled[!may] { (view.say(says)) }
        }
    };
    html! {
        section.whose aria-labelledby="whose-title" {
            h3 #whose-title.alarm { (view.say("whose-doubted")) }
            p.soft { (view.say("whose-doubted-lead")) }
            div.row { (decide("primary", "whose-same-person", "same")) (decide("quiet", "whose-somebody-new", "new")) }
        }
    }
}

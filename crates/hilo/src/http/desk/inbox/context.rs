//! What is known beside the conversation.

use domain::contact::IdentityKind;
use maud::{Markup, html};
use store::ContactRow;

use super::thread::Thread;
use crate::http::desk::records;
use crate::http::desk::view::View;
use crate::http::drawn::initials;

pub(super) fn render(view: &View, thread: &Thread) -> Markup {
    let name = thread.name(view);
    html! {
        aside #context .pane.context data-live aria-label=(view.say("inbox-context")) {
            header.person {
                span.avatar.large aria-hidden="true" { (initials(&name)) }
                h2 { bdi { (name) } }
                @match &thread.contact {
                    Some(row) => a href={ "/contacts/" (row.contact.id) } { (view.say("inbox-contact-page")) },
                    None => p.alarm { (view.say("inbox-ambiguous")) },
                }
            }
            @if let Some(row) = &thread.contact { (facts(view, row)) }
            @if let Some(beside) = &thread.beside { (records::context::render(view, beside)) }
        }
    }
}

fn facts(view: &View, row: &ContactRow) -> Markup {
    let contact = &row.contact;
    html! {
        dl.known {
            @for known in &row.identities {
                div { dt { (view.say(identity(known.identity.kind))) } dd { bdi { (known.identity.value) } } }
            }
            @if let Some(language) = contact.language {
                div { dt { (view.say("desk-language")) } dd { (view.say(&format!("language-{language}"))) } }
            }
            div {
                dt { (view.say("inbox-consent")) }
                dd.alarm[contact.opted_out_at.is_some()] {
                    (view.say(if contact.opted_out_at.is_some() { "inbox-opted-out" } else { "inbox-not-opted-out" }))
                }
            }
            div { dt { (view.say("inbox-known-since")) } dd { (view.reader.day(row.created_at)) } }
        }
    }
}

fn identity(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Phone => "inbox-identity-phone",
        IdentityKind::UserId | IdentityKind::ParentUserId => "inbox-identity-user-id",
        IdentityKind::Email => "inbox-identity-email",
    }
}

//! What is known beside the conversation.

use domain::contact::IdentityKind;
use maud::{Markup, html};
use serde_json::json;
use store::ContactRow;

use super::thread::Thread;
use super::whose;
use crate::http::desk::records;
use crate::http::desk::view::View;
use crate::http::drawn::initials;
use crate::texts;

pub(super) fn render(view: &View, thread: &Thread) -> Markup {
    let name = thread.name(view);
    html! {
        aside #context .pane.context data-live aria-label=(view.say("inbox-context")) {
            header.person {
                span.avatar.large aria-hidden="true" { (initials(&name)) }
                h2 { bdi { (name) } }
                @match &thread.contact {
                    Some(row) => a href={ "/contacts/" (row.contact.id) } { (view.say("inbox-contact-page")) },
                    None => {},
                }
            }
            (whose::render(view, thread))
            @if let Some(row) = &thread.contact { (facts(view, row)) (records::provisional::render(view, row)) }
            (asking(view, thread))
            (could_be(view, thread))
            @if let Some(beside) = &thread.beside { (records::context::render(view, beside)) }
        }
    }
}

/// Somebody who shows WhatsApp no number is asked for it with one tap. What they answer WhatsApp fills in, so it is surely theirs.
fn asking(view: &View, thread: &Thread) -> Markup {
    let is_open = view.now() < thread.conversation.window_until;
    let language = thread.contact.as_ref().and_then(|row| row.contact.language).unwrap_or(view.reader.language);
    let request = json!({ "type": "contact_request", "contact_request": { "body": texts::say(language, "inbox-ask-number-words", &[]) } });
    html! {
        @if thread.conversation.phone.is_none() && thread.address().is_some() && is_open {
            p.asking {
                button.quiet type="button" data-act={ "/conversations/" (thread.conversation.id) "/messages" } data-body=(request) {
                    (view.say("inbox-ask-number"))
                }
            }
        }
    }
}

/// Whom somebody new says to be, by the address or the order that they wrote.
fn could_be(view: &View, thread: &Thread) -> Markup {
    html! {
        @if !thread.said_to_be.is_empty() {
            section.could-be {
                h3 { (view.say("inbox-could-be")) }
                ul {
                    @for candidate in &thread.said_to_be {
                        li {
                            a href={ "/contacts/" (candidate.contact.contact.id) } {
                                bdi { (candidate.contact.contact.name.as_deref().unwrap_or(&candidate.said)) }
                            }
                            " " small.soft { (view.say_with("inbox-could-be-said", &[("said", &candidate.said)])) }
                        }
                    }
                }
                p.soft { (view.say("inbox-could-be-warn")) }
            }
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
        IdentityKind::ExternalId => "inbox-identity-external",
    }
}

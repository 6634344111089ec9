//! The conversation as the business records it: who, about what, which ticket, and every message.

use domain::ids::ticket_reference;
use domain::interaction::{Author, TicketState};
use jiff::Timestamp;
use maud::{Markup, html};
use serde_json::json;
use store::{InteractionRow, MessageRow, TicketRow};
use workflow::{say_due, say_opening};

use super::phone::body;
use super::scene::{Scene, Thread};
use crate::http::drawn::icons::{self, Ticks, ticks};
use crate::http::drawn::{attached, initials};

/// The pane.
pub(super) fn render(scene: &Scene) -> Markup {
    pane(scene, composer(scene))
}

/// The pane for a conversation of the past: it can be read, and its ticket resolved.
pub(super) fn render_past(scene: &Scene) -> Markup {
    pane(scene, html! {})
}

fn pane(scene: &Scene, below: Markup) -> Markup {
    html! {
        section #thread .pane data-live aria-labelledby="thread-title" {
            h2 #thread-title { (scene.say("demo-thread")) }
            div.desk {
                @if let Some(thread) = &scene.thread { (who(scene, thread)) (what(scene, thread)) }
                (log(scene))
                (below)
            }
        }
    }
}

fn who(scene: &Scene, thread: &Thread) -> Markup {
    let contact = thread.contact.as_ref().map(|row| &row.contact);
    let name = contact.and_then(|contact| contact.name.clone()).or_else(|| thread.conversation.profile_name.clone());
    let name = name.unwrap_or_else(|| scene.say("nobody"));
    let address = thread.conversation.phone.as_ref().or(thread.conversation.user_id.as_ref());
    html! {
        header.who {
            span.avatar aria-hidden="true" { (initials(&name)) }
            div {
                h3 { bdi { (name) } }
                p {
                    @if let Some(address) = address { span { bdi { (address) } } }
                    @if let Some(language) = contact.and_then(|contact| contact.language) {
                        span { (scene.say(&format!("language-{language}"))) }
                    }
                    @if contact.is_some_and(|contact| contact.opted_out_at.is_some()) {
                        span.warning { (scene.say("demo-opted-out")) }
                    }
                    @if contact.is_none() { span.warning { (scene.say("demo-ambiguous")) } }
                }
                p { (window(scene, thread)) }
            }
        }
    }
}

fn window(scene: &Scene, thread: &Thread) -> String {
    if is_closed(scene, thread) {
        return scene.say("demo-window-closed");
    }
    let until = moment(scene, thread.conversation.window_until);
    let zone = &scene.workflow.workflow.business.time_zone;
    let when = say_opening(Some(until), scene.reader.now, zone, scene.visitor.language);
    scene.say_with("demo-window", &[("when", &when)])
}

fn is_closed(scene: &Scene, thread: &Thread) -> bool {
    thread.conversation.window_until < scene.reader.now.as_millisecond()
}

fn what(scene: &Scene, thread: &Thread) -> Markup {
    html! {
        div.what {
            @if let Some(matter) = &thread.matter { (kind(scene, matter)) }
            @if let Some(ticket) = &thread.ticket { (card(scene, ticket)) }
        }
    }
}

fn kind(scene: &Scene, matter: &InteractionRow) -> Markup {
    let percent = format!("{:.0}", matter.confidence * 100.0);
    html! {
        p.kind {
            @match &matter.kind {
                Some(kind) => {
                    strong { (scene.explainer().kind(kind)) }
                    span title=(scene.say("demo-confidence")) {
                        (scene.say_with("demo-percent", &[("percent", &percent)]))
                        span.unseen { " " (scene.say("demo-confidence")) }
                    }
                }
                None => strong { (scene.say("demo-kind-none")) },
            }
        }
    }
}

fn card(scene: &Scene, row: &TicketRow) -> Markup {
    let ticket = &row.ticket;
    html! {
        div.ticket {
            div {
                p { strong { (ticket_reference(ticket.id)) } span { (scene.explainer().queue(&ticket.queue)) } }
                p { (standing(scene, row)) }
            }
            @match row.state {
                TicketState::Open => button.primary #resolve type="button" data-act="/demo/resolve"
                    data-body=(json!({ "ticket": ticket.id })) { (scene.say("demo-resolve")) },
                TicketState::Resolved => p.done { (icons::done()) (scene.say("demo-ticket-resolved")) },
            }
        }
    }
}

fn standing(scene: &Scene, row: &TicketRow) -> String {
    match row.state {
        TicketState::Open => {
            let zone = &scene.workflow.workflow.business.time_zone;
            let due = say_due(moment(scene, row.ticket.due_at), scene.reader.now, zone, scene.visitor.language);
            scene.say_with("demo-ticket-open", &[("due", &due)])
        }
        TicketState::Resolved => {
            let at = scene.when(row.resolved_at.unwrap_or(row.updated_at));
            scene.say_with("demo-ticket-resolved-at", &[("at", &at)])
        }
    }
}

fn log(scene: &Scene) -> Markup {
    html! {
        div #log .log data-follow=(followed(scene)) role="log" aria-live="polite" aria-relevant="additions"
            tabindex="0"
            aria-label=(scene.say("demo-messages")) {
            @match &scene.thread {
                Some(thread) => ol { @for row in &thread.messages { (bubble(scene, row)) } },
                None => (introduction(scene)),
            }
        }
    }
}

/// What the newcomer is about to see.
fn introduction(scene: &Scene) -> Markup {
    html! {
        div.intro {
            h3 { (scene.say("demo-intro")) }
            ol { @for step in 1..=4 { li { (scene.say(&format!("demo-intro-{step}"))) } } }
            p { (scene.say("demo-thread-empty")) }
        }
    }
}

/// Another conversation is read from its end again.
fn followed(scene: &Scene) -> String {
    scene
        .thread
        .as_ref()
        .map_or_else(|| scene.visitor.person.id.to_owned(), |thread| thread.conversation.id.to_string())
}

fn bubble(scene: &Scene, row: &MessageRow) -> Markup {
    let message = &row.message;
    let own = !matches!(message.author, Author::Customer);
    html! {
        li.bubble.own[own] id={ "m-" (message.conversation) "-" (message.seq) } {
            @if own { p.author { (scene.say(&format!("demo-author-{}", message.author))) } }
            (body(scene, message.text.as_deref(), &message.kind, &attached::render(&scene.reader, &scene.passes, row)))
            footer { time { (scene.when(message.recorded_at)) } (delivery(scene, row)) }
        }
    }
}

fn delivery(scene: &Scene, row: &MessageRow) -> Markup {
    let told = row.progress.zip(scene.explainer().message(row).pop());
    html! {
        @if let Some((progress, sentence)) = told {
            span.state { (sentence) }
            (ticks(Ticks::of(progress), ""))
        }
    }
}

fn composer(scene: &Scene) -> Markup {
    let conversation = scene.thread.as_ref().map(|thread| thread.conversation.id);
    // Where WhatsApp takes no free text, nobody should begin to write one.
    let closed = scene.thread.as_ref().is_some_and(|thread| is_closed(scene, thread));
    let hint = scene.say(if closed { "demo-reply-closed" } else { "demo-reply" });
    html! {
        form.composer data-act="/demo/reply" autocomplete="off" {
            label.unseen for="answer" { (scene.say("demo-reply")) }
            @if let Some(id) = conversation { input type="hidden" name="conversation" value=(id); }
            input #answer name="text" type="text" maxlength="4096" required dir="auto" enterkeyhint="send"
                placeholder=(hint) disabled[closed || conversation.is_none()];
            button.quiet type="submit" disabled[closed || conversation.is_none()] { (scene.say("demo-send")) }
        }
    }
}

fn moment(scene: &Scene, at: i64) -> Timestamp {
    Timestamp::from_millisecond(at).unwrap_or(scene.reader.now)
}

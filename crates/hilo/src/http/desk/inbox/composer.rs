//! Where one answers, notes, or sends a template. While the window is closed, the composer is the picker of templates.

use domain::right::Right;
use maud::{Markup, html};
use serde_json::json;

use super::thread::Thread;
use super::{cost, picker};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;

/// What WhatsApp takes as one text.
const LONGEST: u16 = 4096;

pub(super) fn render(view: &View, thread: &Thread) -> Markup {
    let (id, closed) = (thread.conversation.id, thread.is_closed(view));
    let names: Vec<&str> = thread.colleagues.iter().map(|user| user.name.as_str()).collect();
    let (mode, standing) = if closed { ("template", "closed") } else { ("reply", "open") };
    html! {
        // A window that closes makes another composer of it.
        section #{ "composer-" (standing) "-" (id) } .composer data-conversation=(id) data-seen=(thread.conversation.last_seq) data-mode=(mode)
            data-own="data-mode" data-undo=(thread.undo_seconds) data-colleagues=(json!(names))
            data-not-sent=(view.say_with("inbox-not-sent-elsewhere", &[("name", &thread.name(view))])) aria-label=(view.say("inbox-composer")) {
            (around(view, thread))
            (modes(view, mode, closed))
            @if !closed { (reply(view, thread)) }
            div.panel.of-template { (picker::render(view, thread, closed)) }
            (note(view))
        }
        // What the script copies while a message is on its way to the server.
        template #sending {
            li.message.own.sending { div.bubble { p dir="auto" {} footer { time { (view.reader.clock(view.now())) } (icon(Sign::Snooze)) } } }
        }
    }
}

/// What stands above the field: what others do at the same time, what came meanwhile, what can still be taken back.
fn around(view: &View, thread: &Thread) -> Markup {
    html! {
        @for (name, text) in thread.others_drafts(view) {
            p.beside { (icon(Sign::Draft)) span { (view.say_with("inbox-others-draft", &[("name", name)])) " " q dir="auto" { (text) } } }
        }
        (collided(view))
        div.bar-line.undo #undo hidden data-own="*" {
            span role="status" { (view.say("inbox-undo-sending")) " " b {} }
            button.quiet type="button" data-undoes aria-keyshortcuts="z" { (icon(Sign::Undo)) (view.say("inbox-undo")) }
        }
    }
}

/// What came while somebody wrote stands above what they wrote: nothing was sent, and they choose.
fn collided(view: &View) -> Markup {
    html! {
        div.collided #collided hidden data-own="*" role="alert" {
            p { (icon(Sign::Alarm)) " " span data-one=(view.say("inbox-collided-one")) data-many=(view.say("inbox-collided-many")) {} }
            ol.came {}
            div.row {
                button.quiet type="button" data-sends-anyway aria-keyshortcuts="Control+Enter" { (icon(Sign::Send)) (view.say("inbox-collided-send")) }
                button.primary type="button" data-changes { (view.say("inbox-collided-change")) }
            }
        }
    }
}

fn modes(view: &View, mode: &str, closed: bool) -> Markup {
    let button = |name: &str, sign: Sign, key: &str| {
        html! {
            button.mode type="button" data-sets=(name) aria-pressed=(name == mode) data-own="aria-pressed" aria-keyshortcuts=(key) {
                (icon(sign)) (view.say(&format!("inbox-mode-{name}")))
            }
        }
    };
    html! {
        div.modes role="group" aria-label=(view.say("inbox-modes")) {
            @if !closed { (button("reply", Sign::Canned, "r")) }
            (button("template", Sign::Template, "t"))
            (button("note", Sign::Note, "n"))
        }
    }
}

fn reply(view: &View, thread: &Thread) -> Markup {
    let draft = thread.own_draft(view).unwrap_or_default();
    html! {
        form.panel.of-reply #reply data-reply autocomplete="off" {
            ul.suggestions #suggestions-reply role="listbox" aria-label=(view.say("inbox-canned")) hidden data-own="*" {}
            div.bar-line.answering hidden data-own="*" {
                (icon(Sign::Canned)) span { (view.say("inbox-answering")) " " q dir="auto" {} }
                button.round type="button" data-unquotes aria-label=(view.say("inbox-answering-not")) title=(view.say("inbox-answering-not")) { (icon(Sign::Close)) }
            }
            div.attached hidden data-own="*" data-remove=(view.say("inbox-attached-remove")) {}
            textarea #answer name="text" rows="2" maxlength=(LONGEST) dir="auto" enterkeyhint="send" data-own="style aria-activedescendant"
                aria-autocomplete="list" aria-controls="suggestions-reply" aria-keyshortcuts="r"
                placeholder=(view.say("inbox-write")) aria-label=(view.say("inbox-write")) { (draft) }
            div.tools {
                label.round title=(view.say("inbox-attach")) {
                    (icon(Sign::Attach)) span.unseen { (view.say("inbox-attach")) }
                    input.unseen #attach type="file";
                }
                button.round type="button" data-canned aria-label=(view.say("inbox-canned")) title=(view.say("inbox-canned")) { "/" }
                @if Right::Direct.is_of(view.person.role) {
                    button.round type="button" data-saves-reply aria-label=(view.say("inbox-save-reply")) title=(view.say("inbox-save-reply")) { (icon(Sign::Keep)) }
                }
                p.soft.cost { (cost::of_answer(view, thread.price("service"))) }
                button.primary.send type="submit" { (icon(Sign::Send)) span { (view.say("inbox-send")) } }
            }
        }
    }
}

fn note(view: &View) -> Markup {
    html! {
        form.panel.of-note #noting data-note autocomplete="off" {
            ul.suggestions #suggestions-note role="listbox" aria-label=(view.say("inbox-mention")) hidden data-own="*" {}
            textarea #note name="text" rows="2" maxlength=(LONGEST) dir="auto" required data-own="style aria-activedescendant"
                aria-autocomplete="list" aria-controls="suggestions-note" aria-keyshortcuts="n"
                placeholder=(view.say("inbox-note-write")) aria-label=(view.say("inbox-note-write")) {}
            div.tools {
                p.soft { (view.say("inbox-note-who")) }
                button.primary.send type="submit" { (icon(Sign::Note)) span { (view.say("inbox-note-add")) } }
            }
        }
    }
}

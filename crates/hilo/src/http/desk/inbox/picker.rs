//! Templates: the only thing that WhatsApp takes outside the window. Each shows what the person will read as its gaps are filled.

mod form;
mod shape;

use domain::template::TemplateState;
use maud::{Markup, html};
use serde_json::Value;
use store::TemplateRow;

use super::cost;
use super::thread::Thread;
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;

/// So many are seen at once; of more, one looks for the right one by its words.
const FEW: usize = 4;

pub(super) fn render(view: &View, thread: &Thread, closed: bool) -> Markup {
    let approved = in_their_language(thread);
    html! {
        @if closed { (why_closed(view, thread)) }
        @if approved.is_empty() {
            p.empty { (view.say("inbox-no-templates")) }
        } @else {
            @if FEW < approved.len() {
                div.find {
                    (icon(Sign::Search))
                    input type="search" data-own="*" data-finds-template autocomplete="off" placeholder=(view.say("inbox-find-template"))
                        aria-label=(view.say("inbox-find-template"));
                }
            }
            div.templates { @for row in approved { (template(view, thread, row)) } }
            p.soft hidden data-own="*" data-no-template role="status" { (view.say("inbox-no-such-template")) }
        }
    }
}

/// What was begun while the window was open is not lost.
fn why_closed(view: &View, thread: &Thread) -> Markup {
    let began = thread.own_draft(view).filter(|draft| !draft.trim().is_empty());
    let key = if thread.conversation.last_seq == 0 { "inbox-never-wrote" } else { "inbox-closed-why" };
    html! {
        p.soft { (view.say(key)) }
        @if let Some(began) = began {
            p.beside { (icon(Sign::Draft)) span { (view.say("inbox-closed-draft")) " " q dir="auto" { (began) } } }
        }
    }
}

/// Those in the person's language come first.
fn in_their_language(thread: &Thread) -> Vec<&TemplateRow> {
    let theirs = thread.contact.as_ref().and_then(|row| row.contact.language).map(|language| language.code());
    let is_foreign = |row: &TemplateRow| theirs.is_some_and(|theirs| !row.language.starts_with(theirs));
    let mut approved: Vec<&TemplateRow> =
        thread.templates.iter().filter(|row| row.state == TemplateState::Approved).collect();
    approved.sort_by_key(|row| is_foreign(row));
    approved
}

fn template(view: &View, thread: &Thread, row: &TemplateRow) -> Markup {
    let components: Value = serde_json::from_str(&row.components).unwrap_or_default();
    let words = shape::Shape::read(&components).map(|shape| shape.body.to_owned()).unwrap_or_default();
    let price = thread.price(row.category.name());
    html! {
        details.template name="templates" data-own="hidden" #{ "template-" (row.id) } {
            summary {
                strong { (row.name) } span.soft { (row.language) " · " (view.say(&format!("inbox-category-{}", row.category))) }
                span.words dir="auto" { (words) }
            }
            (form::render(view, row, &components, &cost::of_template(view, price)))
        }
    }
}

//! Keeping what was just written as a saved reply, for whoever may.

use domain::Language;
use domain::right::Right;
use maud::{Markup, html};

use super::thread::Thread;
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::people::replies::fields;
use crate::http::desk::view::View;

/// The dialog; the script puts in what stands in the composer.
pub(super) fn render(view: &View, thread: &Thread) -> Markup {
    if !Right::Direct.is_of(view.person.role) {
        return html! {};
    }
    let theirs = thread.contact.as_ref().and_then(|row| row.contact.language);
    let chosen = theirs.unwrap_or(view.workflow.workflow.business.default_language);
    html! {
        dialog #{ "save-reply-" (thread.conversation.id) } .save-reply data-own="*" aria-labelledby="save-reply-title" {
            header.row {
                h2 #save-reply-title { (view.say("inbox-save-reply")) }
                form method="dialog" { button.round aria-label=(view.say("desk-close-sheet")) { (icon(Sign::Close)) } }
            }
            form.fields data-keeps-reply autocomplete="off" {
                div.row {
                    label.field { span { (view.say("reply-shortcut")) } input name="shortcut" required maxlength="32" pattern="/?[\\p{L}\\p{N}_\\-]+" placeholder=(view.say("reply-shortcut-example")); }
                    label.field { span { (view.say("reply-name")) } input name="name" required maxlength="100" dir="auto"; }
                    label.field { span { (view.say("desk-language")) }
                        select name="language" {
                            @for language in Language::ALL { option value=(language.code()) selected[language == chosen] { (view.say(&format!("language-{language}"))) } }
                        }
                    }
                }
                label.field { span { (view.say("reply-text")) } textarea name="text" rows="5" required maxlength="4096" dir="auto" {} }
                (fields(view))
                p.wrong hidden role="alert" {}
                button.primary type="submit" { (view.say("reply-keep")) }
            }
        }
    }
}

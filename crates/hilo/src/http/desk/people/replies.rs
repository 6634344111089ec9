//! Saved replies: texts that are sent again and again, in the languages of those who get them.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;
use domain::Language;
use domain::right::Right;
use maud::{Markup, html};
use serde_json::json;
use store::CannedReplyRow;

use super::{Part, may_see, page};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::inbox::REPLY_FIELDS;
use crate::node::Node;

/// Nobody remembers more shortcuts.
const MOST: i64 = 500;

/// `GET /settings/replies`.
pub(super) async fn show(State(node): State<Arc<Node>>, view: View) -> Result<Html<String>, Problem> {
    may_see(&view, Part::Replies)?;
    let workspace = view.workspace;
    let replies = node.store.read(move |tx| tx.canned_replies(workspace, "", "", MOST)).await?;
    let may_change = Right::Direct.is_of(view.person.role);
    let content = html! {
        @if may_change { (make(&view)) }
        section.card aria-labelledby="replies-title" {
            h2 #replies-title { (view.say("reply-replies")) }
            @if replies.is_empty() { p.soft { (view.say(if may_change { "reply-none" } else { "reply-none-yet" })) } }
            ul.plain-list { @for row in &replies { (one(&view, row, may_change)) } }
        }
    };
    Ok(page(&view, Part::Replies, content))
}

fn make(view: &View) -> Markup {
    html! {
        details.card #make-reply {
            summary { strong { (view.say("reply-make")) } }
            p.soft { (view.say("reply-lead")) }
            (form(view, "POST /canned-replies", None))
        }
    }
}

fn one(view: &View, row: &CannedReplyRow, may_change: bool) -> Markup {
    let texts = texts(row);
    let first = texts.get(&view.reader.language).or_else(|| texts.values().next());
    html! {
        li #{ "reply-" (row.id) } {
            details.grow {
                summary.reply {
                    code { "/" (row.shortcut) } strong { bdi { (row.name) } }
                    span.soft.languages-of { (texts.keys().map(|language| language.code()).collect::<Vec<_>>().join(" · ")) }
                    span.words dir="auto" { (first.map_or("", String::as_str)) }
                }
                @if may_change {
                    (form(view, &format!("PUT /canned-replies/{}", row.id), Some((row, &texts))))
                    button.plain.alarm type="button" data-call={ "DELETE /canned-replies/" (row.id) } data-done=(view.say("reply-deleted"))
                        data-sure=(view.say_with("reply-delete-sure", &[("name", &row.name)])) { (view.say("reply-delete")) }
                } @else {
                    @for (language, text) in &texts {
                        p.soft { (view.say(&format!("language-{language}"))) }
                        p.preview dir="auto" lang=(language.code()) { (filled(view, text)) }
                    }
                }
                p.soft { (view.say_with("reply-changed", &[("name", &row.changed_by), ("when", &view.reader.when(row.changed_at))])) }
            }
        }
    }
}

fn texts(row: &CannedReplyRow) -> BTreeMap<Language, String> {
    serde_json::from_str(&row.texts).unwrap_or_default()
}

/// A text in each language; those that are left empty are not kept. Below each is how it will read.
fn form(view: &View, call: &str, of: Option<(&CannedReplyRow, &BTreeMap<Language, String>)>) -> Markup {
    let row = of.map(|(row, _)| row);
    let usual = view.workflow.workflow.business.default_language;
    html! {
        form.fields data-call=(call) data-done=(view.say("reply-kept")) data-examples=(json!(examples(view))) autocomplete="off" {
            div.row {
                label.field { span { (view.say("reply-shortcut")) }
                    input name="shortcut" required maxlength="33" value=[row.map(|row| &row.shortcut)] placeholder=(view.say("reply-shortcut-example")); }
                label.field { span { (view.say("reply-name")) }
                    input name="name" required maxlength="100" dir="auto" value=[row.map(|row| &row.name)]; }
            }
            @for language in Language::ALL {
                @let text = of.and_then(|(_, texts)| texts.get(&language)).map_or("", String::as_str);
                label.field.wide { span { (view.say(&format!("language-{language}"))) }
                    textarea name={ "texts." (language.code()) } rows="3" maxlength="4096" dir="auto" lang=(language.code()) data-previews
                        required[of.is_none() && language == usual] { (text) } }
                p.preview dir="auto" data-own="*" hidden[text.is_empty()] { (filled(view, text)) }
            }
            (fields(view))
            button.primary type="submit" { (view.say("reply-keep")) }
        }
    }
}

/// What a text may contain, each to be put where somebody writes.
pub(crate) fn fields(view: &View) -> Markup {
    html! {
        div.row role="group" aria-label=(view.say("reply-fields")) {
            span.soft { (view.say("reply-fields")) }
            @for field in REPLY_FIELDS {
                button.chip type="button" data-inserts={ "{{ " (field) " }}" } { (view.say(&format!("reply-field-{}", field.replace('.', "-")))) }
            }
        }
    }
}

/// What stands in for the fields as long as there is no conversation.
fn examples(view: &View) -> BTreeMap<&'static str, String> {
    let values = [
        "Ana Torres".to_owned(),
        view.person.name.clone(),
        view.workflow.workflow.business.name.clone(),
        "T-7K3QX9".to_owned(),
    ];
    REPLY_FIELDS.into_iter().zip(values).collect()
}

fn filled(view: &View, text: &str) -> String {
    let examples = examples(view);
    let values: Vec<(&str, &str)> = examples.iter().map(|(field, value)| (*field, value.as_str())).collect();
    crate::inbox::fill_text(text, &values)
}

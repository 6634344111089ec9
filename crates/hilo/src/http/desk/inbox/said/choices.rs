//! What we offered to tap: buttons, lists, links, templates; and which of it was taken.

use maud::{Markup, html};
use serde_json::Value;
use store::MessageRow;

use super::super::bubble::Cast;
use super::super::markup;
use super::{cards, file, some, text_of};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;

/// Words with reply buttons.
pub(super) fn buttons(content: &Value, taken: Option<&str>) -> Markup {
    html! {
        (around(content))
        ul.options { @for button in some(&content["buttons"]) { (option(text_of(button, "title"), text_of(button, "id"), taken)) } }
    }
}

/// Words with a list to choose from.
pub(super) fn list(content: &Value, taken: Option<&str>) -> Markup {
    html! {
        (around(content))
        details.options-of {
            summary { (text_of(content, "button").unwrap_or("…")) }
            @for section in some(&content["sections"]) {
                @if let Some(title) = text_of(section, "title") { p.soft dir="auto" { (title) } }
                ul.options { @for row in some(&section["rows"]) { (option(text_of(row, "title"), text_of(row, "id"), taken)) } }
            }
        }
    }
}

/// Words with a button that leads somewhere.
pub(super) fn leading(content: &Value) -> Markup {
    html! { (around(content)) ul.options { (option(text_of(content, "label"), None, None)) } }
}

/// What WhatsApp made of a template: its text is on the message, what stands around it in the template.
pub(super) fn template(view: &View, cast: &Cast<'_>, row: &MessageRow, content: &Value, taken: Option<&str>) -> Markup {
    let name = text_of(content, "name").unwrap_or_default();
    let language = text_of(content, "language").unwrap_or_default();
    let definition = cast.template(name, language).unwrap_or_default();
    let part = |kind: &str| {
        some(&definition).find(|part| part["type"].as_str().is_some_and(|of| of.eq_ignore_ascii_case(kind)))
    };
    let text = row.message.text.as_deref().unwrap_or_default();
    html! {
        p.author { (icon(Sign::Template)) (view.say_with("inbox-template", &[("name", name)])) }
        @if row.file.is_some() { (file(view, row)) }
        @if let Some(header) = part("HEADER").and_then(|header| text_of(header, "text")) {
            p dir="auto" { strong { (with_gap(header, &content["header"]["text"])) } }
        }
        @if content["header"]["location"].is_object() { (cards::place(view, &content["header"]["location"])) }
        p dir="auto" { (markup::render(text)) }
        @if let Some(footer) = part("FOOTER").and_then(|footer| text_of(footer, "text")) { p.soft dir="auto" { (footer) } }
        @if let Some(buttons) = part("BUTTONS") {
            ul.options {
                @for button in some(&buttons["buttons"]) { (option(text_of(button, "text"), text_of(button, "text"), taken)) }
            }
        }
    }
}

/// The one gap of a header's text, filled as it was sent.
fn with_gap(text: &str, given: &Value) -> String {
    let named = || given.as_object().and_then(|names| names.values().next()?.as_str());
    match (given.as_str().or_else(named), text.split_once("{{")) {
        (Some(value), Some((before, rest))) => {
            format!("{before}{value}{}", rest.split_once("}}").map_or("", |(_, after)| after))
        }
        (_, _) => text.to_owned(),
    }
}

fn around(content: &Value) -> Markup {
    let header = text_of(content, "header").or_else(|| text_of(&content["header"], "text"));
    html! {
        @if let Some(header) = header { p dir="auto" { strong { (header) } } }
        @if let Some(body) = text_of(content, "body") { p dir="auto" { (markup::render(body)) } }
        @if let Some(footer) = text_of(content, "footer") { p.soft dir="auto" { (footer) } }
    }
}

fn option(title: Option<&str>, id: Option<&str>, taken: Option<&str>) -> Markup {
    let is_taken = taken.is_some() && (id == taken || title == taken);
    html! {
        @if let Some(title) = title {
            li.taken[is_taken] dir="auto" { @if is_taken { (icon(Sign::Done)) } (title) }
        }
    }
}

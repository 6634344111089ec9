//! Templates: the only thing that WhatsApp takes outside the window. Each shows what the person will read as its gaps are filled.

use domain::template::TemplateState;
use maud::{Markup, html};
use serde_json::Value;
use store::TemplateRow;

use super::thread::Thread;
use crate::http::desk::view::View;

pub(super) fn render(view: &View, thread: &Thread, closed: bool) -> Markup {
    let approved: Vec<&TemplateRow> =
        thread.templates.iter().filter(|row| row.state == TemplateState::Approved).collect();
    html! {
        @if closed { p.soft { (view.say("inbox-closed-why")) } }
        @if approved.is_empty() {
            p.empty { (view.say("inbox-no-templates")) }
        } @else {
            div.templates { @for row in approved { (template(view, row, thread.price(view, row.category))) } }
        }
    }
}

fn template(view: &View, row: &TemplateRow, price: Option<f64>) -> Markup {
    let components: Value = serde_json::from_str(&row.components).unwrap_or_default();
    let body = part(&components, "BODY").and_then(|body| body["text"].as_str()).unwrap_or_default();
    let gaps = whatsapp::templates::gaps(body);
    html! {
        details.template name="templates" #{ "template-" (row.id) } {
            summary {
                strong { (row.name) } span.soft { (row.language) " · " (view.say(&format!("inbox-category-{}", row.category))) }
                span.words dir="auto" { (body) }
            }
            form data-template=(row.name) data-language=(row.language) data-named[row.parameter_format == "named"] autocomplete="off" {
                p.preview dir="auto" data-own="*" data-text=(body) { (body) }
                @for gap in gaps {
                    label { span { (view.say_with("inbox-gap", &[("name", gap)])) } input name=(gap) required dir="auto" maxlength="1024"; }
                }
                @match unsupported(&components) {
                    Some(key) => p.soft { (view.say(key)) },
                    None => div.tools {
                        p.soft.cost { (cost(view, price)) }
                        button.primary.send type="submit" { (view.say("inbox-send-template")) }
                    },
                }
            }
        }
    }
}

/// What it costs, as far as the rate card says.
fn cost(view: &View, price: Option<f64>) -> String {
    match price {
        Some(0.0) => view.say("inbox-cost-free"),
        Some(price) => view.say_with("inbox-cost", &[("price", &format!("{price:.4}"))]),
        None => view.say("inbox-cost-unknown"),
    }
}

/// What a form of texts cannot fill.
fn unsupported(components: &Value) -> Option<&'static str> {
    let header = part(components, "HEADER");
    let format = header.and_then(|header| header["format"].as_str()).unwrap_or("TEXT");
    let gap = header.and_then(|header| header["text"].as_str()).is_some_and(|text| text.contains("{{"));
    let buttons = part(components, "BUTTONS").map(|part| part["buttons"].to_string()).unwrap_or_default();
    let needs_more =
        !format.eq_ignore_ascii_case("TEXT") || gap || buttons.contains("{{") || buttons.contains("COPY_CODE");
    (needs_more || part(components, "CAROUSEL").is_some()).then_some("inbox-template-by-api")
}

fn part<'v>(components: &'v Value, kind: &str) -> Option<&'v Value> {
    let is_it = |part: &&Value| part["type"].as_str().is_some_and(|of| of.eq_ignore_ascii_case(kind));
    components.as_array()?.iter().find(is_it)
}

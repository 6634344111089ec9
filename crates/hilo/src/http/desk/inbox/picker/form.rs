//! What fills a template: one field for each thing it leaves open, and above them what the person will see, as it is filled.

use maud::{Markup, html};
use serde_json::Value;
use store::TemplateRow;

use super::shape::{Asks, Header, Shape, examples};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;

pub(super) fn render(view: &View, row: &TemplateRow, components: &Value, cost: &str) -> Markup {
    let Some(shape) = Shape::read(components) else {
        return html! { p.soft { (view.say("inbox-template-by-api")) } };
    };
    html! {
        form data-template=(row.name) data-language=(row.language) data-named[row.parameter_format == "named"] data-own="aria-busy" autocomplete="off" {
            (preview(&shape))
            (header(view, components, shape.header))
            (gaps(view, "body", shape.body, &examples(components, "BODY")))
            @for (place, asks) in shape.buttons.iter().filter_map(|button| button.asks) { (carried(view, place, asks)) }
            div.tools {
                p.soft.cost { (cost) }
                button.primary.send type="submit" { (view.say("inbox-send-template")) }
            }
        }
    }
}

/// The script fills it in as somebody types; the texts with their gaps are kept beside it.
fn preview(shape: &Shape<'_>) -> Markup {
    html! {
        div.preview data-own="*" {
            @match shape.header {
                Header::Nothing => {},
                Header::Text(text) => p dir="auto" { strong data-says="header" data-text=(text) { (text) } },
                Header::File(kind) => p.file-here data-says="file" { (icon(Sign::Attach)) span { (kind) } },
                Header::Place => p.file-here { (icon(Sign::Place)) span dir="auto" data-says="place" {} },
            }
            p dir="auto" data-says="body" data-text=(shape.body) { (shape.body) }
            @if let Some(footer) = shape.footer { p.soft dir="auto" { (footer) } }
            @if !shape.buttons.is_empty() {
                ul.options { @for button in &shape.buttons { li dir="auto" { (button.label) } } }
            }
        }
    }
}

fn header(view: &View, components: &Value, header: Header<'_>) -> Markup {
    match header {
        Header::Nothing => html! {},
        Header::Text(text) => gaps(view, "header", text, &examples(components, "HEADER")),
        Header::File(kind) => html! {
            label { span { (view.say(&format!("inbox-header-{kind}"))) } input type="file" data-fills="file" data-kind=(kind) accept=(accepted(kind)) required; }
        },
        Header::Place => html! {
            @for (name, longest) in [("name", 100), ("address", 200)] {
                label { span { (view.say(&format!("inbox-place-{name}"))) } input data-fills="place" name=(name) required dir="auto" maxlength=(longest); }
            }
            @for (name, most) in [("latitude", 90), ("longitude", 180)] {
                label { span { (view.say(&format!("inbox-place-{name}"))) } input type="number" data-fills="place" name=(name) required step="any" min=(-most) max=(most); }
            }
        },
    }
}

/// What WhatsApp shows above a template.
fn accepted(kind: &str) -> &'static str {
    match kind {
        "image" => "image/jpeg,image/png",
        "video" => "video/mp4,video/3gpp",
        _ => "application/pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx,text/plain",
    }
}

fn gaps(view: &View, part: &str, text: &str, examples: &[String]) -> Markup {
    html! {
        @for (place, gap) in whatsapp::templates::gaps(text).into_iter().enumerate() {
            label {
                span { (label(view, part, gap)) }
                input data-fills=(part) data-gap=(gap) required dir="auto" maxlength="1024"
                    placeholder=[examples.get(place).map(|example| view.say_with("inbox-gap-example", &[("example", example)]))];
            }
        }
    }
}

fn label(view: &View, part: &str, gap: &str) -> String {
    view.say_with(if part == "header" { "inbox-gap-above" } else { "inbox-gap" }, &[("name", gap)])
}

fn carried(view: &View, place: usize, asks: Asks<'_>) -> Markup {
    html! {
        @match asks {
            Asks::Suffix(beginning) => label {
                span { (view.say("inbox-button-link")) bdi.soft { (beginning) "…" } }
                input data-fills="suffix" data-index=(place) required dir="ltr" maxlength="2000";
            },
            Asks::Code => label {
                span { (view.say("inbox-button-code")) }
                input data-fills="copy_code" data-index=(place) required dir="ltr" maxlength="15";
            },
        }
    }
}

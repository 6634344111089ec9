//! What a message brings besides its words: its file, a place, address cards, a cart.

use domain::media::{MediaKind, MediaState};
use maud::{Markup, html};
use serde_json::Value;
use store::{MessageFile, MessageRow};

use super::{Reader, icons};
use crate::media::Passes;

/// What is shown of a list that a stranger made.
const SHOWN: usize = 5;

/// As the business has it; of a file that is not here, the reason.
pub(crate) fn render(reader: &Reader, passes: &Passes, row: &MessageRow) -> Markup {
    html! {
        @match &row.file {
            Some(file) if file.state == MediaState::Stored => (stored(reader, passes, file)),
            Some(file) => (absent(reader, file)),
            None => (facts(reader, row)),
        }
    }
}

/// As the phone that sent it or got it has it: that phone lacks nothing, so it tells no reasons.
pub(crate) fn render_on_phone(reader: &Reader, passes: &Passes, row: &MessageRow) -> Markup {
    match &row.file {
        Some(file) if file.state != MediaState::Stored => named(reader, file),
        Some(_) | None => render(reader, passes, row),
    }
}

fn stored(reader: &Reader, passes: &Passes, file: &MessageFile) -> Markup {
    let (address, name) = (passes.path(file.id), name_of(reader, file));
    html! {
        @match file.kind {
            MediaKind::Image | MediaKind::Sticker => a.picture href=(address) target="_blank" {
                img.sticker[file.kind == MediaKind::Sticker] src=(address) alt=(name) width="240" height="180";
            },
            MediaKind::Audio => audio controls preload="metadata" src=(address) aria-label=(name) {},
            MediaKind::Video => video controls preload="metadata" src=(address) aria-label=(name) {},
            MediaKind::Document => a.file href=(address) download {
                (icons::file()) span { bdi { (name) } @if let Some(file) = &file.stored { small { (size(file.size)) } } }
            },
        }
    }
}

/// A file that is only named.
fn named(reader: &Reader, file: &MessageFile) -> Markup {
    html! { p.file { (icons::file()) bdi { (name_of(reader, file)) } } }
}

fn absent(reader: &Reader, file: &MessageFile) -> Markup {
    html! {
        (named(reader, file))
        p.reason.warning[file.state != MediaState::Waiting] {
            (reader.say(&format!("file-{}", file.state)))
            @if let Some(reason) = &file.reason { small { (reason) } }
        }
    }
}

fn name_of(reader: &Reader, file: &MessageFile) -> String {
    file.filename.clone().unwrap_or_else(|| reader.say(&format!("kind-{}", file.kind)))
}

/// What stands in the message where others have words. It is a stranger's: any part of it may be missing or something else.
fn facts(reader: &Reader, row: &MessageRow) -> Markup {
    let content: Value =
        row.message.content.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let lines = match &*row.message.kind {
        "location" => place(&content),
        "contacts" => cards(&content),
        "order" => cart(reader, &content),
        _ => Vec::new(),
    };
    html! { @if !lines.is_empty() { ul.facts { @for line in &lines { li dir="auto" { (line) } } } } }
}

fn place(content: &Value) -> Vec<String> {
    let point = content["latitude"].as_f64().zip(content["longitude"].as_f64());
    let point = point.map(|(latitude, longitude)| format!("{latitude:.5}, {longitude:.5}"));
    [text(content, "name"), text(content, "address"), point].into_iter().flatten().collect()
}

fn cards(content: &Value) -> Vec<String> {
    let line = |card: &Value| {
        let phone = card["phones"].as_array().and_then(|phones| text(phones.first()?, "phone"));
        let told: Vec<String> = [text(&card["name"], "formatted_name"), phone].into_iter().flatten().collect();
        told.join(" · ")
    };
    let cards = content.as_array().into_iter().flatten();
    cards.map(line).filter(|line| !line.is_empty()).take(SHOWN).collect()
}

fn cart(reader: &Reader, content: &Value) -> Vec<String> {
    let items = content["product_items"].as_array().map(Vec::as_slice).unwrap_or_default();
    let line = |item: &Value| Some(format!("{} × {}", number(&item["quantity"])?, text(item, "product_retailer_id")?));
    let mut lines: Vec<String> = items.iter().filter_map(line).take(SHOWN).collect();
    if SHOWN < items.len() {
        lines.push(reader.say_with("demo-way-more", &[("count", &(items.len() - SHOWN).to_string())]));
    }
    lines
}

fn text(value: &Value, field: &str) -> Option<String> {
    value[field].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Meta writes some numbers as text.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.parse().ok())
}

fn size(bytes: i64) -> String {
    match bytes {
        ..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_place_is_told_by_whatever_is_known_of_it() {
        assert_eq!(
            place(&json!({"latitude": 19.43261, "longitude": -99.1, "name": "Zócalo"})),
            ["Zócalo", "19.43261, -99.10000"]
        );
        assert!(place(&json!({"latitude": "north", "name": 7})).is_empty());
    }

    #[test]
    fn a_card_without_a_number_still_has_a_name() {
        let told = cards(
            &json!([{"name": {"formatted_name": "Pepe"}, "phones": [{"phone": "+52 55"}]}, {"name": {"formatted_name": "Ana"}}, 7]),
        );
        assert_eq!(told, ["Pepe · +52 55", "Ana"]);
    }
}

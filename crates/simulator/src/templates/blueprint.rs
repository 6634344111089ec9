//! What a template asks of whoever sends it, read from its components.

use serde_json::Value;

use super::Entry;
use crate::media::Kind;

/// The parts that a send has to fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Blueprint {
    pub(crate) header: Header,
    pub(crate) body: String,
    pub(crate) buttons: Vec<Button>,
    /// Of a carousel, each with parts of its own.
    pub(crate) cards: Vec<Blueprint>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Header {
    None,
    Text(String),
    Media(Kind),
    Location,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Button {
    QuickReply(String),
    /// A link; true when its end is a placeholder.
    Url {
        is_open: bool,
    },
    CopyCode,
    OneTimePassword,
    /// Nothing that a send has to fill.
    Other,
}

impl Blueprint {
    pub(crate) fn of(entry: &Entry) -> Self {
        Self::read(&entry.components)
    }

    fn read(components: &Value) -> Self {
        let components = components.as_array().map(Vec::as_slice).unwrap_or_default();
        let find = |kind: &str| components.iter().find(|component| is(&component["type"], kind));
        let listed = |kind: &str, list: &str| find(kind).and_then(|component| component[list].as_array());
        let cards = listed("CAROUSEL", "cards").into_iter().flatten();
        Self {
            header: find("HEADER").map_or(Header::None, header),
            body: find("BODY").map(|body| text(&body["text"])).unwrap_or_default(),
            buttons: listed("BUTTONS", "buttons").into_iter().flatten().map(button).collect(),
            cards: cards.map(|card| Self::read(&card["components"])).collect(),
        }
    }
}

/// Types are written in any case.
pub(super) fn is(value: &Value, word: &str) -> bool {
    value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(word))
}

pub(super) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn header(component: &Value) -> Header {
    let format = text(&component["format"]).to_ascii_lowercase();
    match (format.as_str(), Kind::named(&format)) {
        (_, Some(kind)) => Header::Media(kind),
        ("location", None) => Header::Location,
        _ => Header::Text(text(&component["text"])),
    }
}

fn button(button: &Value) -> Button {
    match text(&button["type"]).to_ascii_uppercase().as_str() {
        "QUICK_REPLY" => Button::QuickReply(text(&button["text"])),
        "URL" => Button::Url { is_open: text(&button["url"]).contains("{{") },
        "COPY_CODE" => Button::CopyCode,
        "OTP" => Button::OneTimePassword,
        _ => Button::Other,
    }
}

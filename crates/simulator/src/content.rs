//! What a business may send: one file a family of types, with Meta's limits.

mod contacts;
mod interactive;
mod location;
mod media;
mod part;
mod reaction;
mod template;
mod text;

use serde_json::Value;

use crate::codes::{self, Refusal};
use crate::phones::Button;
use crate::settings::{Category, Template};
use part::Part;

/// A message as the phone will show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) kind: String,
    pub(crate) text: Option<String>,
    pub(crate) buttons: Vec<Button>,
    pub(crate) category: Category,
    pub(crate) reacts_to: Option<String>,
}

impl Content {
    pub(crate) fn free_form(kind: &str, text: Option<String>) -> Self {
        Self { kind: kind.into(), text, buttons: Vec::new(), category: Category::Service, reacts_to: None }
    }

    pub(crate) fn is_free_form(&self) -> bool {
        self.category == Category::Service
    }
}

/// Reads the typed part of a send request, or says which limit it breaks.
pub(crate) fn read(request: &Value, templates: &[Template]) -> Result<Content, Refusal> {
    let request = Part::of(request);
    let kind = request.at("type").optional_text()?.unwrap_or("text");
    match kind {
        "text" => text::read(&request.at("text")),
        "image" | "video" | "audio" | "document" | "sticker" => media::read(kind, &request.at(kind)),
        "location" => location::read(&request.at("location")),
        "contacts" => contacts::read(&request.at("contacts")),
        "reaction" => reaction::read(&request.at("reaction")),
        "interactive" => interactive::read(&request.at("interactive").judged_by(codes::INVALID_VALUE)),
        "template" => template::read(&request.at("template"), templates),
        other => Err(Refusal::parameter(format!("`type` cannot be `{other}`"))),
    }
}

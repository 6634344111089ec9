//! What a business may send: one file a family of types, with Meta's limits.

mod contacts;
mod interactive;
mod location;
mod media;
mod reaction;
mod template;
mod text;

use serde_json::Value;

use crate::codes::{self, Refusal};
use crate::media::{Kind, Media};
use crate::part::Part;
use crate::phones::Button;
use crate::settings::Category;
use crate::templates::Registry;

const BUTTONS: usize = 3;
const DIRECT_BUTTONS: usize = 10; // where a message without a template says what it is charged as

/// A message as the phone will show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Content {
    pub(crate) kind: String,
    pub(crate) text: Option<String>,
    pub(crate) buttons: Vec<Button>,
    pub(crate) category: Category,
    pub(crate) reacts_to: Option<String>,
    pub(crate) files: Vec<Source>,
    pub(crate) template: Option<Used>,
}

/// The template that a message was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) id: String,
    /// Its messages wait for what people think of the first ones.
    pub(crate) is_paced: bool,
}

/// Where the file of a message comes from, and what it is to be sent as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    Uploaded { kind: Kind, id: String },
    Linked { kind: Kind, url: String },
}

/// What a request may refer to.
#[derive(Clone, Copy)]
pub(crate) struct Library<'a> {
    pub(crate) templates: &'a Registry,
    /// The account of the number that sends.
    pub(crate) account: &'a str,
    pub(crate) media: &'a Media,
    /// Whether messages may be sent without a template when they say what they are.
    pub(crate) direct_send: bool,
}

impl Content {
    pub(crate) fn free_form(kind: &str, text: Option<String>) -> Self {
        Self {
            kind: kind.into(),
            text,
            buttons: Vec::new(),
            category: Category::Service,
            reacts_to: None,
            files: Vec::new(),
            template: None,
        }
    }

    pub(crate) fn is_free_form(&self) -> bool {
        self.category == Category::Service
    }
}

/// Reads the typed part of a send request, or says which limit it breaks.
pub(crate) fn read(request: &Value, library: Library<'_>) -> Result<Content, Refusal> {
    let request = Part::of(request);
    let kind = request.at("type").optional_text()?.unwrap_or("text");
    if let Some(media) = Kind::named(kind) {
        return media::read(kind, media, &request.at(kind), library.media);
    }
    match kind {
        "text" => text::read(&request.at("text")),
        "location" => location::read(&request.at("location")),
        "contacts" => contacts::read(&request.at("contacts")),
        "reaction" => reaction::read(&request.at("reaction")),
        "interactive" => {
            let is_direct = library.direct_send && request.at("category").is_there();
            let most_buttons = if is_direct { DIRECT_BUTTONS } else { BUTTONS };
            let interactive = request.at("interactive").judged_by(codes::INVALID_VALUE);
            interactive::read(&interactive, most_buttons, library.media)
        }
        "template" => template::read(&request.at("template"), library),
        other => Err(Refusal::parameter(format!("`type` cannot be `{other}`"))),
    }
}

//! What can be sent to one person, and whether Meta would take it.

mod card;
mod check;
mod template;
mod wire;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use check::is_template_name;

pub use card::{Card, CardEmail, CardName, CardOrganisation, CardPhone, CardUrl};
pub use template::{Parameter, Template, TemplateButton, TemplateHeader};

/// A message on its way out.
#[derive(Debug, Clone, PartialEq)]
pub struct OutboundMessage {
    /// Who gets it.
    pub to: Recipient,
    /// What it says.
    pub body: Body,
    /// The `wamid` of the message it answers.
    pub context: Option<String>,
    /// Comes back on the status webhooks: the only way to recognise a send whose answer was lost. Empty means none.
    pub opaque: String,
}

/// The address a message goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// Country code first, with or without `+`: `5511987654321`.
    Phone(String),
    /// A business-scoped user id, or one shared by a group of businesses.
    UserId(String),
}

/// What a message says. Everything but a template only goes out inside the customer service window.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// Words.
    Text {
        /// The words.
        body: String,
        /// Show a preview of the first link.
        preview_url: bool,
    },
    /// A picture, a video, a sound, a file or a sticker.
    Media(Media),
    /// A place on the map.
    Location(Location),
    /// Cards of people or businesses.
    Contacts(Vec<Card>),
    /// An emoji on a message of the person.
    Reaction {
        /// The message.
        wamid: String,
        /// The emoji; empty takes an earlier one away.
        emoji: String,
    },
    /// Words with up to three reply buttons.
    Buttons {
        /// What stands above the words.
        header: Option<Header>,
        /// The words.
        body: String,
        /// A small line below them.
        footer: Option<String>,
        /// What can be tapped.
        buttons: Vec<Button>,
    },
    /// Words with a list to choose from.
    List {
        /// One line above the words.
        header: Option<String>,
        /// The words.
        body: String,
        /// A small line below them.
        footer: Option<String>,
        /// What opens the list.
        button: String,
        /// The list.
        sections: Vec<Section>,
    },
    /// Words with a button that opens a link.
    LinkButton {
        /// What stands above the words.
        header: Option<Header>,
        /// The words.
        body: String,
        /// A small line below them.
        footer: Option<String>,
        /// What the button says.
        label: String,
        /// Where it leads.
        url: String,
    },
    /// Words with a button that opens a form.
    Flow {
        /// What stands above the words.
        header: Option<Header>,
        /// The words.
        body: String,
        /// A small line below them.
        footer: Option<String>,
        /// The form.
        flow: Flow,
    },
    /// Words with a button by which the person shares where they are.
    LocationRequest {
        /// The words.
        body: String,
    },
    /// Words with a button by which the person shares their phone number.
    ContactRequest {
        /// The words.
        body: String,
    },
    /// A template Meta has approved: the only thing that may open a conversation.
    Template(Template),
}

/// A file for the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    /// What it is shown as.
    pub kind: MediaKind,
    /// Where Meta gets it.
    pub source: MediaSource,
    /// Words below it; a sound and a sticker have none.
    pub caption: Option<String>,
    /// The name the person sees; only a document has one.
    pub filename: Option<String>,
}

/// What a file is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MediaKind {
    /// A picture.
    Image,
    /// A video.
    Video,
    /// A sound, or a voice message.
    Audio,
    /// Any file.
    Document,
    /// A sticker.
    Sticker,
}

impl MediaKind {
    /// Meta's name for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Document => "document",
            Self::Sticker => "sticker",
        }
    }
}

/// Where Meta gets a file from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaSource {
    /// Uploaded before.
    Id(String),
    /// Fetched by Meta.
    Link(String),
}

/// A place, under Meta's names.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Location {
    /// Degrees, north positive.
    pub latitude: f64,
    /// Degrees, east positive.
    pub longitude: f64,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where it is, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// What stands above the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Header {
    /// One line.
    Text(String),
    /// A picture.
    Image(MediaSource),
    /// A video.
    Video(MediaSource),
    /// A file.
    Document {
        /// The file.
        source: MediaSource,
        /// The name the person sees.
        filename: Option<String>,
    },
}

/// A form that opens in the chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flow {
    /// Which one.
    pub which: FlowRef,
    /// What the button says.
    pub label: String,
    /// Comes back with the answers.
    pub token: Option<String>,
    /// The screen it opens on; without one, the endpoint of the form chooses.
    pub screen: Option<String>,
    /// What that screen is given, an object.
    pub data: Option<Value>,
}

/// A form by one of its two names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FlowRef {
    /// Meta's id.
    Id(String),
    /// The name it was created under.
    Name(String),
}

/// A button whose tap comes back as a button reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Button {
    /// What comes back.
    pub id: String,
    /// What the person sees.
    pub title: String,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its heading; needed as soon as there are two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row whose choice comes back as a list reply.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What comes back.
    pub id: String,
    /// What the person sees.
    pub title: String,
    /// What stands under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

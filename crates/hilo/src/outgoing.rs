//! What goes out, in the form that the API takes and the outbox keeps. Rows outlive code, so this form is the outbox's own: it is
//! turned into WhatsApp's only when it leaves.

mod files;
mod payload;
mod read;
mod shapes;
mod shown;
mod template;
mod wire;

use domain::ids::MediaId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use whatsapp::outbound::{Button, Card, Location, Section};

pub use payload::{Detour, Payload};
pub use read::{KINDS, Members, New};
pub(crate) use shapes::{ContactCard, ListSection, Place, ReplyButton};
pub use template::{Filling, FillingButton, FillingHeader, FormCall, Gaps, HeaderText};

/// What a message says, by its type: `{"image": {"link": "…"}}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// Words.
    Text(String),
    /// A picture.
    Image(File),
    /// A video.
    Video(File),
    /// A sound, or a voice message.
    Audio(File),
    /// Any file.
    Document(File),
    /// A sticker.
    Sticker(File),
    /// A place.
    Location(Location),
    /// Cards of people or businesses.
    Contacts(Vec<Card>),
    /// An emoji on a message of the person.
    Reaction(Reaction),
    /// Words with reply buttons.
    Buttons(Buttons),
    /// Words with a list to choose from.
    List(List),
    /// Words with a button that opens a link.
    CtaUrl(LinkButton),
    /// Words with a button that opens a form.
    Flow(Form),
    /// Words that ask where the person is.
    LocationRequest(Request),
    /// Words that ask for the person's number.
    ContactRequest(Request),
    /// A template: the only one that may leave at any time.
    Template(Filling),
}

/// A file, by one of its names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FileToSend)]
pub struct File {
    /// An address from which WhatsApp fetches it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// WhatsApp's own id of a file that was uploaded to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The id of a file that was uploaded here, with `POST /media`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "01a20577-8a40-7c55-9a0e-5b1f3c2d4e6f")]
    pub media_id: Option<MediaId>,
    /// Words below it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// The name that the person sees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
}

/// What stands above the words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Above {
    /// One line.
    Text(String),
    /// A picture.
    Image(File),
    /// A video.
    Video(File),
    /// A file.
    Document(File),
}

/// An emoji on a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reaction {
    /// The message.
    pub to: Which,
    /// The emoji; empty takes an earlier one away.
    pub emoji: String,
}

/// A message of the thread: by its place, or by WhatsApp's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum Which {
    /// Its place in the thread.
    Seq(i64),
    /// WhatsApp's id.
    Wamid(String),
}

/// Words with reply buttons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Buttons {
    /// What stands above the words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Above>,
    /// The words.
    pub body: String,
    /// A small line below them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// What can be tapped, at most three.
    #[schema(value_type = Vec<ReplyButton>)]
    pub buttons: Vec<Button>,
}

/// Words with a list to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// One line above the words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// The words.
    pub body: String,
    /// A small line below them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// What opens the list.
    pub button: String,
    /// The list.
    #[schema(value_type = Vec<ListSection>)]
    pub sections: Vec<Section>,
}

/// Words with a button that opens a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkButton {
    /// What stands above the words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Above>,
    /// The words.
    pub body: String,
    /// A small line below them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// What the button says.
    pub label: String,
    /// Where it leads.
    pub url: String,
}

/// Words with a button that opens a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// What stands above the words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<Above>,
    /// The words.
    pub body: String,
    /// A small line below them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
    /// Meta's id of the form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Or the name that it was made under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What the button says.
    pub label: String,
    /// Comes back with the answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// The screen that it opens on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<String>,
    /// What that screen is given, an object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, example = json!({"order": "4471"}))]
    pub data: Option<Value>,
}

/// Words that ask for something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The words.
    pub body: String,
}

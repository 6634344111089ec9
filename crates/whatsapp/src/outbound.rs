//! What can be sent to one person, and whether Meta would take it.

mod check;
mod wire;

/// A message on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
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

/// What a message says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// Words. Only inside the customer service window, like buttons and lists.
    Text {
        /// The words.
        body: String,
        /// Show a preview of the first link.
        preview_url: bool,
    },
    /// A template Meta has approved: the only thing that may open a conversation.
    Template(Template),
    /// Words with up to three reply buttons.
    Buttons {
        /// One line above the words.
        header: Option<String>,
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
}

/// A button whose tap comes back as a button reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What comes back.
    pub id: String,
    /// What the person sees.
    pub title: String,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading; needed as soon as there are two.
    pub title: Option<String>,
    /// Its rows.
    pub rows: Vec<Row>,
}

/// A row whose choice comes back as a list reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What comes back.
    pub id: String,
    /// What the person sees.
    pub title: String,
    /// What stands under it.
    pub description: Option<String>,
}

/// A template and what fills its gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// The name it was created under.
    pub name: String,
    /// The language it was approved in: `es_MX`.
    pub language: String,
    /// What fills its header.
    pub header: Option<TemplateHeader>,
    /// What fills the gaps of its text, in their order.
    pub body: Vec<Parameter>,
    /// What its buttons carry.
    pub buttons: Vec<TemplateButton>,
}

/// What fills one gap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The gap's name, in templates that name their gaps.
    pub name: Option<String>,
    /// What goes there.
    pub text: String,
}

/// What fills the header of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateHeader {
    /// Its one gap.
    Text(Parameter),
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

/// Where Meta gets a file from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaSource {
    /// Uploaded before.
    Id(String),
    /// Fetched by Meta.
    Link(String),
}

/// What a button of a template carries. The index counts all its buttons from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateButton {
    /// Comes back when it is tapped.
    QuickReply {
        /// Which button.
        index: u8,
        /// What comes back.
        payload: String,
    },
    /// Completes the link.
    Url {
        /// Which button.
        index: u8,
        /// The end of the link.
        suffix: String,
    },
}

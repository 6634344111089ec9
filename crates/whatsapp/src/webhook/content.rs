//! What a message says.

mod card;
mod choice;
mod location;
mod media;
mod order;
mod read;
mod system;

pub use card::{Card, CardOrigin, CardPhone};
pub use choice::{CallPermissionReply, FlowReply};
pub use location::{Location, Point};
pub use media::Media;
pub use order::{Order, OrderItem};
pub use system::{System, SystemKind};

pub(super) use read::read;

/// What a message says, by Meta's kinds.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Words. Ice-breakers and `/commands` come as words, too.
    Text {
        /// The words.
        body: String,
    },
    /// A picture.
    Image(Media),
    /// A video.
    Video(Media),
    /// A sound file or a voice message.
    Audio(Media),
    /// A file.
    Document(Media),
    /// A sticker.
    Sticker(Media),
    /// A place, shared or in answer to our asking for one.
    Location(Location),
    /// Address cards.
    Contacts {
        /// The cards.
        cards: Vec<Card>,
    },
    /// An emoji on a message.
    Reaction {
        /// The message it stands on.
        message_id: String,
        /// None takes the reaction back.
        emoji: Option<String>,
    },
    /// A tap on a quick reply of a template.
    Button {
        /// What we attached to the button.
        payload: Option<String>,
        /// What the button says.
        text: Option<String>,
    },
    /// A tap on a reply button.
    ButtonReply {
        /// The id we gave the button.
        id: String,
        /// What the button says.
        title: Option<String>,
    },
    /// A row chosen from a list.
    ListReply {
        /// The id we gave the row.
        id: String,
        /// What the row says.
        title: Option<String>,
        /// What stands under it.
        description: Option<String>,
    },
    /// A form filled in, or an address given.
    FlowReply(FlowReply),
    /// An answer to our asking whether we may call.
    CallPermissionReply(CallPermissionReply),
    /// A cart sent from the catalogue.
    Order(Order),
    /// WhatsApp says that a person changed number or device.
    System(System),
    /// A person changed what they had written.
    Edit {
        /// The message that changed.
        original_message_id: String,
        /// What it says now.
        content: Box<Content>,
    },
    /// A person took a message back.
    Revoke {
        /// The message that is gone.
        original_message_id: String,
    },
    /// Something Meta does not pass on.
    Unsupported {
        /// Why, as a code.
        code: Option<i64>,
        /// Why, in words.
        title: Option<String>,
        /// What it was: `poll`, `edit`, …
        kind: Option<String>,
    },
    /// A person opened the chat for the first time.
    RequestWelcome,
    /// A known kind in a shape that cannot be read.
    Unreadable {
        /// The kind.
        kind: String,
        /// Why it cannot be read.
        reason: String,
    },
    /// A kind this crate does not know; for `interactive` with the kind of the answer (`interactive/poll`).
    Other {
        /// Meta's word; empty if there is none.
        kind: String,
    },
}

impl Content {
    /// What a person wrote or chose: words, caption, the text of a button or row.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text { body } => Some(body),
            Self::Image(media)
            | Self::Video(media)
            | Self::Audio(media)
            | Self::Document(media)
            | Self::Sticker(media) => media.caption.as_deref(),
            Self::Button { text, payload } => text.as_deref().or(payload.as_deref()),
            Self::ButtonReply { title, .. } | Self::ListReply { title, .. } => title.as_deref(),
            Self::Order(order) => order.text.as_deref(),
            Self::Edit { content, .. } => content.text(),
            Self::Location(_)
            | Self::Contacts { .. }
            | Self::Reaction { .. }
            | Self::FlowReply(_)
            | Self::CallPermissionReply(_)
            | Self::System(_)
            | Self::Revoke { .. }
            | Self::Unsupported { .. }
            | Self::RequestWelcome
            | Self::Unreadable { .. }
            | Self::Other { .. } => None,
        }
    }

    /// What a tap carries: the payload or id that we had attached to the button or row.
    pub fn payload(&self) -> Option<&str> {
        match self {
            Self::Button { payload, .. } => payload.as_deref(),
            Self::ButtonReply { id, .. } | Self::ListReply { id, .. } => Some(id),
            _ => None,
        }
    }

    /// The file it carries.
    pub fn media(&self) -> Option<&Media> {
        match self {
            Self::Image(media)
            | Self::Video(media)
            | Self::Audio(media)
            | Self::Document(media)
            | Self::Sticker(media) => Some(media),
            Self::Edit { content, .. } => content.media(),
            _ => None,
        }
    }

    /// One word for what it is.
    pub fn kind(&self) -> &str {
        match self {
            Self::Text { .. } => "text",
            Self::Image(_) => "image",
            Self::Video(_) => "video",
            Self::Audio(_) => "audio",
            Self::Document(_) => "document",
            Self::Sticker(_) => "sticker",
            Self::Location(_) => "location",
            Self::Contacts { .. } => "contacts",
            Self::Reaction { .. } => "reaction",
            Self::Button { .. } => "button",
            Self::ButtonReply { .. } => "button_reply",
            Self::ListReply { .. } => "list_reply",
            Self::FlowReply(_) => "flow_reply",
            Self::CallPermissionReply(_) => "call_permission_reply",
            Self::Order(_) => "order",
            Self::System(_) => "system",
            Self::Edit { .. } => "edit",
            Self::Revoke { .. } => "revoke",
            Self::Unsupported { .. } => "unsupported",
            Self::RequestWelcome => "request_welcome",
            Self::Unreadable { kind, .. } | Self::Other { kind } => kind,
        }
    }
}

//! What a person can do, as data.

use serde::{Deserialize, Serialize};

use crate::codes;

/// What a person does: `{"type":"text","text":"hola"}`. Media are named by id; without one, a small
/// real file of that kind is made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are named as in Meta's webhooks, where each ends up")]
pub enum Act {
    /// Types a text, perhaps as a reply to a message.
    Text {
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<String>,
    },
    /// Passes on a text that somebody else wrote.
    Forwarded {
        text: String,
        /// More than five times.
        #[serde(default)]
        frequently: bool,
    },
    /// Writes after a tap on an advertisement that opens WhatsApp.
    FromAd {
        text: String,
        #[serde(default)]
        referral: Referral,
    },
    /// Asks about a product of the catalogue.
    AskAboutProduct { text: String, catalog_id: String, product_retailer_id: String },
    /// Writes in a group that the business is in.
    InGroup { group_id: String, text: String },
    /// Puts an emoji on a message; without one, takes it away.
    Reaction {
        message_id: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        emoji: Option<String>,
    },
    /// Shares a place.
    Location {
        latitude: f64,
        longitude: f64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        address: Option<String>,
        /// The message that asked for it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<String>,
    },
    /// Sends a picture.
    Image {
        #[serde(default)]
        media_id: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    },
    /// Sends a film.
    Video {
        #[serde(default)]
        media_id: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    },
    /// Records a voice note.
    Voice {
        #[serde(default)]
        media_id: String,
    },
    /// Sends a sound that was recorded elsewhere.
    Audio {
        #[serde(default)]
        media_id: String,
    },
    /// Sends a file.
    Document {
        #[serde(default)]
        media_id: String,
        filename: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    },
    /// Sends a sticker.
    Sticker {
        #[serde(default)]
        media_id: String,
    },
    /// Sends a contact card, perhaps without a name; `requested` when the business asked for the person's own number.
    Contacts {
        #[serde(default)]
        name: String,
        phone: String,
        #[serde(default)]
        requested: bool,
    },
    /// Orders from the catalogue.
    Order {
        #[serde(default)]
        catalog_id: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        items: Vec<OrderItem>,
    },
    /// Submits a flow; `response_json` is the JSON that the flow gave.
    FlowReply { response_json: String },
    /// Says whether the business may call.
    CallPermission {
        /// For a while, not for ever.
        accepts: bool,
    },
    /// Opens the chat for the first time, where the business has asked to be told.
    RequestWelcome,
    /// Sends something that the API cannot carry, such as a `poll`.
    Unsupported {
        what: String,
        /// Meta's word for why: 131051 when the type is not supported, 131052 when a file could not be fetched, 131060
        /// when only another device of a number on the business app has it.
        #[serde(default = "type_unknown")]
        code: i64,
    },
    /// Sends something of a type that Meta has not documented yet.
    Unknown { name: String },
    /// Corrects an own message, within fifteen minutes.
    Edit { message_id: String, text: String },
    /// Deletes an own message for everybody, within two days.
    Revoke { message_id: String },
    /// Calls, and nobody takes the call.
    Call,
    /// Types, and sends nothing. The business does not hear of it.
    Typing,
    /// Blocks the business. The business does not hear of it.
    Block,
    /// Takes the block back.
    Unblock,
    /// Stops marketing messages.
    OptOut,
    /// Wants marketing messages again.
    OptIn,
    /// The person moves to another number.
    ChangeNumber { number: String },
    /// Sets WhatsApp up anew, on this phone or another: for the business it might be somebody else now.
    Reinstall,
    /// Takes a username, which hides the number from those who do not know it yet; without one, gives it up.
    SetUsername { username: Option<String> },
    /// Somebody at the business answers from its phone app.
    Echo { text: String },
    /// Somebody at the business corrects what was written in its phone app.
    EchoEdit { message_id: String, text: String },
    /// Somebody at the business deletes what was written in its phone app.
    EchoRevoke { message_id: String },
    /// The business's phone app shares the earlier chat with this person.
    History { messages: Vec<PastMessage> },
    /// The business saves the person in its phone's address book, or removes them.
    AppContact {
        #[serde(default)]
        removed: bool,
    },
    /// Another actor, such as Meta's own agent, takes over the conversation.
    HandOver,
    /// That actor answers the person.
    OtherActor { text: String },
}

fn type_unknown() -> i64 {
    codes::UNSUPPORTED_TYPE
}

/// A tap on a button or a list row: by id or by title, on one message or on the newest that has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tap {
    /// The message that holds the button.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// The id or the title of the button or row.
    pub button: String,
}

/// A line of an order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OrderItem {
    /// The business's own name of the product.
    pub product_retailer_id: String,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub item_price: f64,
    /// `MXN`.
    pub currency: String,
}

/// The advertisement that a person came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Referral {
    /// Where it is shown.
    pub source_url: String,
    /// Its id.
    pub source_id: String,
    /// `ad` or `post`.
    pub source_type: String,
    /// Its title.
    pub headline: String,
    /// Its text.
    pub body: String,
    /// The id of the click; there is none for an advertisement in a status.
    pub ctwa_clid: Option<String>,
    /// The greeting that the advertisement shows.
    pub welcome_message: Option<String>,
}

impl Default for Referral {
    fn default() -> Self {
        Self {
            source_url: "https://fb.me/simulated".into(),
            source_id: "120200000000000001".into(),
            source_type: "ad".into(),
            headline: "Examen de la vista sin costo".into(),
            body: "Agenda por WhatsApp".into(),
            ctwa_clid: Some("ARsimulated".into()),
            welcome_message: None,
        }
    }
}

/// A message from before the business's phone was connected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastMessage {
    /// What it says.
    pub text: String,
    /// Whether the business wrote it.
    #[serde(default)]
    pub from_business: bool,
    /// How long ago.
    pub hours_ago: u32,
}

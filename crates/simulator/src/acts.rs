//! What a person can do with a phone: one file a kind of webhook.

mod business_app;
mod change_number;
mod correct;
mod media;
mod message;
mod preferences;
mod tap;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::error::PhoneError;
use crate::platform::Platform;
use crate::settings::BusinessNumber;

pub(crate) use tap::tap;

/// What a person does: `{"type":"text","text":"hola"}`. Media are named by id.
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
    },
    /// Sends a picture.
    Image {
        media_id: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    },
    /// Sends a film.
    Video {
        media_id: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    },
    /// Records a voice note.
    Voice { media_id: String },
    /// Sends a file.
    Document {
        media_id: String,
        filename: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
    },
    /// Sends a sticker.
    Sticker { media_id: String },
    /// Sends a contact card; `requested` when the business asked for the person's own number.
    Contacts {
        name: String,
        phone: String,
        #[serde(default)]
        requested: bool,
    },
    /// Submits a flow; `response_json` is the JSON that the flow gave.
    FlowReply { response_json: String },
    /// Sends something of a type that Meta has not documented yet.
    Unknown { name: String },
    /// Corrects an own message, within fifteen minutes.
    Edit { message_id: String, text: String },
    /// Deletes an own message for everybody, within two days.
    Revoke { message_id: String },
    /// Stops marketing messages.
    OptOut,
    /// Wants marketing messages again.
    OptIn,
    /// Somebody at the business answers from its phone app.
    Echo { text: String },
    /// The person moves to another number.
    ChangeNumber { number: String },
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

/// Types a text: the one act that nothing can refuse.
pub(crate) fn say(
    platform: &Arc<Platform>,
    phone: usize,
    number: &BusinessNumber,
    text: &str,
    reply_to: Option<String>,
) -> String {
    message::say(platform, phone, number, message::text(text, reply_to.as_deref(), number))
}

/// Does it, and returns the id of the message or event that the business hears of.
pub(crate) fn perform(
    platform: &Arc<Platform>,
    phone: usize,
    number: &Arc<BusinessNumber>,
    act: &Act,
) -> Result<String, PhoneError> {
    let send = |draft| Ok(message::say(platform, phone, number, draft));
    match act {
        Act::Edit { message_id, text } => correct::edit(platform, phone, number, message_id, text),
        Act::Revoke { message_id } => correct::revoke(platform, phone, number, message_id),
        Act::OptOut => Ok(preferences::set_marketing(platform, phone, number, preferences::Marketing::Stop)),
        Act::OptIn => Ok(preferences::set_marketing(platform, phone, number, preferences::Marketing::Resume)),
        Act::Echo { text } => Ok(business_app::answer(platform, phone, number, text)),
        Act::ChangeNumber { number: new } => change_number::change_number(platform, phone, number, new),
        Act::Text { text, reply_to } => Ok(say(platform, phone, number, text, reply_to.clone())),
        Act::Reaction { message_id, emoji } => send(message::reaction(message_id, emoji.as_deref())),
        Act::Location { latitude, longitude, name, address } => {
            send(message::location((*latitude, *longitude), name.as_deref(), address.as_deref()))
        }
        Act::Image { media_id, caption } => send(media::image(media_id, caption.as_deref())),
        Act::Video { media_id, caption } => send(media::video(media_id, caption.as_deref())),
        Act::Voice { media_id } => send(media::voice(media_id)),
        Act::Document { media_id, filename, caption } => send(media::document(media_id, filename, caption.as_deref())),
        Act::Sticker { media_id } => send(media::sticker(media_id)),
        Act::Contacts { name, phone: card, requested } => send(message::contacts(name, card, *requested)),
        Act::FlowReply { response_json } => send(message::flow_reply(response_json)),
        Act::Unknown { name } => send(message::unknown(name)),
    }
}

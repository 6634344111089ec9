//! What can be seen of a phone, and what can be set on it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A phone to be created: by number in any format, or by a username alone, in which case the business never learns a
/// number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPhone {
    /// Its number in any human format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// Its username.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The profile name; made up from the number or the username when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What `PUT /sim/phones/{id}` may change; what is absent stays.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneChange {
    /// Whether messages reach it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub online: Option<bool>,
    /// Who opens the chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reads: Option<Reads>,
    /// Whether it has blocked the business.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<bool>,
}

/// Who opens the chat when a message has come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reads {
    /// The phone by itself, a moment after the delivery.
    #[default]
    Auto,
    /// The chat is open: what arrives is read, and no `delivered` status is posted.
    AtOnce,
    /// Whoever holds it.
    Manual,
}

/// A phone as it is now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneView {
    /// What names it in paths: its `wa_id`, or its user id when it shows no number.
    pub id: String,
    /// Its number in digits, as WhatsApp writes it.
    pub number: Option<String>,
    /// Its username.
    pub username: Option<String>,
    /// Its business-scoped user id.
    pub user_id: String,
    /// Its profile name.
    pub name: String,
    /// Whether messages reach it.
    pub online: bool,
    /// Who opens the chat.
    pub reads: Reads,
    /// Whether it has blocked the business.
    pub blocked: bool,
    /// Whether it sees that the business is typing.
    pub typing: bool,
    /// Whether somebody types on it.
    #[serde(default)]
    pub composing: bool,
    /// Whether it has stopped marketing messages.
    #[serde(default)]
    pub opted_out: bool,
    /// Whether webhooks carry its number.
    #[serde(default)]
    pub shows_number: bool,
    /// Whether another actor holds its conversation with the business.
    #[serde(default)]
    pub held_elsewhere: bool,
    /// How many messages it has received.
    pub received: usize,
    /// How many of them are not read.
    pub unread: usize,
}

/// A message that a phone has received.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Received {
    /// Meta's id of it.
    pub wamid: String,
    /// The business number that wrote.
    pub phone_number_id: String,
    /// Its type, as sent.
    #[serde(rename = "type")]
    pub kind: String,
    /// What a person reads: text, caption, body, a template filled in, the emoji of a reaction.
    pub text: Option<String>,
    /// What a person can tap.
    pub buttons: Vec<Button>,
    /// The message that it replies to.
    pub context: Option<String>,
    /// Business time of its acceptance, in milliseconds.
    pub sent_at: i64,
    /// Whether the person has seen it.
    pub read: bool,
    /// The request as it came.
    pub body: Value,
}

/// Something to tap under a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What comes back to the business: the id, or the payload of a template's quick reply.
    pub id: String,
    /// What the person reads.
    pub title: String,
    /// The second line of a list row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How Meta reports the tap.
    pub kind: ButtonKind,
}

/// How Meta reports a tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ButtonKind {
    /// As `interactive.button_reply`.
    Reply,
    /// As `interactive.list_reply`.
    Row,
    /// As `button`, from a template.
    QuickReply,
}

/// A message that a phone has written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaidView {
    /// Meta's id of it.
    pub wamid: String,
    /// The business number that it was written to.
    pub phone_number_id: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it says.
    pub text: Option<String>,
    /// Business time, in milliseconds.
    pub at: i64,
    /// Whether the business has marked it as read.
    pub read: bool,
}

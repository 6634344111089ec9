//! The value of a field that concerns people: lists of messages, statuses and their kin, flattened into items.

use serde_json::{Map, Value};

use super::api_error::{self, ApiError};
use super::call::{self, Call};
use super::contacts::{self, Contact};
use super::history::{self, HistoryChunk};
use super::identity::{Ids, PhoneText};
use super::json;
use super::message::{self, Message, Side};
use super::preference::{self, Preference};
use super::standby;
use super::status::{self, Status};

/// Everything one change says about the people of one phone number.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// The number of ours that it concerns.
    pub metadata: Metadata,
    /// Every message, status and other part: nothing is left behind.
    pub items: Vec<Item>,
}

/// Which of our numbers a batch concerns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// What to route on.
    pub phone_number_id: Option<String>,
    /// The number as people see it.
    pub display_phone_number: Option<String>,
}

/// One part of a batch. Messages have one variant for each way they come, because each asks for something else.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// A person wrote to us and we are the one to answer.
    Message(Box<Message>),
    /// A person wrote to us while another actor, such as Meta's agent, holds the conversation.
    Standby(Box<Message>),
    /// A colleague answered in the phone app.
    Echo(Box<Message>),
    /// The actor that holds the conversation answered.
    StandbyEcho(Box<Message>),
    /// A message from before the number was connected, either way.
    Past {
        /// As it would have come then.
        message: Box<Message>,
        /// How far it had come: `READ`, `DELIVERED`, …
        status: Option<String>,
    },
    /// What became of a message of ours.
    Status(Box<Status>),
    /// A problem of the number or account that belongs to no message.
    Error {
        /// What Meta says about it.
        error: ApiError,
        /// The error as it came.
        raw: Value,
    },
    /// A person stopped or resumed marketing messages.
    Preference(Preference),
    /// A person's user id was replaced by another.
    UserIdChange(UserIdChange),
    /// A piece of the chat history of a newly connected phone.
    History(HistoryChunk),
    /// An address book entry of the phone app was added, changed or removed.
    AppContact(AppContact),
    /// A call began, ended, or left a recording.
    Call(Call),
    /// Control of a conversation passed to or from another actor. Its shape is not published.
    Handover {
        /// As it came.
        raw: Value,
    },
    /// A member this crate has no reader for.
    Other {
        /// The member's name.
        kind: String,
        /// Its value as it came.
        raw: Value,
    },
    /// A part of a known kind that cannot be read.
    Malformed {
        /// The member it was found in.
        kind: String,
        /// The part as it came.
        raw: Value,
        /// Why it cannot be read.
        reason: String,
    },
}

/// A person's user id was replaced, usually because they moved to another phone number.
#[derive(Debug, Clone, PartialEq)]
pub struct UserIdChange {
    /// The person's phone number, if it may be shown.
    pub wa_id: Option<PhoneText>,
    /// The user id that is no longer valid.
    pub previous: Option<String>,
    /// The one that replaces it.
    pub current: Option<String>,
    /// Unix seconds.
    pub timestamp: Option<i64>,
    /// As it came.
    pub raw: Value,
}

/// An entry of the phone app's address book.
#[derive(Debug, Clone, PartialEq)]
pub struct AppContact {
    /// `add` or `remove`.
    pub action: Option<String>,
    /// The name in the address book.
    pub full_name: Option<String>,
    /// The number in the address book.
    pub phone_number: Option<PhoneText>,
    /// The person's user id, where the number is not shown.
    pub user_id: Option<String>,
    /// Unix seconds.
    pub timestamp: Option<i64>,
    /// As it came.
    pub raw: Value,
}

/// What the parts of a batch have in common.
pub(super) struct Around<'b> {
    pub(super) field: &'b str,
    pub(super) metadata: &'b Metadata,
    pub(super) contacts: &'b [Contact],
}

/// Reads the value of one of the fields that concern people.
pub(super) fn read(field: &str, value: Value) -> Batch {
    let mut value = match field {
        "standby" => standby::unfold(value),
        "messaging_handovers" => standby::list_handover(value),
        _ => value,
    };
    let metadata = json::take(&mut value, "metadata").map(|raw| read_metadata(&raw)).unwrap_or_default();
    let raw_contacts = json::take(&mut value, "contacts");
    let contacts = contacts::read_all(raw_contacts.as_ref());
    let around = Around { field, metadata: &metadata, contacts: &contacts };
    let Value::Object(members) = value else { return Batch { metadata, items: Vec::new() } };

    let mut items = read_members(members, &around);
    // Contacts explain the other parts. Alone, they are a part of their own.
    if let (true, Some(raw)) = (items.is_empty(), raw_contacts) {
        items.push(Item::Other { kind: "contacts".into(), raw });
    }
    Batch { metadata, items }
}

fn read_metadata(raw: &Value) -> Metadata {
    Metadata {
        phone_number_id: json::text(raw, "phone_number_id"),
        display_phone_number: json::text(raw, "display_phone_number"),
    }
}

fn read_members(members: Map<String, Value>, around: &Around<'_>) -> Vec<Item> {
    let mut items = Vec::new();
    for (kind, member) in members {
        let Some(reader) = reader(&kind) else {
            items.extend(leftover(kind, member));
            continue;
        };
        match member {
            Value::Array(parts) => items
                .extend(parts.into_iter().enumerate().map(|(place, raw)| read_part(&kind, reader, raw, around, place))),
            Value::Null => {}
            raw => items.push(Item::Malformed { reason: format!("`{kind}` is not a list"), kind, raw }),
        }
    }
    items
}

/// Reads one part. A part that cannot be read is handed back with the reason.
type Reader = fn(Value, &Around<'_>, usize) -> Result<Item, (Value, String)>;

fn reader(kind: &str) -> Option<Reader> {
    Some(match kind {
        "messages" => read_message,
        "message_echoes" => read_echo,
        "statuses" => |raw, around, place| Ok(Item::Status(Box::new(status::read(raw, around, place)?))),
        "errors" => |raw, _, _| Ok(Item::Error { error: api_error::read(&raw), raw }),
        "user_preferences" => |raw, around, place| Ok(Item::Preference(preference::read(raw, around, place)?)),
        "user_id_update" => |raw, _, _| Ok(Item::UserIdChange(read_user_id_change(raw))),
        "history" => |raw, around, _| Ok(Item::History(history::read(raw, around))),
        "state_sync" => |raw, _, _| Ok(Item::AppContact(read_app_contact(raw))),
        "calls" => |raw, _, _| Ok(Item::Call(call::read(raw))),
        "messaging_handovers" => |raw, _, _| Ok(Item::Handover { raw }),
        _ => return None,
    })
}

pub(super) fn read_part(kind: &str, reader: Reader, raw: Value, around: &Around<'_>, place: usize) -> Item {
    let reading =
        if raw.is_object() { reader(raw, around, place) } else { Err((raw, "it is not an object".to_owned())) };
    reading.unwrap_or_else(|(raw, reason)| Item::Malformed { kind: kind.to_owned(), raw, reason })
}

fn leftover(kind: String, raw: Value) -> Option<Item> {
    match kind.as_str() {
        "messaging_product" | "field" | "object" => None,
        _ if raw.is_null() => None,
        _ => Some(Item::Other { kind, raw }),
    }
}

fn read_message(raw: Value, around: &Around<'_>, place: usize) -> Result<Item, (Value, String)> {
    match around.field {
        "history" => read_past(raw, around, place),
        "smb_message_echoes" | "message_echoes" => read_echo(raw, around, place),
        "standby" if is_ours(&raw, around) => read_echo(raw, around, place),
        "standby" => message::read(raw, Side::Theirs, around, place).map(Box::new).map(Item::Standby),
        _ => message::read(raw, Side::Theirs, around, place).map(Box::new).map(Item::Message),
    }
}

fn read_echo(raw: Value, around: &Around<'_>, place: usize) -> Result<Item, (Value, String)> {
    let message = Box::new(message::read(raw, Side::Ours, around, place)?);
    Ok(if around.field == "standby" { Item::StandbyEcho(message) } else { Item::Echo(message) })
}

/// Reads a message of a history, where both sides stand in one list.
pub(super) fn read_past(raw: Value, around: &Around<'_>, place: usize) -> Result<Item, (Value, String)> {
    let side = if is_ours(&raw, around) { Side::Ours } else { Side::Theirs };
    let message = Box::new(message::read(raw, side, around, place)?);
    let status = json::member(&message.raw, "history_context").and_then(|context| json::text(context, "status"));
    Ok(Item::Past { message, status })
}

/// Whether our own number is the sender.
fn is_ours(raw: &Value, around: &Around<'_>) -> bool {
    let sender = json::text(raw, "from").and_then(PhoneText::new);
    sender.zip(around.metadata.display_phone_number.as_ref()).is_some_and(|(sender, ours)| sender.same_digits(ours))
}

fn read_user_id_change(raw: Value) -> UserIdChange {
    let ids = json::member(&raw, "user_id").unwrap_or(&Value::Null);
    UserIdChange {
        wa_id: json::text(&raw, "wa_id").and_then(PhoneText::new),
        previous: json::text(ids, "previous"),
        current: json::text(ids, "current").or_else(|| json::text(&raw, "user_id")),
        timestamp: json::seconds(&raw, "timestamp"),
        raw,
    }
}

fn read_app_contact(raw: Value) -> AppContact {
    let contact = json::member(&raw, "contact").unwrap_or(&Value::Null);
    let ids = Ids::read(contact, &["phone_number"], &["user_id"], &[]);
    AppContact {
        action: json::text(&raw, "action"),
        full_name: json::first_text(contact, &["full_name", "first_name"]),
        phone_number: ids.phone,
        user_id: ids.user_id,
        timestamp: json::member(&raw, "metadata").and_then(|metadata| json::seconds(metadata, "timestamp")),
        raw,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn items(field: &str, value: Value) -> Vec<Item> {
        read(field, value).items
    }

    #[test]
    fn one_broken_message_does_not_cost_its_neighbours() {
        let good = json!({"id": "wamid.1", "from": "5511", "type": "text", "text": {"body": "oi"}});
        let items = items(
            "messages",
            json!({"messages": [good, {"from": "5511"}, "?", null], "statuses": [{"id": "wamid.2"}]}),
        );

        assert!(matches!(&items[0], Item::Message(message) if message.id == "wamid.1"));
        assert!(
            matches!(&items[1], Item::Malformed { kind, reason, .. } if kind == "messages" && reason == "it has no `id`")
        );
        assert!(matches!(&items[2], Item::Malformed { reason, .. } if reason == "it is not an object"));
        assert!(matches!(&items[3], Item::Malformed { .. }));
        assert!(matches!(&items[4], Item::Malformed { kind, .. } if kind == "statuses"));
    }

    #[test]
    fn a_member_invented_tomorrow_is_an_item_of_its_own() {
        let items = items("messages", json!({"messaging_product": "whatsapp", "dreams": [1], "messages": {"id": 1}}));

        assert_eq!(items[0], Item::Other { kind: "dreams".into(), raw: json!([1]) });
        assert!(matches!(&items[1], Item::Malformed { kind, .. } if kind == "messages"));
    }

    #[test]
    fn contacts_without_a_message_are_kept() {
        let items = items("messages", json!({"contacts": [{"wa_id": "5511"}]}));

        assert_eq!(items, [Item::Other { kind: "contacts".into(), raw: json!([{"wa_id": "5511"}]) }]);
    }

    #[test]
    fn who_holds_the_conversation_decides_what_a_message_is() {
        let theirs = json!({"id": "wamid.1", "from": "5511", "type": "text", "text": {"body": "oi"}});
        let ours =
            json!({"id": "wamid.2", "from": "15550783881", "to": "5511", "type": "text", "text": {"body": "olá"}});
        let value = json!({
            "metadata": {"display_phone_number": "+1 555-078-3881", "phone_number_id": "1"},
            "messages": [theirs, ours],
            "message_echoes": [ours],
        });

        assert!(matches!(
            &items("standby", value.clone())[..],
            [Item::StandbyEcho(_), Item::Standby(_), Item::StandbyEcho(_)]
        ));
        assert!(matches!(
            &items("smb_message_echoes", value.clone())[..],
            [Item::Echo(_), Item::Echo(_), Item::Echo(_)]
        ));
        assert!(matches!(&items("messages", value.clone())[..], [Item::Echo(_), Item::Message(_), Item::Message(_)]));
        assert!(matches!(&items("history", value)[1..], [Item::Past { .. }, Item::Past { message, .. }]
            if message.to.as_ref().is_some_and(|to| to.as_str() == "5511")));
    }

    #[test]
    fn a_handover_is_kept_whatever_its_shape() {
        let listed = items("messaging_handovers", json!({"messaging_handovers": [{"to": "app"}]}));
        let bare = items("messaging_handovers", json!({"control": "app"}));

        assert_eq!(listed, [Item::Handover { raw: json!({"to": "app"}) }]);
        assert_eq!(bare, [Item::Handover { raw: json!({"control": "app"}) }]);
    }

    #[test]
    fn a_replaced_user_id_names_both() {
        let items = items(
            "user_id_update",
            json!({"user_id_update": [{"wa_id": "1555", "timestamp": "1700000003",
            "user_id": {"previous": "US.1", "current": "US.2"}}]}),
        );

        let Item::UserIdChange(change) = &items[0] else { panic!("{items:?}") };
        assert_eq!((change.previous.as_deref(), change.current.as_deref()), (Some("US.1"), Some("US.2")));
    }

    #[test]
    fn an_address_book_entry_names_its_number() {
        let items = items(
            "smb_app_state_sync",
            json!({"state_sync": [{"type": "contact", "action": "add",
            "contact": {"full_name": "Pablo Morales", "phone_number": "16505551234"}, "metadata": {"timestamp": "1739321024"}}]}),
        );

        let Item::AppContact(contact) = &items[0] else { panic!("{items:?}") };
        assert_eq!(contact.full_name.as_deref(), Some("Pablo Morales"));
        assert_eq!(contact.timestamp, Some(1_739_321_024));
    }
}

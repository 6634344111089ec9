//! The chats of a phone from before it was connected, which Meta hands over in pieces.

use serde_json::Value;

use super::api_error::{self, ApiError};
use super::batch::{self, Around, Item};
use super::json;

/// One piece of the history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryChunk {
    /// 0: the last day, 1: up to 90 days, 2: up to 180 days.
    pub phase: Option<i64>,
    /// The place of this piece among those of its phase.
    pub chunk_order: Option<i64>,
    /// Percent of the whole.
    pub progress: Option<i64>,
    /// The chats in this piece.
    pub threads: Vec<Thread>,
    /// Why there is none: the owner may decline to share it.
    pub errors: Vec<ApiError>,
    /// What else the piece said.
    pub rest: Value,
}

/// A chat with one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Thread {
    /// The person's phone number or user id.
    pub id: Option<String>,
    /// Its messages, each `Past` or `Malformed`.
    pub items: Vec<Item>,
    /// What else the chat said.
    pub rest: Value,
}

pub(super) fn read(mut raw: Value, around: &Around<'_>) -> HistoryChunk {
    let metadata = json::member(&raw, "metadata").unwrap_or(&Value::Null);
    let (phase, chunk_order) = (json::integer(metadata, "phase"), json::integer(metadata, "chunk_order"));
    let progress = json::integer(metadata, "progress");
    HistoryChunk {
        phase,
        chunk_order,
        progress,
        threads: take_list(&mut raw, "threads").into_iter().map(|thread| read_thread(thread, around)).collect(),
        errors: api_error::read_all(&raw),
        rest: raw,
    }
}

fn read_thread(mut raw: Value, around: &Around<'_>) -> Thread {
    let messages = take_list(&mut raw, "messages").into_iter().enumerate();
    Thread {
        items: messages
            .map(|(place, message)| batch::read_part("messages", batch::read_past, message, around, place))
            .collect(),
        id: json::text(&raw, "id"),
        rest: raw,
    }
}

/// The list, moved out. Anything that is no list stays where it is.
fn take_list(raw: &mut Value, key: &str) -> Vec<Value> {
    match raw.get_mut(key) {
        Some(Value::Array(list)) => std::mem::take(list),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::webhook::Metadata;
    use serde_json::json;

    #[test]
    fn every_message_of_every_chat_comes_out() {
        let metadata = Metadata { display_phone_number: Some("1555".into()), ..Metadata::default() };
        let around = Around { field: "history", metadata: &metadata, contacts: &[] };
        let chunk = read(
            json!({"metadata": {"phase": 0, "chunk_order": "1", "progress": 55}, "threads": [{"id": "1650", "messages": [
                {"id": "wamid.1", "from": "1555", "to": "1650", "type": "media_placeholder", "history_context": {"status": "PLAYED"}},
                {"id": "wamid.2", "from": "1650", "type": "text", "text": {"body": "Thanks!"}},
                {"from": "1650"}]}, 7]}),
            &around,
        );

        assert_eq!((chunk.phase, chunk.chunk_order, chunk.progress), (Some(0), Some(1), Some(55)));
        assert!(matches!(&chunk.threads[0].items[..], [
            Item::Past { status: Some(status), .. }, Item::Past { message, .. }, Item::Malformed { .. }
        ] if status == "PLAYED" && message.content.text() == Some("Thanks!")));
        assert_eq!(chunk.threads[1].rest, json!(7));
    }

    #[test]
    fn an_owner_who_declines_to_share_is_heard() {
        let around = Around { field: "history", metadata: &Metadata::default(), contacts: &[] };
        let chunk = read(json!({"errors": [{"code": 2593109, "title": "History sync is turned off"}]}), &around);

        assert_eq!(chunk.errors[0].code, Some(2_593_109));
    }
}

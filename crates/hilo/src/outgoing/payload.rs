//! A row of the outbox: what it says, and what it answers. Written by one version of Hilo and sent by a later one.

use domain::delivery::Address;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Said, Which};

/// The form that is written today. The first had texts alone, and the same form for them.
const VERSION: u32 = 3;
/// The form of what takes no detour, which an earlier Hilo reads, too.
const STRAIGHT: u32 = 2;

/// What goes out, as the outbox keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Payload {
    /// What it says.
    pub said: Said,
    /// WhatsApp's id of the message that it answers.
    pub context: Option<String>,
    /// The message that it repeats at another address of the person.
    pub detour: Option<Detour>,
}

/// What a message goes out again for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detour {
    /// The address that WhatsApp did not take.
    pub avoid: Address,
    /// The place in the thread of the message that did not arrive there.
    pub instead_of: i64,
}

/// The members beside the one that bears the type's name.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Beside {
    #[serde(default = "first", skip_serializing_if = "is_first")]
    version: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    context: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    detour: Option<Detour>,
}

fn first() -> u32 {
    1
}

fn is_first(version: &u32) -> bool {
    *version == first()
}

impl Payload {
    /// As it is written: `{"type": "text", "text": "Hola"}`.
    pub fn to_json(&self) -> Value {
        let version = match (&self.said, &self.context, self.detour) {
            (_, _, Some(_)) => VERSION,
            (Said::Text(_), None, None) => first(),
            (_, _, None) => STRAIGHT,
        };
        let beside = Beside { version, context: self.context.clone(), detour: self.detour };
        let mut row = members(&beside);
        row.extend(members(&self.said));
        row.insert("type".to_owned(), self.said.kind().into());
        Value::Object(row)
    }

    /// Reads a row, of this version or an earlier one.
    pub fn read(row: &str) -> Result<Self, String> {
        let unreadable =
            |error: serde_json::Error| format!("the outbox keeps it in a form that cannot be read: {error}");
        let mut row: Map<String, Value> = serde_json::from_str(row).map_err(unreadable)?;
        let kind = row.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let part = row.remove(&kind).unwrap_or_default();
        let beside: Beside = serde_json::from_value(Value::Object(row)).map_err(unreadable)?;
        if VERSION < beside.version {
            return Err("it was queued by a newer Hilo; update this one and release it".to_owned());
        }
        let said = serde_json::from_value(Value::Object(Map::from_iter([(kind, part)]))).map_err(unreadable)?;
        Ok(Payload { said, context: beside.context, detour: beside.detour })
    }

    /// The message of WhatsApp's that this one points at: the one that it answers, or reacts to.
    pub fn points_at(&self) -> Option<&str> {
        match &self.said {
            Said::Reaction(reaction) => match &reaction.to {
                Which::Wamid(wamid) => Some(wamid),
                Which::Seq(_) => None,
            },
            _ => self.context.as_deref(),
        }
    }
}

fn members<T: Serialize>(value: &T) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(members)) => members,
        Ok(_) | Err(_) => Map::new(), // of our own types, none is anything else
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{File, New, Reaction};
    use super::*;

    fn read(row: Value) -> Result<Payload, String> {
        Payload::read(&row.to_string())
    }

    #[test]
    fn a_text_that_was_queued_before_there_was_anything_else_is_still_sent() {
        let row = json!({"type": "text", "text": "Hola"});
        let payload = read(row.clone()).unwrap();
        assert_eq!(payload, Payload { said: Said::Text("Hola".into()), context: None, detour: None });
        assert_eq!(payload.to_json(), row);
    }

    #[test]
    fn every_type_comes_back_from_the_outbox_as_it_went_in() {
        let requests = [
            json!({"type": "text", "text": "Hola"}),
            json!({"type": "image", "image": {"link": "https://a/b.jpg", "caption": "c"}}),
            json!({"type": "video", "video": {"id": "9"}}),
            json!({"type": "audio", "audio": {"id": "9"}}),
            json!({"type": "document", "document": {"id": "9", "filename": "a.pdf"}}),
            json!({"type": "sticker", "sticker": {"id": "9"}}),
            json!({"type": "location", "location": {"latitude": 19.4, "longitude": -99.1, "name": "Luna"}}),
            json!({"type": "contacts", "contacts": [{"name": {"formatted_name": "Ana"}, "phones": [{"phone": "+52"}]}]}),
            json!({"type": "reaction", "reaction": {"to": 3, "emoji": "👍"}}),
            json!({"type": "buttons", "buttons": {"header": {"text": "H"}, "body": "B", "buttons": [{"id": "1", "title": "Sí"}]}}),
            json!({"type": "list", "list": {"body": "B", "button": "V", "sections": [{"rows": [{"id": "1", "title": "T"}]}]}}),
            json!({"type": "cta_url", "cta_url": {"header": {"image": {"id": "9"}}, "body": "B", "label": "L", "url": "https://a"}}),
            json!({"type": "flow", "flow": {"body": "B", "id": "1", "label": "L", "screen": "S", "data": {"a": 1}}}),
            json!({"type": "location_request", "location_request": {"body": "B"}}),
            json!({"type": "contact_request", "contact_request": {"body": "B"}}),
            json!({"type": "template", "template": {"name": "n", "language": "es", "header": {"text": {"a": "b"}},
                "body": {"name": "Ana"}, "buttons": [{"index": 0, "payload": "p"}]}}),
        ];
        assert_eq!(requests.len(), super::super::KINDS.len());
        for request in requests {
            let said = New::read(request).unwrap().said;
            let detour = Detour { avoid: Address::Phone, instead_of: 7 };
            for detour in [None, Some(detour)] {
                let payload = Payload { said: said.clone(), context: Some("wamid.1".into()), detour };
                assert_eq!(read(payload.to_json()), Ok(payload));
            }
        }
    }

    #[test]
    fn what_a_newer_hilo_queued_is_not_guessed_at() {
        let payload = Payload {
            said: Said::Image(File { id: Some("9".into()), ..File::default() }),
            context: None,
            detour: None,
        };
        let mut row = payload.to_json();
        row["version"] = json!(4);
        assert!(read(row).unwrap_err().contains("newer Hilo"));
        assert!(read(json!({"type": "fax", "fax": 1})).unwrap_err().contains("cannot be read"));
    }

    #[test]
    fn a_reaction_points_at_its_message() {
        let reaction = Reaction { to: Which::Wamid("wamid.7".into()), emoji: "👍".into() };
        let payload = Payload { said: Said::Reaction(reaction), context: None, detour: None };
        assert_eq!(payload.points_at(), Some("wamid.7"));
    }
}

//! Reads what the API is given. A misspelt key is named, never passed over.

use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::{Said, Which};

/// Every type that can be sent.
pub const KINDS: [&str; 16] = [
    "text",
    "image",
    "video",
    "audio",
    "document",
    "sticker",
    "location",
    "contacts",
    "reaction",
    "buttons",
    "list",
    "cta_url",
    "flow",
    "location_request",
    "contact_request",
    "template",
];

/// A message to be sent.
#[derive(Debug, Clone, PartialEq)]
pub struct New {
    /// What it says.
    pub said: Said,
    /// The message that it answers.
    pub reply_to: Option<Which>,
}

impl New {
    /// A text that answers nothing in particular.
    pub fn text(text: &str) -> Self {
        New { said: Said::Text(text.trim().to_owned()), reply_to: None }
    }

    /// Reads `{"type": "image", "image": {…}, "reply_to": 3}`; without a type it is a text. The error says what to change.
    pub fn read(request: Value) -> Result<Self, String> {
        let Value::Object(mut members) = request else {
            return Err("send an object such as {\"type\": \"text\", \"text\": \"Hola\"}".to_owned());
        };
        let kind = kind(members.remove("type"))?;
        let reply_to = members.remove("reply_to").filter(|which| !which.is_null()).map(which).transpose()?;
        let Some(part) = members.remove(&kind) else {
            return Err(format!(
                "`{kind}` is missing: a message of the type `{kind}` carries what it says in a key of that name"
            ));
        };
        if let Some(key) = members.keys().next() {
            return Err(format!("unknown field `{key}` in a message of the type `{kind}`; remove it"));
        }
        let mut said: Said = serde_json::from_value(Value::Object(Map::from_iter([(kind.clone(), part)])))
            .map_err(|error| format!("`{kind}`: {error}"))?;
        if let Said::Text(text) = &mut said {
            *text = text.trim().to_owned();
        }
        Ok(New { said, reply_to })
    }
}

/// The members of an object. One that is given twice is refused: which of the two was meant, nobody knows.
#[derive(Debug)]
pub struct Members(pub Map<String, Value>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;

        impl<'de> Visitor<'de> for Reading {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut given: A) -> Result<Members, A::Error> {
                let mut members = Map::new();
                while let Some((key, value)) = given.next_entry::<String, Value>()? {
                    if members.contains_key(&key) {
                        return Err(A::Error::custom(format!("duplicate field `{key}`")));
                    }
                    members.insert(key, value);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Reading)
    }
}

fn kind(given: Option<Value>) -> Result<String, String> {
    match given {
        None => Ok("text".to_owned()),
        Some(Value::String(kind)) if KINDS.contains(&kind.as_str()) => Ok(kind),
        Some(other) => Err(format!("`type` cannot be {other}; write one of {}", KINDS.join(", "))),
    }
}

fn which(given: Value) -> Result<Which, String> {
    serde_json::from_value(given)
        .map_err(|_| "`reply_to` is the `seq` of a message of this conversation, or its `wamid`".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_needs_no_type() {
        let text = New { said: Said::Text("Hola".into()), reply_to: None };
        assert_eq!(New::read(json!({"text": " Hola "})), Ok(text.clone()));
        assert_eq!(New::read(json!({"type": "text", "text": "Hola", "reply_to": null})), Ok(text));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (request, named) in [
            (json!([]), "send an object"),
            (json!({"type": "fax", "fax": {}}), "\"fax\""),
            (json!({"type": "image"}), "`image` is missing"),
            (json!({"type": "image", "image": {"lnik": "https://a"}}), "unknown field `lnik`"),
            (json!({"text": "a", "image": {}}), "unknown field `image`"),
            (json!({"text": 7}), "`text`: invalid type"),
            (json!({"text": "a", "reply_to": {}}), "`reply_to` is the `seq`"),
        ] {
            let said = New::read(request).unwrap_err();
            assert!(said.contains(named), "{said}");
        }
    }
}

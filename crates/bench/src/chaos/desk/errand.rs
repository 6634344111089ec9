//! What an agent has the program do, under a key of its own. Each is numbered, and its number is in its words.

use serde_json::{Value, json};

use crate::chaos::crowd::PNG;
use crate::chaos::evidence::Promise;
use crate::chaos::meta::TEMPLATE;

const JSON: &str = "application/json";

#[derive(Clone)]
pub(super) struct Errand {
    pub(super) key: String,
    pub(super) path: String,
    pub(super) content_type: &'static str,
    pub(super) body: Vec<u8>,
    kind: Kind,
}

#[derive(Clone)]
enum Kind {
    Message { conversation: String },
    Upload,
    Submission { name: String },
}

impl Errand {
    pub(super) fn text(conversation: &str, number: usize) -> Self {
        message(conversation, number, &json!({ "text": format!("Le atiende una persona ({number})") }))
    }

    pub(super) fn template(conversation: &str, number: usize) -> Self {
        let template = json!({ "name": TEMPLATE, "language": "es", "body": [number.to_string()] });
        message(conversation, number, &json!({ "type": "template", "template": template }))
    }

    pub(super) fn file(conversation: &str, file: &str, number: usize) -> Self {
        let image = json!({ "media_id": file, "caption": format!("Le mando la foto ({number})") });
        message(conversation, number, &json!({ "type": "image", "image": image }))
    }

    pub(super) fn upload(number: usize) -> Self {
        let body = [PNG, format!("photo of the desk {number}").as_bytes()].concat();
        Self { key: key(number), path: "/media".to_owned(), content_type: "image/png", body, kind: Kind::Upload }
    }

    pub(super) fn submission(number: usize) -> Self {
        let name = format!("aviso_{number}");
        let components = json!([{ "type": "BODY", "text": "Sus lentes ya llegaron a la tienda." }]);
        let definition = json!({ "name": name, "language": "es", "category": "utility", "components": components });
        let body = definition.to_string().into_bytes();
        let kind = Kind::Submission { name };
        Self { key: key(number), path: "/templates".to_owned(), content_type: JSON, body, kind }
    }

    /// What an answer promises, if it promises anything.
    pub(super) fn promised(&self, status: u16, answer: &Value) -> Option<Promise> {
        let text = |member: &str| answer[member].as_str().filter(|_| status == 201).map(str::to_owned);
        match &self.kind {
            Kind::Message { conversation } => {
                text("send_id").map(|send| Promise::Replied { conversation: conversation.clone(), send })
            }
            Kind::Upload => text("id").map(|file| Promise::Uploaded { file }),
            Kind::Submission { name } => text("id").map(|_| Promise::Submitted { template: name.clone() }),
        }
    }
}

fn message(conversation: &str, number: usize, body: &Value) -> Errand {
    Errand {
        key: key(number),
        path: format!("/conversations/{conversation}/messages"),
        content_type: JSON,
        body: body.to_string().into_bytes(),
        kind: Kind::Message { conversation: conversation.to_owned() },
    }
}

fn key(number: usize) -> String {
    format!("errand-{number}")
}

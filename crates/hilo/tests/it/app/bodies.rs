//! Webhook bodies written by hand, for what no simulated phone would do.

use serde_json::{Value, json};

use super::NUMBER;

/// A text that somebody wrote.
#[derive(Debug, Clone)]
pub(crate) struct Written {
    pub(crate) wamid: String,
    /// A WhatsApp id: digits with the country code.
    pub(crate) from: String,
    pub(crate) text: String,
    /// Milliseconds; WhatsApp tells seconds.
    pub(crate) at: i64,
}

/// A text from somebody.
pub(crate) fn written(from: &str, wamid: &str, text: &str, at: i64) -> Written {
    Written { wamid: wamid.to_owned(), from: from.to_owned(), text: text.to_owned(), at }
}

impl Written {
    /// The message as it stands in a body.
    pub(crate) fn to_json(&self) -> Value {
        json!({
            "from": self.from,
            "id": self.wamid,
            "timestamp": (self.at / 1000).to_string(),
            "type": "text",
            "text": { "body": self.text },
        })
    }
}

/// A body with one change.
pub(crate) fn body(number: &str, field: &str, mut value: Value) -> Value {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({ "display_phone_number": "525550001000", "phone_number_id": number });
    json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": "200000000000001", "changes": [{ "field": field, "value": value }] }],
    })
}

/// A body with messages to the usual number.
pub(crate) fn messages_body(messages: &[Written]) -> Value {
    let messages: Vec<Value> = messages.iter().map(Written::to_json).collect();
    body(NUMBER, "messages", json!({ "messages": messages }))
}

/// A body with reports on messages of the usual number.
pub(crate) fn statuses_body(statuses: &[Value]) -> Value {
    body(NUMBER, "messages", json!({ "statuses": statuses }))
}

/// A report on a send that the simulator accepted, as Meta writes it.
pub(crate) fn status(of: &simulator::Accepted, progress: &str, at: i64) -> Value {
    let mut status = json!({
        "id": of.wamid,
        "status": progress,
        "timestamp": (at / 1000).to_string(),
        "recipient_id": of.recipient.trim_start_matches('+'),
        "biz_opaque_callback_data": of.opaque,
    });
    if progress == "failed" {
        status["errors"] = json!([{ "code": 131_026, "title": "Message undeliverable" }]);
    }
    status
}

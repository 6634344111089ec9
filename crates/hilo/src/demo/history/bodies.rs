//! Webhooks as Meta wrote them in those days.

use serde_json::{Value, json};

use super::people::Person;
use crate::channels::LiveChannel;

/// A message of a customer.
pub(super) fn message(channel: &LiveChannel, person: &Person, wamid: &str, at: i64, part: &Value) -> Vec<u8> {
    let mut message = json!({
        "from": person.wa_id,
        "from_user_id": person.user_id,
        "id": wamid,
        "timestamp": (at / 1000).to_string(),
    });
    if let (Value::Object(message), Value::Object(part)) = (&mut message, part) {
        message.extend(part.clone());
    }
    let contact = json!({ "profile": { "name": person.name }, "wa_id": person.wa_id, "user_id": person.user_id });
    posted(channel, json!({ "contacts": [contact], "messages": [message] }))
}

/// A report on a message of ours, under the name that it was sent with.
pub(super) fn status(
    channel: &LiveChannel,
    person: &Person,
    (wamid, opaque): (&str, &str),
    name: &str,
    at: i64,
) -> Vec<u8> {
    let status = json!({
        "id": wamid,
        "status": name,
        "timestamp": (at / 1000).to_string(),
        "recipient_id": person.wa_id,
        "recipient_user_id": person.user_id,
        "biz_opaque_callback_data": opaque,
        "pricing": { "billable": false, "pricing_model": "PMP", "type": "free_customer_service", "category": "service" },
    });
    posted(channel, json!({ "statuses": [status] }))
}

fn posted(channel: &LiveChannel, mut value: Value) -> Vec<u8> {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] = json!({
        "display_phone_number": channel.display_phone_number,
        "phone_number_id": channel.phone_number_id,
    });
    let change = json!({ "field": "messages", "value": value });
    let body = json!({
        "object": "whatsapp_business_account",
        "entry": [{ "id": channel.waba_id, "changes": [change] }],
    });
    body.to_string().into_bytes()
}

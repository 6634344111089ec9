//! Another actor, such as Meta's own agent, holds the conversation. Meanwhile messages come on `standby`; a service
//! message of ours takes the conversation back. Meta describes both webhooks without their JSON: this is what was seen
//! in the field in autumn 2026.

use std::sync::Arc;

use serde_json::{Value, json};

use super::business_app::put_on_phone;
use crate::accept::Outbound;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::webhook::payload;
use crate::webhook::{Label, Lane};

const AGENT: &str = "meta_business_agent";

/// Who answers from now on.
#[derive(Clone, Copy)]
enum Holder {
    Agent,
    Business,
}

pub(super) fn hand_over(platform: &Platform, phone: usize, number: &Arc<BusinessNumber>) -> String {
    lock(&platform.world).phones[phone].held_elsewhere.insert(number.phone_number_id.clone());
    pass_control(platform, phone, number, Holder::Agent);
    "standby".to_owned()
}

/// The other actor answers: we see what it says and what becomes of it.
pub(super) fn answer(platform: &Platform, phone: usize, number: &Arc<BusinessNumber>, text: &str) -> String {
    let wamid = put_on_phone(platform, phone, number, text);
    let identity = platform.shown(phone, number);
    let message = json!({ "recipient_type": "individual", "recipient": identity.id(), "type": "text",
        "text": { "body": text } });
    let at = payload::seconds(platform.now()).to_string();
    let mut echo = json!({ "id": wamid, "timestamp": at, "message": message });
    if let Some(to) = &identity.number {
        echo["message"]["to"] = json!(to);
    }
    let post = |what: &str, value: Value| {
        let label = Label::new("standby", what, &wamid, identity.id());
        drop(platform.post(number, Lane::Phone(phone), &label, value));
    };
    post("text", json!({ "message_echoes": [echo] }));
    for status in ["sent", "delivered"] {
        let status = json!({ "id": wamid, "status": status, "timestamp": at });
        post("status", json!({ "statuses": [payload::with_recipient(status, &identity)] }));
    }
    wamid
}

/// What we write to the person ends the other actor's turn.
pub(crate) fn take_back(platform: &Platform, message: &Outbound) {
    let Some(phone) = message.phone.filter(|_| message.content.is_free_form()) else { return };
    let was_held = lock(&platform.world).phones[phone].held_elsewhere.remove(&message.number.phone_number_id);
    if was_held {
        pass_control(platform, phone, &message.number, Holder::Business);
    }
}

fn pass_control(platform: &Platform, phone: usize, number: &Arc<BusinessNumber>, to: Holder) {
    let identity = platform.shown(phone, number);
    let mut sender = json!({ "user_id": identity.user_id });
    if let Some(number) = &identity.number {
        sender["phone_number"] = json!(number);
    }
    let passed = match to {
        Holder::Agent => json!({ "previous_owner_role": "escalation", "new_owner_role": "ai_agent" }),
        Holder::Business => json!({ "previous_owner_app_role": AGENT, "previous_owner_role": "ai_agent",
            "new_owner_role": "escalation" }),
    };
    let value = json!({
        "sender": sender,
        "timestamp": payload::seconds(platform.now()).to_string(),
        "type": "control_passed",
        "control_passed": passed,
    });
    let label = Label::new("messaging_handovers", "control_passed", "", identity.id());
    drop(platform.post(number, Lane::Phone(phone), &label, value));
}

//! Another actor, such as Meta's own agent, holds the conversation. Meanwhile messages come on `standby`; a service
//! message of ours takes the conversation back. Meta has not published the JSON of either webhook in full.

use std::sync::Arc;

use serde_json::{Value, json};

use super::business_app::{self, Typed};
use crate::accept::Outbound;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;
use crate::webhook::payload;
use crate::webhook::{Label, Lane};

pub(super) fn hand_over(platform: &Arc<Platform>, phone: usize, number: &Arc<BusinessNumber>) -> String {
    lock(&platform.world).phones[phone].held_elsewhere.insert(number.phone_number_id.clone());
    post_handover(platform, phone, number, "standby")
}

/// The other actor answers: an echo on `standby`.
pub(super) fn answer(platform: &Arc<Platform>, phone: usize, number: &Arc<BusinessNumber>, text: &str) -> String {
    business_app::post_echo(platform, phone, number, "standby", &Typed::Text(text))
}

/// What we write to the person ends the other actor's turn.
pub(crate) fn take_back(platform: &Arc<Platform>, message: &Outbound) {
    let Some(phone) = message.phone.filter(|_| message.content.is_free_form()) else { return };
    let was_held = lock(&platform.world).phones[phone].held_elsewhere.remove(&message.number.phone_number_id);
    if was_held {
        post_handover(platform, phone, &message.number, "active");
    }
}

/// The event has no id; what became of our control is returned instead.
fn post_handover(platform: &Platform, phone: usize, number: &Arc<BusinessNumber>, control: &str) -> String {
    let now = platform.now();
    let identity = lock(&platform.world).phones[phone].shown(now);
    let mut handover = json!({
        "user_id": identity.user_id,
        "control": control,
        "timestamp": payload::seconds(now).to_string(),
    });
    if let Some(wa_id) = &identity.number {
        handover["wa_id"] = json!(wa_id);
    }
    let value: Value = json!({
        "contacts": [payload::contact(&identity, payload::Username::Shown)],
        "messaging_handovers": [handover],
    });
    let label = Label::new("messaging_handovers", control, "", identity.id());
    drop(platform.post(number, Lane::Phone(phone), &label, value));
    control.to_owned()
}

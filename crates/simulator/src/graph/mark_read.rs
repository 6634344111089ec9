//! The blue ticks that the business gives, and its typing indicator.

use serde_json::{Value, json};

use crate::codes::Refusal;
use crate::phones::SaidView;
use crate::platform::{Platform, lock};
use crate::settings::BusinessNumber;

const REACH: i64 = 30 * 24 * 60 * 60 * 1000; // a message can be marked for thirty days
const TYPING: i64 = 25 * 1000; // how long the indicator stays when no reply clears it

/// Marks the message and the earlier ones of that chat.
pub(super) fn mark_read(platform: &Platform, number: &BusinessNumber, request: &Value) -> Result<Value, Refusal> {
    if request["status"] != "read" {
        return Err(Refusal::value("`status` must be `read`"));
    }
    let wamid = request["message_id"].as_str().ok_or_else(|| Refusal::missing("message_id"))?;
    let typing = is_typing(request)?;
    let unknown = || Refusal::value("`message_id` is not a message of the last 30 days to this number");
    let now = platform.now();

    let mut world = lock(&platform.world);
    let author = *world.authors.get(wamid).ok_or_else(unknown)?;
    let phone = &mut world.phones[author];
    let chat = |said: &&mut SaidView| said.phone_number_id == number.phone_number_id;
    let position = phone.said.iter().rposition(|said| said.wamid == wamid).ok_or_else(unknown)?;
    let marked = &phone.said[position];
    if marked.phone_number_id != number.phone_number_id || marked.at + REACH < now {
        return Err(unknown());
    }
    // What is read already was read with everything before it.
    let unread = phone.said[..=position].iter_mut().rev().filter(chat).take_while(|said| !said.read);
    unread.for_each(|said| said.read = true);
    if typing {
        phone.typing_until = now + TYPING;
    }
    Ok(json!({ "success": true }))
}

fn is_typing(request: &Value) -> Result<bool, Refusal> {
    match &request["typing_indicator"] {
        Value::Null => Ok(false),
        indicator if indicator["type"] == "text" => Ok(true),
        _ => Err(Refusal::value("`typing_indicator.type` must be `text`")),
    }
}

//! What comes while another actor holds the conversation. Meta describes it without its JSON; in the field the parts stand
//! one level deeper than elsewhere, and a handover names our number as its recipient.

use serde_json::{Map, Value};

use super::json;

/// Lifts the parts of `standby` beside the metadata, and what an echo says beside its id.
pub(super) fn unfold(mut value: Value) -> Value {
    let Some(Value::Object(mut parts)) = take_object(&mut value, "standby") else { return value };
    if let Some(Value::Array(echoes)) = parts.get_mut("message_echoes") {
        echoes.iter_mut().for_each(unfold_echo);
    }
    match &mut value {
        Value::Object(members) => members.extend(parts),
        _ => return Value::Object(parts),
    }
    value
}

fn unfold_echo(echo: &mut Value) {
    if let (Some(Value::Object(message)), Value::Object(echo)) = (take_object(echo, "message"), echo) {
        echo.extend(message);
    }
}

/// A handover is one thing, however many members it has.
pub(super) fn list_handover(mut value: Value) -> Value {
    if value.get("messaging_handovers").is_some() {
        return value;
    }
    let metadata = json::take(&mut value, "metadata").or_else(|| value.get("recipient").cloned());
    let mut listed = Map::new();
    listed.extend(metadata.map(|metadata| ("metadata".to_owned(), metadata)));
    if let Value::Object(members) = &mut value {
        members.remove("messaging_product");
        listed.insert("messaging_handovers".to_owned(), Value::Array(vec![value]));
    }
    Value::Object(listed)
}

/// Only what has members is taken: anything else stays where it is, and is told as unknown.
fn take_object(value: &mut Value, name: &str) -> Option<Value> {
    if value.get(name).is_some_and(Value::is_object) { json::take(value, name) } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::batch::{self, Item};
    use super::*;
    use serde_json::json;

    fn standby(parts: Value) -> Vec<Item> {
        let metadata = json!({"display_phone_number": "15550783881", "phone_number_id": "1"});
        let batch = batch::read("standby", json!({"metadata": metadata, "standby": parts}));
        assert_eq!(batch.metadata.phone_number_id.as_deref(), Some("1"));
        batch.items
    }

    #[test]
    fn what_stands_inside_standby_is_read_like_what_stands_beside_the_metadata() {
        let theirs = json!({"id": "wamid.1", "from": "5511", "type": "text", "text": {"body": "oi"}});
        let contacts = json!([{"wa_id": "5511", "user_id": "BR.1", "profile": {"name": "Ana"}}]);
        let items = standby(json!({"contacts": contacts, "messages": [theirs]}));
        assert!(matches!(&items[..], [Item::Standby(message)] if message.id == "wamid.1"));

        let status = json!({"id": "wamid.2", "status": "delivered", "timestamp": "1", "recipient_id": "5511"});
        assert!(matches!(&standby(json!({"statuses": [status]}))[..], [Item::Status(_)]));
    }

    #[test]
    fn an_echo_of_the_other_actor_says_whom_it_is_for_and_what_it_says() {
        let message = json!({"to": "5511", "recipient_type": "individual", "type": "text", "text": {"body": "olá"}});
        let items =
            standby(json!({"message_echoes": [{"id": "wamid.2", "timestamp": "1700000000", "message": message}]}));
        let [Item::StandbyEcho(echo)] = &items[..] else { panic!("{items:?}") };
        assert_eq!((echo.id.as_str(), echo.to.as_ref().map(|to| to.as_str())), ("wamid.2", Some("5511")));
        assert_eq!(echo.content.text(), Some("olá"));
    }

    #[test]
    fn a_handover_of_several_members_is_one_and_concerns_the_number_that_it_names_as_recipient() {
        let passed = json!({"previous_owner_role": "ai_agent", "new_owner_role": "escalation"});
        let value = json!({"messaging_product": "whatsapp", "recipient": {"phone_number_id": "1"},
            "sender": {"phone_number": "5511"}, "timestamp": "1", "type": "control_passed", "control_passed": passed});
        let batch = batch::read("messaging_handovers", value);
        assert_eq!(batch.metadata.phone_number_id.as_deref(), Some("1"));
        assert!(matches!(&batch.items[..], [Item::Handover { raw }] if raw["control_passed"] == passed));
    }

    #[test]
    fn a_standby_that_is_no_object_is_not_lost() {
        assert!(matches!(&standby(json!(["?"]))[..], [Item::Other { kind, .. }] if kind == "standby"));
    }
}

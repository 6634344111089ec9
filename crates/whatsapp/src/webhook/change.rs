//! One change of one field: which reader it goes to.

use serde_json::Value;

use super::account::{AccountUpdate, NumberUpdate};
use super::batch::Batch;
use super::template::TemplateUpdate;
use super::{account, batch, json, template};

/// What happened to one subscribed field.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The subscribed field; empty if Meta left it out.
    pub field: String,
    /// What was said about it.
    pub value: ChangeValue,
}

/// What a change says, as far as it is understood.
#[derive(Debug, Clone, PartialEq)]
pub enum ChangeValue {
    /// Messages, statuses and whatever else concerns the people of one phone number.
    Batch(Batch),
    /// A message template changed its state, rating, category or text.
    Template(TemplateUpdate),
    /// A phone number changed its quality, throughput, name or username.
    Number(NumberUpdate),
    /// Something about the business account as a whole.
    Account(AccountUpdate),
    /// A field this crate has no reader for.
    Other {
        /// The value as it came.
        raw: Value,
    },
    /// A field this crate knows, in a shape it cannot read.
    Malformed {
        /// The change, or its value, as it came.
        raw: Value,
        /// Why it cannot be read.
        reason: String,
    },
}

impl Change {
    pub(super) fn malformed(raw: Value, reason: &str) -> Self {
        Self { field: String::new(), value: ChangeValue::Malformed { raw, reason: reason.to_owned() } }
    }
}

/// Reads one element of `changes[]`. Meta's own samples write `field` beside the entry or inside the value now and then.
pub(super) fn read(mut raw: Value, field_of_entry: Option<&str>) -> Change {
    if !raw.is_object() {
        return Change::malformed(raw, "a change is not an object");
    }
    let Some(value) = json::take(&mut raw, "value") else {
        let field = json::text(&raw, "field").unwrap_or_default();
        return Change { field, ..Change::malformed(raw, "a change without a `value`") };
    };
    let field = json::text(&raw, "field")
        .or_else(|| json::text(&value, "field"))
        .or_else(|| field_of_entry.map(str::to_owned))
        .unwrap_or_default();
    Change { value: read_value(&field, value), field }
}

fn read_value(field: &str, value: Value) -> ChangeValue {
    let reader: fn(&str, Value) -> ChangeValue = match field {
        "messages"
        | "standby"
        | "smb_message_echoes"
        | "message_echoes"
        | "history"
        | "smb_app_state_sync"
        | "user_preferences"
        | "messaging_handovers"
        | "user_id_update"
        | "calls" => |field, value| ChangeValue::Batch(batch::read(field, value)),
        "message_template_status_update"
        | "message_template_quality_update"
        | "message_template_components_update"
        | "template_category_update" => |_, value| ChangeValue::Template(template::read(value)),
        "phone_number_quality_update" | "phone_number_name_update" | "business_username_update" => {
            |_, value| ChangeValue::Number(account::read_number(value))
        }
        "account_update" | "account_review_update" | "account_alerts" | "business_capability_update" | "security" => {
            |_, value| ChangeValue::Account(account::read(value))
        }
        // A nameless change is judged by what it carries. A field with a name we do not know is not: `standby` once was such a
        // field, and answering its messages would have been wrong.
        "" if looks_like_messages(&value) => |_, value| ChangeValue::Batch(batch::read("messages", value)),
        _ => return ChangeValue::Other { raw: value },
    };
    if value.is_object() {
        reader(field, value)
    } else {
        ChangeValue::Malformed { raw: value, reason: format!("the value of `{field}` is not an object") }
    }
}

fn looks_like_messages(value: &Value) -> bool {
    ["messages", "statuses"].iter().any(|key| value.get(key).is_some_and(Value::is_array))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_invented_tomorrow_keeps_its_value() {
        let change = read(json!({"field": "holograms", "value": {"messages": [{"id": "wamid.1"}]}}), None);

        assert_eq!(change.field, "holograms");
        assert_eq!(change.value, ChangeValue::Other { raw: json!({"messages": [{"id": "wamid.1"}]}) });
    }

    #[test]
    fn a_field_that_was_written_elsewhere_is_found() {
        let change = read(json!({"value": {"event": "PARTNER_APP_INSTALLED"}}), Some("account_update"));
        assert!(matches!(change.value, ChangeValue::Account(_)));

        let change = read(json!({"value": {"event": "PARTNER_APP_UNINSTALLED", "field": "account_update"}}), None);
        assert!(matches!(change.value, ChangeValue::Account(_)));
    }

    #[test]
    fn a_nameless_change_with_messages_is_read_as_messages() {
        let change = read(json!({"value": {"messages": []}}), None);
        assert!(matches!(change.value, ChangeValue::Batch(_)));
        assert_eq!(change.field, "");
    }

    #[test]
    fn a_known_field_in_an_unknown_shape_says_so() {
        for raw in [json!(1), json!({"field": "messages"}), json!({"field": "messages", "value": [1]})] {
            let change = read(raw.clone(), None);
            assert!(matches!(change.value, ChangeValue::Malformed { .. }), "{raw}");
        }
    }
}

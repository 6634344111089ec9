//! Several changes as one body. Meta promises no more than: up to a thousand of them, in 3 MB, in any number of entries.

use std::borrow::Cow;
use std::sync::Arc;

use reqwest::Url;
use serde_json::{Value, json};

use super::{ascii, payload};
use crate::settings::BusinessNumber;

/// One thing that the business hears of.
pub(crate) struct Change {
    pub(crate) number: Arc<BusinessNumber>,
    pub(crate) field: Cow<'static, str>,
    pub(crate) value: Value,
    /// Seconds since 1970 on what concerns an account; messages carry their own time.
    pub(crate) time: Option<i64>,
    /// Where it goes, if not to the app's own address.
    pub(crate) callback: Option<Url>,
}

impl Change {
    /// Something about one number: it names the number and the product. What concerns a conversation that another actor
    /// holds has a shape of its own.
    pub(crate) fn of_number(number: &Arc<BusinessNumber>, field: Cow<'static, str>, value: Value) -> Self {
        let mut value = if field == "standby" { json!({ "standby": value }) } else { value };
        let name = if field == "messaging_handovers" { "recipient" } else { "metadata" };
        value[name] = payload::metadata(number);
        value["messaging_product"] = json!("whatsapp");
        Self { number: Arc::clone(number), field, value, time: None, callback: None }
    }

    /// Something about the account.
    pub(crate) fn of_account(number: &Arc<BusinessNumber>, field: Cow<'static, str>, value: Value, now: i64) -> Self {
        Self { number: Arc::clone(number), field, value, time: Some(payload::seconds(now)), callback: None }
    }

    fn may_share_an_entry(&self, next: &Self) -> bool {
        self.number.waba_id == next.number.waba_id && self.time == next.time
    }

    fn may_share_a_value(&self, next: &Self) -> bool {
        let only_statuses = |change: &Self| change.field == "messages" && change.value["statuses"].is_array();
        self.number.phone_number_id == next.number.phone_number_id && only_statuses(self) && only_statuses(next)
    }
}

/// The bytes that are signed and sent.
pub(super) fn body(changes: &[&Change]) -> Vec<u8> {
    let entries: Vec<Value> = changes.chunk_by(|one, next| one.may_share_an_entry(next)).map(entry).collect();
    ascii::to_bytes(&json!({ "object": "whatsapp_business_account", "entry": entries }))
}

fn entry(changes: &[&Change]) -> Value {
    let values = changes.chunk_by(|one, next| one.may_share_a_value(next));
    let changes_of = |run: &[&Change]| json!({ "field": run[0].field, "value": merged(run) });
    let mut entry = json!({ "id": changes[0].number.waba_id, "changes": values.map(changes_of).collect::<Vec<_>>() });
    if let Some(time) = changes[0].time {
        entry["time"] = json!(time);
    }
    entry
}

/// A burst of statuses is one value, with each person once beside them.
fn merged(run: &[&Change]) -> Value {
    let mut value = run[0].value.clone();
    for change in &run[1..] {
        extend(&mut value, "statuses", &change.value);
        extend(&mut value, "contacts", &change.value);
    }
    value
}

fn extend(value: &mut Value, list: &str, with: &Value) {
    let Some(more) = with[list].as_array() else { return };
    if !value[list].is_array() {
        value[list] = json!([]);
    }
    if let Some(all) = value[list].as_array_mut() {
        for one in more {
            if !all.contains(one) {
                all.push(one.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(waba_id: &str, value: Value) -> Change {
        let number = BusinessNumber { waba_id: waba_id.into(), ..BusinessNumber::default() };
        Change::of_number(&Arc::new(number), "messages".into(), value)
    }

    #[test]
    fn messages_and_statuses_of_two_accounts_are_two_entries_and_a_burst_of_statuses_is_one_value() {
        let status = |id: &str| json!({ "statuses": [{ "id": id }], "contacts": [{ "user_id": "MX.1" }] });
        let changes = [
            change("1", json!({ "messages": [{ "id": "hola" }] })),
            change("1", status("a")),
            change("1", status("b")),
            change("2", status("c")),
        ];
        let body: Value = serde_json::from_slice(&body(&changes.iter().collect::<Vec<_>>())).unwrap();
        let entries = body["entry"].as_array().unwrap();
        assert_eq!((entries.len(), entries[0]["changes"].as_array().unwrap().len()), (2, 2));
        let burst = &entries[0]["changes"][1]["value"];
        assert_eq!(burst["statuses"], json!([{ "id": "a" }, { "id": "b" }]));
        assert_eq!(burst["contacts"], json!([{ "user_id": "MX.1" }]));
    }

    #[test]
    fn what_concerns_an_account_has_its_time_on_the_entry_and_names_no_number() {
        let number = Arc::new(BusinessNumber::default());
        let change =
            Change::of_account(&number, "account_update".into(), json!({ "event": "ACCOUNT_RESTRICTION" }), 5_000);
        let body: Value = serde_json::from_slice(&body(&[&change])).unwrap();
        assert_eq!(body["entry"][0]["time"], 5);
        assert!(body["entry"][0]["changes"][0]["value"].get("metadata").is_none());
    }
}

//! How Meta regards a number of ours, and who hears of its account: what one looks at when nothing arrives or nothing leaves.

use reqwest::Method;
use serde_json::Value;

use super::Client;
use crate::secret::Secret;
use crate::templates::NotDone;

const FIELDS: &str = "display_phone_number,verified_name,quality_rating,webhook_configuration,health_status";

/// A number as Meta has it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NumberStanding {
    /// As people write it.
    pub display_phone_number: Option<String>,
    /// The name that customers see.
    pub verified_name: Option<String>,
    /// Where Meta posts what concerns it.
    pub callback: Option<String>,
    /// `AVAILABLE`, `LIMITED` or `BLOCKED`.
    pub can_send: Option<String>,
    /// What keeps it from sending, with what Meta says to do: a payment method that fails, for instance.
    pub troubles: Vec<String>,
}

impl Client {
    /// A number, if the token may use it.
    pub async fn number_standing(&self, phone_number_id: &str) -> Result<NumberStanding, NotDone> {
        let fields = [("fields", FIELDS.to_owned())];
        self.call(Method::GET, &[phone_number_id], &fields, None).await.map(|number| standing(&number))
    }

    /// When a token ends, in seconds since 1970, if it does. Meta tells it of its own app's tokens.
    pub async fn token_end(&self, token: &Secret) -> Result<Option<i64>, NotDone> {
        let asked = [("input_token", token.expose().to_owned())];
        let told = self.call(Method::GET, &["debug_token"], &asked, None).await?;
        Ok(told.pointer("/data/expires_at").and_then(Value::as_i64).filter(|end| 0 < *end))
    }

    /// Whether any app hears of an account, and at which other address than its own. The token says which apps it sees.
    pub async fn subscriptions(&self, waba_id: &str) -> Result<Vec<Option<String>>, NotDone> {
        let list = self.call(Method::GET, &[waba_id, "subscribed_apps"], &[], None).await?;
        let apps = list.get("data").and_then(Value::as_array).cloned().unwrap_or_default();
        Ok(apps.iter().map(|app| text(app, "/override_callback_uri")).collect())
    }
}

fn standing(number: &Value) -> NumberStanding {
    // The nearest one wins: that of the number, of the account, of the app.
    let callbacks = ["phone_number", "whatsapp_business_account", "application"];
    let callback = callbacks.iter().find_map(|whose| text(number, &format!("/webhook_configuration/{whose}")));
    NumberStanding {
        display_phone_number: text(number, "/display_phone_number"),
        verified_name: text(number, "/verified_name"),
        callback,
        can_send: text(number, "/health_status/can_send_message"),
        troubles: troubles(number),
    }
}

fn troubles(number: &Value) -> Vec<String> {
    let entities = number.pointer("/health_status/entities").and_then(Value::as_array);
    let errors = entities.into_iter().flatten().filter_map(|entity| entity.get("errors")?.as_array());
    let words = |error: &Value| {
        let said = [text(error, "/error_description"), text(error, "/possible_solution")];
        said.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    errors.flatten().map(words).filter(|said| !said.is_empty()).collect()
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_keeps_a_number_from_sending_is_read_with_what_to_do() {
        let number = json!({
            "display_phone_number": "+52 55 1234 5678",
            "webhook_configuration": { "application": "https://a.example", "phone_number": "https://b.example" },
            "health_status": { "can_send_message": "BLOCKED", "entities": [
                { "entity_type": "PHONE_NUMBER", "can_send_message": "AVAILABLE" },
                { "entity_type": "WABA", "can_send_message": "BLOCKED", "errors": [
                    { "error_code": 141006, "error_description": "The payment method fails.", "possible_solution": "Add one." }
                ] }
            ] }
        });
        let standing = standing(&number);
        assert_eq!(standing.callback.as_deref(), Some("https://b.example"));
        assert_eq!(standing.can_send.as_deref(), Some("BLOCKED"));
        assert_eq!(standing.troubles, ["The payment method fails. Add one."]);
    }
}

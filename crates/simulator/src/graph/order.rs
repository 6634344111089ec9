//! Reads a send request in the dialects that open clients speak.

use serde_json::Value;

use super::direct;
use crate::accept::{ASKED_TTL, Address, Inputs, Order};
use crate::codes::{self, Refusal};
use crate::content::{self, Library};
use crate::numbers;
use crate::part::Part;

const LONGEST_OPAQUE: usize = 512;

pub(super) fn read(request: Value, library: Library<'_>) -> Result<Order, Refusal> {
    if !matches!(request["recipient_type"].as_str(), None | Some("individual")) {
        return Err(Refusal::parameter("`recipient_type` must be `individual`"));
    }
    let ttl = &request["message_send_ttl_seconds"];
    if !ttl.is_null() && !ttl.as_i64().is_some_and(|seconds| ASKED_TTL.contains(&seconds)) {
        return Err(Refusal::parameter("`message_send_ttl_seconds` must be between 30 and 43200"));
    }
    let inputs = Inputs { to: scalar(&request["to"]), recipient: scalar(&request["recipient"]) };
    let address = address(&inputs)?;
    let mut content = content::read(&request, library)?;
    if !request["category"].is_null() {
        content = direct::send(&request, content, library)?;
    }
    Ok(Order {
        address,
        inputs,
        content,
        opaque: opaque(&request)?,
        context: request["context"]["message_id"].as_str().map(str::to_owned),
        key_hash: Part::of(&request).at("recipient_identity_key_hash").optional_text()?.map(str::to_owned),
        body: request,
    })
}

/// Some clients write the number as a JSON number.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// `to` wins when both are given.
fn address(inputs: &Inputs) -> Result<Address, Refusal> {
    match (&inputs.to, &inputs.recipient) {
        (Some(to), _) if numbers::is_user_id(to) => Ok(Address::MisplacedUserId(to.clone())),
        (Some(to), _) => match numbers::digits(to) {
            Some(digits) => Ok(Address::Number(digits)),
            None => Err(Refusal::value("`to` is not a phone number")),
        },
        (None, Some(recipient)) if numbers::is_user_id(recipient) => Ok(Address::UserId(recipient.clone())),
        (None, Some(_)) => Err(Refusal::value("`recipient` is not a user id")),
        (None, None) => Err(Refusal::of(codes::MISSING_PARAMETER, "`to` or `recipient` is required")),
    }
}

fn opaque(request: &Value) -> Result<Option<String>, Refusal> {
    match &request["biz_opaque_callback_data"] {
        Value::Null => Ok(None),
        Value::String(data) if data.chars().count() <= LONGEST_OPAQUE => Ok(Some(data.clone())),
        _ => Err(Refusal::parameter(format!(
            "`biz_opaque_callback_data` must be a string of up to {LONGEST_OPAQUE} characters"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use serde_json::json;

    use crate::media::Media;
    use crate::random::Random;
    use crate::settings::Settings;
    use crate::templates::Registry;

    fn address_of(request: Value) -> Result<Address, i64> {
        let mut request = request;
        request["text"] = json!({ "body": "hola" });
        let settings = Settings::default();
        let media = Media::new(&settings, Arc::new(Random::new(1))).unwrap();
        read(request, Library { templates: &Registry::default(), account: "", media: &media, direct_send: false })
            .map(|order| order.address)
            .map_err(|refusal| refusal.code)
    }

    #[test]
    fn to_wins_when_both_to_and_recipient_are_given() {
        let both = json!({"to": "+52 1 55 1234 5678", "recipient": "MX.1"});
        assert_eq!(address_of(both), Ok(Address::Number("5215512345678".into())));
        assert_eq!(address_of(json!({"recipient": "MX.1"})), Ok(Address::UserId("MX.1".into())));
        assert_eq!(address_of(json!({"to": 5215512345678_i64})), Ok(Address::Number("5215512345678".into())));
        assert_eq!(address_of(json!({"to": "MX.1"})), Ok(Address::MisplacedUserId("MX.1".into())));
    }

    #[test]
    fn a_request_for_nobody_is_refused() {
        assert_eq!(address_of(json!({})), Err(codes::MISSING_PARAMETER));
        assert_eq!(address_of(json!({"to": "Ana"})), Err(codes::INVALID_VALUE));
        assert_eq!(address_of(json!({"recipient": "5215512345678"})), Err(codes::INVALID_VALUE));
    }

    #[test]
    fn direct_send_is_refused_because_the_account_is_not_on_the_list() {
        let request = json!({"to": "5215512345678", "category": "utility"});
        assert_eq!(address_of(request), Err(codes::INVALID_PARAMETER));
    }
}

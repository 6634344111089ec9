//! Answers to interactive messages: buttons, lists, forms, permission to call.

use serde_json::Value;

use super::Content;
use super::read::Reading;
use crate::webhook::json;

/// A form that was filled in.
#[derive(Debug, Clone, PartialEq)]
pub struct FlowReply {
    /// `flow`, `address_message`, …
    pub name: Option<String>,
    /// What the chat shows for it, usually `Sent`.
    pub body: Option<String>,
    /// What was filled in: usually an object; text that is no JSON stays a string.
    pub response: Value,
    /// What we had attached to the form.
    pub flow_token: Option<String>,
}

/// Whether we may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallPermissionReply {
    /// The person agreed.
    pub accepted: bool,
    /// Until they take it back.
    pub permanent: bool,
    /// Unix seconds.
    pub expires_at: Option<i64>,
}

pub(super) fn read(body: &Value) -> Reading {
    let known = ["button_reply", "list_reply", "nfm_reply", "call_permission_reply"];
    let kind = json::text(body, "type")
        .or_else(|| known.iter().find(|kind| body.get(kind).is_some()).map(|kind| (*kind).to_owned()));
    let Some(kind) = kind else { return Ok(Content::Other { kind: "interactive".to_owned() }) };
    let Some(reply) = body.get(&kind).filter(|reply| reply.is_object()) else {
        return if known.contains(&kind.as_str()) {
            Err(format!("it has no `{kind}` object"))
        } else {
            Ok(other(&kind))
        };
    };
    match kind.as_str() {
        "button_reply" => Ok(Content::ButtonReply { id: id(reply)?, title: json::text(reply, "title") }),
        "list_reply" => Ok(Content::ListReply {
            id: id(reply)?,
            title: json::text(reply, "title"),
            description: json::text(reply, "description"),
        }),
        "nfm_reply" => Ok(Content::FlowReply(flow_reply(reply))),
        "call_permission_reply" => Ok(Content::CallPermissionReply(call_permission(reply))),
        _ => Ok(other(&kind)),
    }
}

fn other(kind: &str) -> Content {
    Content::Other { kind: format!("interactive/{kind}") }
}

fn id(reply: &Value) -> Result<String, String> {
    json::text(reply, "id").ok_or_else(|| "the chosen option has no `id`".to_owned())
}

fn flow_reply(reply: &Value) -> FlowReply {
    let response = response(reply);
    FlowReply {
        name: json::text(reply, "name"),
        body: json::text(reply, "body"),
        flow_token: json::text(&response, "flow_token"),
        response,
    }
}

/// The form's answers are JSON inside a JSON string; some senders leave the string out, some put no JSON into it.
fn response(reply: &Value) -> Value {
    match reply.get("response_json") {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.clone())),
        Some(other) => other.clone(),
        None => Value::Null,
    }
}

fn call_permission(reply: &Value) -> CallPermissionReply {
    CallPermissionReply {
        accepted: json::text(reply, "response").is_some_and(|response| response == "accept"),
        permanent: json::flag(reply, "is_permanent"),
        expires_at: json::seconds(reply, "expiration_timestamp"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn flow(response_json: Value) -> FlowReply {
        match read(
            &json!({"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent", "response_json": response_json}}),
        ) {
            Ok(Content::FlowReply(reply)) => reply,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_form_is_parsed_twice() {
        let reply = flow(json!(r#"{"date": "2026-03-28", "flow_token": "t-1"}"#));

        assert_eq!(reply.flow_token.as_deref(), Some("t-1"));
        assert_eq!(reply.response["date"], "2026-03-28");
    }

    #[test]
    fn a_form_whose_answers_are_no_object_is_kept_as_it_is() {
        assert_eq!(flow(json!("not json")).response, json!("not json"));
        assert_eq!(flow(json!("[1]")).response, json!([1]));
        assert_eq!(flow(json!({"a": 1})).response, json!({"a": 1}));
        assert_eq!(flow(json!("[1]")).flow_token, None);
    }

    #[test]
    fn a_tap_on_a_button_and_a_row_of_a_list_carry_our_ids() {
        let button = read(&json!({"type": "button_reply", "button_reply": {"id": "yes", "title": "Yes"}})).unwrap();
        let row = read(&json!({"list_reply": {"id": "row-1", "title": "Monday", "description": "10:00"}})).unwrap();

        assert_eq!((button.payload(), button.text()), (Some("yes"), Some("Yes")));
        assert_eq!((row.payload(), row.kind()), (Some("row-1"), "list_reply"));
    }

    #[test]
    fn an_answer_of_an_unknown_kind_keeps_its_word() {
        assert_eq!(read(&json!({"type": "poll"})).unwrap().kind(), "interactive/poll");
        assert_eq!(read(&json!({})).unwrap().kind(), "interactive");
        assert!(read(&json!({"type": "button_reply"})).is_err());
    }

    #[test]
    fn permission_to_call_has_an_end() {
        let reply = json!({"response": "accept", "is_permanent": false, "expiration_timestamp": 1_750_000_000});
        let content = read(&json!({"type": "call_permission_reply", "call_permission_reply": reply})).unwrap();

        let expected = CallPermissionReply { accepted: true, permanent: false, expires_at: Some(1_750_000_000) };
        assert_eq!(content, Content::CallPermissionReply(expected));
    }
}

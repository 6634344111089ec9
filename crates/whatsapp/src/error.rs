//! How the Graph API says no.

use serde_json::Value;

/// A refusal, in Meta's words. The code decides what happens next, see [`crate::classify`]; the rest is for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message} (code {code})")]
pub struct GraphError {
    /// One of Meta's codes.
    pub code: i64,
    /// A finer code, on some.
    pub subcode: Option<i64>,
    /// Meta's sentence.
    pub message: String,
    /// What Meta adds about this very case.
    pub details: Option<String>,
    /// What Meta's support asks for.
    pub fbtrace_id: Option<String>,
    /// The HTTP status it came with; a webhook reports errors without one.
    pub http_status: Option<u16>,
}

impl GraphError {
    /// Reads the body of an answer. Anything that is not Graph's own error, such as a gateway's page, is none.
    pub fn read(http_status: u16, body: &[u8]) -> Option<Self> {
        let body: Value = serde_json::from_slice(body).ok()?;
        let error = body.get("error")?;
        let text = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
        Some(Self {
            code: error.get("code").and_then(integer)?,
            subcode: error.get("error_subcode").and_then(integer),
            message: text(error, "message").unwrap_or_default(),
            details: error
                .get("error_data")
                .and_then(|data| text(data, "details"))
                .or_else(|| text(error, "error_user_msg")),
            fbtrace_id: text(error, "fbtrace_id"),
            http_status: Some(http_status),
        })
    }
}

fn integer(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_with_its_details() {
        let body = br#"{"error":{"message":"(#131030) Recipient phone number not in allowed list","type":"OAuthException","code":131030,
            "error_data":{"messaging_product":"whatsapp","details":"Add it first."},"error_subcode":2655007,"fbtrace_id":"AI"}}"#;

        let error = GraphError::read(400, body).unwrap();

        assert_eq!((error.code, error.subcode, error.http_status), (131_030, Some(2_655_007), Some(400)));
        assert_eq!(error.details.as_deref(), Some("Add it first."));
        assert_eq!(error.to_string(), "(#131030) Recipient phone number not in allowed list (code 131030)");
    }

    #[test]
    fn a_gateways_page_is_no_refusal() {
        for body in ["", "<html>502</html>", "[]", "{}", r#"{"error":"no"}"#, r#"{"error":{"message":"no code"}}"#] {
            assert_eq!(GraphError::read(502, body.as_bytes()), None, "{body}");
        }
    }
}

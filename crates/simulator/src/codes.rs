//! Meta's error codes, and the two places where they appear: a Graph error body, and a failed status.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Value, json};

// The codes that the platform gives by itself; a fault can give any.
pub(crate) const INVALID_PARAMETER: i64 = 100;
pub(crate) const TOKEN: i64 = 190;
pub(crate) const CALLBACK_UNVERIFIED: i64 = 2200;
pub(crate) const UNKNOWN_PATH: i64 = 2500;
pub(crate) const SOMETHING_WENT_WRONG: i64 = 131_000;
pub(crate) const MISSING_PARAMETER: i64 = 131_008;
pub(crate) const INVALID_VALUE: i64 = 131_009;
pub(crate) const UNDELIVERABLE: i64 = 131_026;
pub(crate) const WINDOW_CLOSED: i64 = 131_047;
pub(crate) const OPTED_OUT: i64 = 131_050;
pub(crate) const UNSUPPORTED_TYPE: i64 = 131_051;
pub(crate) const ON_ANOTHER_DEVICE: i64 = 131_060;
pub(crate) const MEDIA_UPLOAD: i64 = 131_053;
pub(crate) const PAIR_RATE: i64 = 131_056;
pub(crate) const NUMBER_RATE: i64 = 130_429;
pub(crate) const ACCOUNT_RATE: i64 = 80_007;
pub(crate) const USER_ID_UNSUPPORTED: i64 = 131_062;
pub(crate) const TO_ITSELF: i64 = 131_021;
pub(crate) const ACCOUNT_LOCKED: i64 = 131_031;
pub(crate) const RESTRICTED: i64 = 368;
pub(crate) const MAINTENANCE: i64 = 131_057;
pub(crate) const NOT_ALLOWED: i64 = 131_030;
pub(crate) const PAYMENT: i64 = 131_042;
pub(crate) const SPAM_RATE: i64 = 131_048;
pub(crate) const MARKETING_HELD_BACK: i64 = 131_049;
pub(crate) const BLOCKED_BY_BUSINESS: i64 = 130_403;
pub(crate) const BLOCKING_FAILED: i64 = 139_100;
pub(crate) const BLOCK_LIST_FULL: i64 = 139_101;
pub(crate) const DEVICE_CHANGED: i64 = 137_000;
pub(crate) const TEMPLATE_PARAMETERS: i64 = 132_000;
pub(crate) const TEMPLATE_MISSING: i64 = 132_001;
pub(crate) const TEMPLATE_TOO_LONG: i64 = 132_005;
pub(crate) const TEMPLATE_FORMAT: i64 = 132_012;
pub(crate) const TEMPLATE_PAUSED: i64 = 132_015;
pub(crate) const TEMPLATE_DISABLED: i64 = 132_016;

/// A request that the Graph API does not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) code: i64,
    pub(crate) subcode: Option<i64>,
    pub(crate) details: String,
}

impl Refusal {
    pub(crate) fn of(code: i64, details: impl Into<String>) -> Self {
        Self { code, subcode: None, details: details.into() }
    }

    /// Code 100: the request does not have the shape that the reference shows.
    pub(crate) fn parameter(details: impl Into<String>) -> Self {
        Self::of(INVALID_PARAMETER, details)
    }

    /// Code 100 with the subcode by which the documentation of templates names the reason.
    pub(crate) fn template(subcode: i64, details: impl Into<String>) -> Self {
        Self { subcode: Some(subcode), ..Self::parameter(details) }
    }

    /// Code 131009: the shape is right and a value is not.
    pub(crate) fn value(details: impl Into<String>) -> Self {
        Self::of(INVALID_VALUE, details)
    }

    /// Code 131008: something that this type needs is not there.
    pub(crate) fn missing(path: &str) -> Self {
        Self::of(MISSING_PARAMETER, format!("`{path}` is required"))
    }

    pub(crate) fn body(&self) -> Value {
        let mut error = json!({
            "message": format!("(#{}) {}", self.code, title(self.code)),
            "type": "OAuthException",
            "code": self.code,
            "error_data": { "messaging_product": "whatsapp", "details": self.details },
            "fbtrace_id": "Asimulated",
        });
        if let Some(subcode) = self.subcode {
            error["error_subcode"] = json!(subcode);
        }
        json!({ "error": error })
    }
}

/// The code of a refused request, for the ledger; it travels beside the response.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RefusalCode(pub(crate) i64);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (http_status(self.code), Extension(RefusalCode(self.code)), Json(self.body())).into_response()
    }
}

/// A message that was accepted and then came to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) code: i64,
    pub(crate) details: &'static str,
}

impl Failure {
    /// As an element of `statuses[].errors`.
    pub(crate) fn error(&self) -> Value {
        json!({
            "code": self.code,
            "title": title(self.code),
            "message": title(self.code),
            "error_data": { "details": self.details },
            "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        })
    }
}

pub(crate) fn title(code: i64) -> &'static str {
    match code {
        INVALID_PARAMETER => "Invalid parameter",
        TOKEN => "Invalid OAuth access token",
        CALLBACK_UNVERIFIED => "Callback verification failed",
        UNKNOWN_PATH => "Unknown path components",
        NUMBER_RATE => "Rate limit hit",
        SOMETHING_WENT_WRONG => "Something went wrong",
        MISSING_PARAMETER => "Required parameter is missing",
        INVALID_VALUE => "Parameter value is not valid",
        UNDELIVERABLE => "Message undeliverable",
        WINDOW_CLOSED => "Re-engagement message",
        OPTED_OUT => "User has stopped marketing messages",
        UNSUPPORTED_TYPE => "Unsupported message type",
        MEDIA_UPLOAD => "Media upload error",
        PAIR_RATE => "Pair rate limit hit",
        TEMPLATE_PARAMETERS => "Number of template parameters does not match",
        TEMPLATE_MISSING => "Template does not exist in this language",
        TEMPLATE_TOO_LONG => "Translated text is too long",
        TEMPLATE_FORMAT => "Format of template parameters does not match",
        TEMPLATE_PAUSED => "Template is paused",
        TEMPLATE_DISABLED => "Template is disabled",
        ACCOUNT_RATE => "Rate limit of the account hit",
        TO_ITSELF => "Recipient cannot be sender",
        ACCOUNT_LOCKED => "Account has been locked",
        NOT_ALLOWED => "Recipient phone number not in allowed list",
        PAYMENT => "Business eligibility payment issue",
        SPAM_RATE => "Spam rate limit hit",
        MARKETING_HELD_BACK => "This message was not delivered to maintain healthy ecosystem engagement",
        BLOCKED_BY_BUSINESS => "This business has blocked the user",
        BLOCKING_FAILED => "Failed to block or unblock some users",
        BLOCK_LIST_FULL => "Blocklist limit reached",
        USER_ID_UNSUPPORTED => "This message needs a phone number",
        DEVICE_CHANGED => "Recipient identity key hash mismatch",
        RESTRICTED => "Temporarily blocked for policies violations",
        MAINTENANCE => "Account in maintenance mode",
        ON_ANOTHER_DEVICE => "This message is unavailable",
        _ => by_fault(code),
    }
}

/// Of the codes that come only when a fault asks for them.
fn by_fault(code: i64) -> &'static str {
    match code {
        0 => "Authentication error",
        1 => "API unknown",
        2 => "API service",
        3 => "API method",
        4 => "API too many calls",
        10 => "Permission denied",
        33 => "Parameter value is not valid",
        200..=299 => "API permission",
        130_472 => "User's number is part of an experiment",
        130_497 => "Business account is restricted from messaging users in this country",
        131_005 => "Access denied",
        131_016 => "Service unavailable",
        131_037 => "Display name is not approved",
        131_045 => "Incorrect certificate",
        131_052 => "Media download error",
        131_063 => "Marketing messages must use their own endpoint",
        131_064 => "Message limit reached through misclassified templates",
        132_007 => "Template content violates a policy",
        132_008 => "Template parameter format does not match",
        132_068 => "Flow is blocked",
        132_069 => "Flow is throttled",
        133_004 => "Server temporarily unavailable",
        133_010 => "Phone number is not registered",
        133_016 => "Account register rate limit exceeded",
        135_000 => "Generic user error",
        _ => "Request refused",
    }
}

/// Rate limits come back as 400: clients must decide on the code.
fn http_status(code: i64) -> StatusCode {
    match code {
        0 | TOKEN => StatusCode::UNAUTHORIZED,
        3 | 10 | 200..=299 | 368 | 131_005 | ACCOUNT_LOCKED => StatusCode::FORBIDDEN,
        TEMPLATE_MISSING => StatusCode::NOT_FOUND,
        SOMETHING_WENT_WRONG | 131_016 => StatusCode::INTERNAL_SERVER_ERROR,
        2 | 133_004 => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rate_limits_come_back_as_http_400_and_only_some_codes_as_anything_else() {
        for (code, status) in [
            (ACCOUNT_RATE, 400),
            (NUMBER_RATE, 400),
            (PAIR_RATE, 400),
            (4, 400),
            (MAINTENANCE, 400),
            (TOKEN, 401),
            (0, 401),
            (10, 403),
            (RESTRICTED, 403),
            (ACCOUNT_LOCKED, 403),
            (TEMPLATE_MISSING, 404),
            (SOMETHING_WENT_WRONG, 500),
            (131_016, 500),
            (2, 503),
            (133_004, 503),
        ] {
            assert_eq!(http_status(code).as_u16(), status, "{code}");
        }
    }

    #[test]
    fn an_error_has_a_message_a_type_a_code_its_details_and_a_trace() {
        let body = Refusal::template(2_388_040, "too long").body();
        let expected = json!({ "error": {
            "message": "(#100) Invalid parameter", "type": "OAuthException", "code": 100, "error_subcode": 2_388_040,
            "error_data": { "messaging_product": "whatsapp", "details": "too long" }, "fbtrace_id": "Asimulated",
        } });
        assert_eq!(body, expected);
    }
}

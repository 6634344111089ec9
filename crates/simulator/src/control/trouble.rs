//! Refusals of the control API: problems (RFC 9457), with a sentence in `detail`.

use axum::extract::Request;
use axum::http::{Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::error::{Error, PhoneError};

const PROBLEM: &str = "application/problem+json";
const LARGEST: usize = 4 * 1024 * 1024; // bytes; a refusal of the framework may repeat what it was sent
const LONGEST: usize = 500; // characters that are of use to somebody

/// A status, and what to change.
pub(super) struct Trouble(pub(super) StatusCode, pub(super) String);

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let Self(status, detail) = self;
        let title = status.canonical_reason().unwrap_or("Refused");
        let body = json!({ "type": "about:blank", "title": title, "status": status.as_u16(), "detail": detail });
        (status, [(header::CONTENT_TYPE, PROBLEM)], body.to_string()).into_response()
    }
}

impl From<PhoneError> for Trouble {
    fn from(error: PhoneError) -> Self {
        let status = match error {
            PhoneError::NoPhone(_) | PhoneError::NoBusinessNumber(_) | PhoneError::NoMessage(_) => {
                StatusCode::NOT_FOUND
            }
            PhoneError::Taken(_) | PhoneError::TooLate(_) | PhoneError::NothingToTap(_) => StatusCode::CONFLICT,
            PhoneError::NotAPhone(_) | PhoneError::NotAUsername(_) => StatusCode::UNPROCESSABLE_ENTITY,
        };
        Self(status, error.to_string())
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self(StatusCode::UNPROCESSABLE_ENTITY, error.to_string())
    }
}

pub(super) async fn nothing_here(uri: Uri) -> Trouble {
    Trouble(StatusCode::NOT_FOUND, format!("nothing is served at /sim{}", uri.path()))
}

/// The framework refuses with a line of text, or with nothing: a body of another shape, a wrong method.
pub(super) async fn in_our_words(method: Method, uri: Uri, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_ours = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM);
    if is_ours || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        let allowed = response.headers().get(header::ALLOW).cloned();
        let mut problem = Trouble(status, format!("/sim{} does not take {method}", uri.path())).into_response();
        problem.headers_mut().extend(allowed.map(|allowed| (header::ALLOW, allowed)));
        return problem;
    }
    let text = axum::body::to_bytes(response.into_body(), LARGEST).await.unwrap_or_default();
    Trouble(status, String::from_utf8_lossy(&text).trim().chars().take(LONGEST).collect()).into_response()
}

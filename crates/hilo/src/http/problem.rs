//! How the API says no: problem+json, with a sentence that says what to change.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::inbox::Refusal;
use store::StoreError;

/// What refusals are written in.
pub const PROBLEM: &str = "application/problem+json";

const FAULT: &str = "something went wrong here; the log says what";

/// A refused request.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    /// The messages that came while somebody wrote.
    new_messages: Vec<i64>,
}

impl Problem {
    /// With a status and a sentence.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self { status, detail: detail.into(), new_messages: Vec::new() }
    }

    /// Its status.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// What is wrong.
    pub fn into_detail(self) -> String {
        self.detail
    }

    /// Something in the request cannot be used.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// Something of ours failed, which the caller cannot mend.
    pub fn fault() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, FAULT)
    }

    /// There is no such thing in this workspace.
    pub fn missing(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("there is no such {what} in this workspace"))
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let status = match &error {
            StoreError::CannotWrite(_) | StoreError::Unreachable(_) | StoreError::Conflict(_) | StoreError::Stopped => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            StoreError::Unexpected(_) | StoreError::Newer { .. } | StoreError::Refused(_) | StoreError::Panicked(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
        };
        tracing::error!(%error, "A request could not be served");
        let detail = match status {
            StatusCode::SERVICE_UNAVAILABLE => "the database does not answer; try again in a moment",
            _ => FAULT,
        };
        Self::new(status, detail)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Missing(what) => Self::missing(what),
            Refusal::Conflict(said) => Self::new(StatusCode::CONFLICT, said),
            Refusal::Stale(said) => Self::new(StatusCode::PRECONDITION_FAILED, said),
            Refusal::Invalid(said) => Self::invalid(said),
            Refusal::Overtaken { said, seqs } => {
                Self { new_messages: seqs, ..Self::new(StatusCode::PRECONDITION_FAILED, said) }
            }
            Refusal::NoAnswer(said) => Self::new(StatusCode::BAD_GATEWAY, said),
            Refusal::KeyTaken => Self::invalid(refusal.to_string()),
            Refusal::Store(error) => error.into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or_default();
        let body = ProblemView {
            kind: "about:blank",
            title,
            status: self.status.as_u16(),
            detail: self.detail,
            count: Some(self.new_messages.len()).filter(|count| 0 < *count),
            new_messages: self.new_messages,
        };
        (self.status, [(header::CONTENT_TYPE, PROBLEM)], Json(body)).into_response()
    }
}

/// A refusal, after RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemView {
    /// Always `about:blank`: the status says what kind it is.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The name of the status.
    #[schema(example = "Conflict")]
    title: &'static str,
    /// The status of the answer.
    #[schema(example = 409)]
    status: u16,
    /// What is wrong, and what to change.
    #[schema(example = "a ticket that is resolved cannot become resolved")]
    detail: String,
    /// Of a 412 only: how many messages came meanwhile.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    count: Option<usize>,
    /// Of a 412 only: the places of the messages that came meanwhile.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    new_messages: Vec<i64>,
}

//! What is posted: JSON that is understood, and the `Idempotency-Key` under which it has its effect once.

use std::time::Duration;

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::problem::Problem;
use crate::inbox::{Acted, Answer, Asked, Done, Once};

const LARGEST_BODY: usize = 1024 * 1024;
/// A client that trickles its body holds nothing but itself.
const SLOWEST_BODY: Duration = Duration::from_secs(10);
const LONGEST_KEY: usize = 255;
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// One attempt at something that is to happen once, however often it is tried. Of a request without a body that means anything.
#[derive(Debug)]
pub struct Attempt {
    asked: Option<Asked>,
}

/// JSON that was understood, and the attempt it belongs to.
#[derive(Debug)]
pub struct Posted<T> {
    /// What was posted.
    pub body: T,
    /// At what.
    pub attempt: Attempt,
}

impl Attempt {
    /// Of a request whose body was read elsewhere; `request` is the same for the same request, and another for any other.
    pub fn of(headers: &HeaderMap, request: Vec<u8>) -> Result<Self, Problem> {
        let key = headers.get(KEY).map(checked_key).transpose()?;
        Ok(Self { asked: key.map(|key| Asked { key, request }) })
    }

    /// The attempt at one of several things that one request asks for.
    pub fn part(&self, name: &str) -> Attempt {
        let part = |asked: &Asked| Asked { key: format!("{} {name}", asked.key), request: asked.request.clone() };
        Attempt { asked: self.asked.as_ref().map(part) }
    }

    /// Calls a verb, at most once under this request's key, and answers what came of it, or what had come of it before.
    pub async fn once<T, V, F>(
        self,
        status: StatusCode,
        show: fn(&T) -> V,
        verb: impl FnOnce(Once<T>) -> F,
    ) -> Result<Response, Problem>
    where
        T: Send + 'static,
        V: Serialize + 'static,
        F: Future<Output = Done<Acted<T>>>,
    {
        self.once_telling_more(status, show, show, verb).await
    }

    /// The same, with more in the first answer than is kept for the next ones: a secret.
    pub async fn once_telling_more<T, V, F>(
        self,
        status: StatusCode,
        kept: fn(&T) -> V,
        told: impl FnOnce(&T) -> V,
        verb: impl FnOnce(Once<T>) -> F,
    ) -> Result<Response, Problem>
    where
        T: Send + 'static,
        V: Serialize + 'static,
        F: Future<Output = Done<Acted<T>>>,
    {
        let keep = move |value: &T| written(status, &kept(value));
        Ok(match verb(Once::for_request(self.asked, keep)).await? {
            Acted::Now(value) => render(written(status, &told(&value))),
            Acted::Before(answer) => ([(REPLAYED, HeaderValue::from_static("true"))], render(answer)).into_response(),
        })
    }
}

/// What has nothing to say is `()`, and has no body.
fn written<V: Serialize>(status: StatusCode, view: &V) -> Answer {
    let body = serde_json::to_string(view).unwrap_or_default();
    Answer { status: status.as_u16(), body: if body == "null" { String::new() } else { body } }
}

fn render(answer: Answer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    if answer.body.is_empty() {
        return status.into_response();
    }
    (status, [(header::CONTENT_TYPE, "application/json")], answer.body).into_response()
}

fn checked_key(value: &HeaderValue) -> Result<String, Problem> {
    let key = value.to_str().ok().filter(|key| key.bytes().all(|byte| byte.is_ascii_graphic()));
    key.filter(|key| (1..=LONGEST_KEY).contains(&key.len())).map(str::to_owned).ok_or_else(|| {
        Problem::invalid(format!(
            "`Idempotency-Key` is 1 to {LONGEST_KEY} visible ASCII characters, a UUID for example"
        ))
    })
}

impl<S: Send + Sync> FromRequest<S> for Attempt {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        Ok(read(request).await?.0)
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Posted<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            let said = "send JSON, with the header `Content-Type: application/json`";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, said));
        }
        let (attempt, bytes) = read(request).await?;
        // A list would be taken for the fields in their order.
        if bytes.trim_ascii_start().starts_with(b"[") {
            return Err(Problem::invalid("the body is a list; this route takes an object, `{ … }`"));
        }
        let body = serde_json::from_slice(&bytes).map_err(|error| not_understood(&error))?;
        Ok(Self { body, attempt })
    }
}

/// JSON, or nothing at all.
#[derive(Debug)]
pub struct Maybe<T>(pub Option<T>);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Maybe<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let is_json = is_json(request.headers());
        let (_, bytes) = read(request).await?;
        if bytes.trim_ascii().is_empty() {
            return Ok(Self(None));
        }
        if !is_json || bytes.trim_ascii_start().starts_with(b"[") {
            return Err(Problem::invalid(
                "the body is an object of JSON, with the header `Content-Type: application/json`",
            ));
        }
        serde_json::from_slice(&bytes).map(|body| Self(Some(body))).map_err(|error| not_understood(&error))
    }
}

async fn read(request: Request) -> Result<(Attempt, Vec<u8>), Problem> {
    read_within(SLOWEST_BODY, request).await
}

async fn read_within(slowest: Duration, request: Request) -> Result<(Attempt, Vec<u8>), Problem> {
    let (parts, body) = request.into_parts();
    let read = tokio::time::timeout(slowest, axum::body::to_bytes(body, LARGEST_BODY)).await;
    let slow = |_| {
        let said = format!("the body did not arrive within {} s; send it again", slowest.as_secs());
        Problem::new(StatusCode::REQUEST_TIMEOUT, said)
    };
    let large = |_| {
        let said = format!("the body is larger than {LARGEST_BODY} bytes, or broke off; send less");
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, said)
    };
    let bytes = read.map_err(slow)?.map_err(large)?.to_vec();
    let mut request = Sha256::new();
    for part in [parts.method.as_str().as_bytes(), parts.uri.to_string().as_bytes(), &bytes] {
        request.update((part.len() as u64).to_be_bytes());
        request.update(part);
    }
    Ok((Attempt::of(&parts.headers, request.finalize().to_vec())?, bytes))
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json" || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// What cannot be read is 400; what was read and is not what the route takes is 422. Both say where.
fn not_understood(error: &serde_json::Error) -> Problem {
    match error.classify() {
        serde_json::error::Category::Data => {
            Problem::invalid(format!("the body is not what this route takes: {error}"))
        }
        serde_json::error::Category::Syntax | serde_json::error::Category::Eof | serde_json::error::Category::Io => {
            Problem::new(StatusCode::BAD_REQUEST, format!("the body is not JSON: {error}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, Bytes};
    use futures::StreamExt;
    use futures::stream::{once, pending};

    use super::*;

    #[tokio::test]
    async fn a_body_that_never_ends_is_not_waited_for() {
        let begun = once(async { Ok::<_, std::io::Error>(Bytes::from_static(b"{")) });
        let request = Request::new(Body::from_stream(begun.chain(pending())));
        let refused = read_within(Duration::from_millis(50), request).await.unwrap_err().into_response();
        assert_eq!(refused.status(), StatusCode::REQUEST_TIMEOUT);
    }
}

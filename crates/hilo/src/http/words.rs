//! Whatever goes wrong before a handler or in it is said as a problem, never as the framework's plain text.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;

use super::problem::{PROBLEM, Problem};

/// After this a proxy in front would have given up too.
const SLOWEST: Duration = Duration::from_secs(25);
/// A refusal of the framework is a line.
const LONGEST: usize = 4096;

/// Answers in time, survives a panic, and puts every refusal into our words.
pub(super) async fn ours(request: Request, next: Next) -> Response {
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let answered = tokio::time::timeout(SLOWEST, AssertUnwindSafe(next.run(request)).catch_unwind()).await;
    match answered {
        Ok(Ok(response)) => in_our_words(&method, &uri, response).await,
        Ok(Err(_)) => Problem::fault().into_response(),
        Err(_) => {
            let said = format!("this took longer than {} s; ask for less, or try again in a moment", SLOWEST.as_secs());
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, said).into_response()
        }
    }
}

async fn in_our_words(method: &Method, uri: &Uri, response: Response) -> Response {
    let status = response.status();
    let is_ours = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM);
    if is_ours || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let allowed = parts.headers.get(header::ALLOW).and_then(|allowed| allowed.to_str().ok()).unwrap_or("nothing");
    let said = match status {
        StatusCode::METHOD_NOT_ALLOWED => format!("{} does not take {method}; it takes {allowed}", uri.path()),
        StatusCode::NOT_FOUND => format!("there is nothing at {}", uri.path()),
        _ => {
            let text = axum::body::to_bytes(body, LONGEST).await.unwrap_or_default();
            String::from_utf8_lossy(&text).trim().to_owned()
        }
    };
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    // Our own answer, with what the framework said in headers: `Allow`.
    let mut ours = Problem::new(status, said).into_response();
    ours.headers_mut().extend(parts.headers);
    ours
}

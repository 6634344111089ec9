//! Whatever goes wrong before a handler or in it is said as a problem, never as the framework's plain text.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
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
    let method = request.method().clone();
    let answered = tokio::time::timeout(SLOWEST, AssertUnwindSafe(next.run(request)).catch_unwind()).await;
    match answered {
        Ok(Ok(response)) => in_our_words(&method, response).await,
        Ok(Err(_)) => Problem::fault().into_response(),
        Err(_) => {
            let said = format!("this took longer than {} s; ask for less, or try again in a moment", SLOWEST.as_secs());
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, said).into_response()
        }
    }
}

async fn in_our_words(method: &Method, response: Response) -> Response {
    let status = response.status();
    let is_ours = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM);
    if is_ours || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let said = match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            format!("this route does not take {method}; the header `Allow` names what it takes")
        }
        StatusCode::NOT_FOUND => "there is nothing here".to_owned(),
        _ => {
            let text = axum::body::to_bytes(body, LONGEST).await.unwrap_or_default();
            String::from_utf8_lossy(&text).trim().to_owned()
        }
    };
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    // Our own answer, with what the framework said in headers.
    let mut ours = Problem::new(status, said).into_response();
    ours.headers_mut().extend(parts.headers);
    ours
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::routing::get;
    use hyper::service::Service;
    use hyper_util::service::TowerToHyperService;

    use super::*;

    async fn asked(routes: Router) -> (StatusCode, String) {
        let service = TowerToHyperService::new(routes.layer(from_fn(ours)));
        let response = service.call(Request::new(axum::body::Body::empty())).await.unwrap();
        let status = response.status();
        assert_eq!(response.headers()[header::CONTENT_TYPE], PROBLEM);
        let body = axum::body::to_bytes(response.into_body(), LONGEST).await.unwrap();
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    #[tokio::test]
    async fn a_panic_is_a_problem_that_tells_nothing_of_it() {
        async fn panics() -> &'static str {
            panic!("the text of a customer")
        }
        let (status, said) = asked(Router::new().route("/", get(panics))).await;
        assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(said.contains("the log says what") && !said.contains("customer"), "{said}");
    }
}

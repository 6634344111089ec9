//! Who may ask, who may act, and what a browser may do with the answer.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::visitor::language;
use crate::http::origin::{comes_from_page, is_for_this_machine};
use crate::http::problem::Problem;
use crate::texts::say;

/// Everything comes from this server, and one named policy of ours puts its fragments into the page.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    media-src 'self'; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types hilo";

const HARDENED: [(HeaderName, &str); 5] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Lets in what was addressed to this machine by a name of its own. A page elsewhere can have its name lead here (DNS rebinding),
/// but the browser still sends that name.
pub(super) async fn this_machine(request: Request, next: Next) -> Response {
    if is_for_this_machine(request.headers()) {
        return next.run(request).await;
    }
    refuse(request.headers(), StatusCode::MISDIRECTED_REQUEST, "demo-refused-host")
}

/// Lets in what the page itself sent: browsers say so, and no other page can make them.
pub(super) async fn same_origin(request: Request, next: Next) -> Response {
    if comes_from_page(request.headers()) {
        return next.run(request).await;
    }
    refuse(request.headers(), StatusCode::FORBIDDEN, "demo-refused-origin")
}

/// Adds the headers that hold for every answer. A file that may be cached says so itself.
pub(super) async fn harden(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in HARDENED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn refuse(headers: &HeaderMap, status: StatusCode, key: &str) -> Response {
    Problem::new(status, say(language(headers), key, &[])).into_response()
}

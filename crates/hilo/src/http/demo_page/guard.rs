//! Who may ask, and who may act.

use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::http::language::language;
use crate::http::origin::{comes_from_page, is_for_this_machine};
use crate::http::problem::Problem;
use crate::texts::say;

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

fn refuse(headers: &HeaderMap, status: StatusCode, key: &str) -> Response {
    Problem::new(status, say(language(headers), key, &[])).into_response()
}

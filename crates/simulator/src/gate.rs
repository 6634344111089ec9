//! What happens to a request before anybody looks at it.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::connection::Connection;
use crate::platform::{Platform, lock};

const SMALL: usize = 4 * 1024 * 1024; // bytes of a body that is read before anything is said about it

/// Resets the connection if that fault strikes. The body has not been read, so nothing can have been accepted.
pub(crate) async fn let_in(
    State(platform): State<Arc<Platform>>,
    ConnectInfo(connection): ConnectInfo<Connection>,
    request: Request,
    next: Next,
) -> Response {
    let resets = lock(&platform.faults).resets(&platform.random);
    if resets {
        connection.reset();
        // Never written: the line is down.
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    next.run(request).await
}

/// Reads the body first. An answer that leaves some of it unread ends the connection, and the client may never see it;
/// that is left to uploads, which are too large to be read for nothing.
pub(crate) async fn hear_out(request: Request, next: Next) -> Response {
    let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let is_small = length.is_some_and(|length: usize| length <= SMALL);
    if !is_small {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    match to_bytes(body, SMALL).await {
        Ok(bytes) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        // Whoever sent it is gone.
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

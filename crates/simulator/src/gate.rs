//! What happens to a request before anybody looks at it.

use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::connection::Connection;
use crate::platform::{Platform, lock};

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

//! Signing out.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};

use super::Visitor;
use crate::http::problem::Problem;
use crate::http::sessions;
use crate::node::Node;
use crate::people::sign_in;

/// `POST /sign-out`.
pub(super) async fn sign_out(State(node): State<Arc<Node>>, visitor: Visitor) -> Result<Response, Problem> {
    if let Some(cookie) = &visitor.from.before {
        sign_in::out(&node, cookie).await?;
    }
    Ok(([(header::SET_COOKIE, sessions::forget(visitor.way))], Redirect::to("/sign-in")).into_response())
}

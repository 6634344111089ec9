//! A changed workflow over the messages of the last days: what it would decide otherwise. Told line by line while it goes on; whoever hangs up
//! stops it.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::ids::WorkspaceId;
use futures::stream::unfold;
use jiff::SignedDuration;
use serde::Deserialize;
use tokio::sync::OwnedSemaphorePermit;
use tokio::sync::mpsc::{Sender, channel};
use utoipa::ToSchema;

use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox;
use crate::node::Node;
use crate::replay::{News, Told, Trial, replay};

/// Lines that wait for whoever reads them.
const AHEAD: usize = 16;

/// What is tried, and on how much.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayWish {
    /// The changed workflow file.
    text: String,
    /// Over how many days.
    #[schema(minimum = 1, maximum = 365)]
    days: i64,
}

/// Tries a changed workflow on the messages of the last days. It sends nothing and writes nothing. Answers with lines of JSON while it goes on: of
/// `type` `different`, a message about which it decides otherwise, with `then`, by the version in force, and `now`, by the changed one; `progress`;
/// and at the end `done`; without that line it broke off. Whoever closes the connection stops it.
#[utoipa::path(
    post,
    path = "/workflow/replay",
    tag = "workflow",
    operation_id = "replay_workflow",
    request_body = ReplayWish,
    responses(
        (status = 200, content_type = "application/x-ndjson", body = String, description = "What it would decide otherwise, line by line."),
        (status = 409, description = "Another one is being tried.")
    )
)]
pub(super) async fn run(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body: wish, .. }: Posted<ReplayWish>,
) -> Result<Response, Problem> {
    if !(1..=365).contains(&wish.days) {
        return Err(Problem::invalid("`days` is a number from 1 to 365"));
    }
    inbox::is_sound_workflow(&wish.text)?;
    let permit = node.replays.clone().try_acquire_owned().map_err(|_| {
        Problem::new(StatusCode::CONFLICT, "another workflow is being tried; wait until that is done, or stop it")
    })?;
    let trial = Trial::of(&node.store, caller.workspace, wish.text).await.map_err(|error| {
        tracing::error!(%error, "A changed workflow cannot be tried");
        Problem::fault()
    })?;
    let since = node.clock.now().as_millisecond() - SignedDuration::from_hours(24 * wish.days).as_millis() as i64;
    let (tell, told) = channel(AHEAD);
    let stopping = node.stopping.subscribe();
    tokio::spawn(go(node, caller.workspace, trial, since, tell, permit));
    let lines = unfold((told, stopping), |(mut told, mut stopping)| async {
        let news = tokio::select! {
            news = told.recv() => news?,
            _ = stopping.changed() => return None,
        };
        Some((Ok::<_, Infallible>(Told::from(news).line()), (told, stopping)))
    });
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], Body::from_stream(lines)).into_response())
}

/// One at a time on a node, until it is done or nobody listens any more.
async fn go(
    node: Arc<Node>,
    workspace: WorkspaceId,
    trial: Trial,
    since: i64,
    tell: Sender<News>,
    _permit: OwnedSemaphorePermit,
) {
    if let Err(error) = replay(&node.store, workspace, &trial, since, tell).await {
        tracing::error!(%error, "A changed workflow could not be tried to the end");
    }
}

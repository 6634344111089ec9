//! Tells an open page to look again. What there is to see it fetches itself, so that an event carries nothing.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use domain::ids::WorkspaceId;
use futures::future::ready;
use futures::stream::{Stream, StreamExt, once, unfold};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;

use super::Stage;
use crate::http::problem::Problem;

/// A browser that finds the server gone tries again so soon.
const RETRY: Duration = Duration::from_secs(1);

/// `GET /demo/events`.
pub(super) async fn stream(
    State(stage): State<Arc<Stage>>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>> + use<>>, Problem> {
    let listening = Listening {
        workspace: stage.channel()?.workspace,
        changes: stage.node.changes.subscribe(),
        hung_up: stage.phones.hung_up.subscribe(),
    };
    let changes = unfold(listening, |listening| async {
        let listening = listening.until_changed().await?;
        Some((Ok(look_again()), listening))
    });
    // What changed while nobody listened is seen by looking once at the beginning.
    let events = once(ready(Ok(look_again().retry(RETRY)))).chain(changes);
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// Browsers pass over an event without data.
fn look_again() -> Event {
    Event::default().event("changed").data("now")
}

struct Listening {
    workspace: WorkspaceId,
    changes: Receiver<WorkspaceId>,
    hung_up: watch::Receiver<bool>,
}

impl Listening {
    /// Waits until something changed; nothing when nothing will change any more.
    async fn until_changed(mut self) -> Option<Self> {
        let Self { workspace, changes, hung_up } = &mut self;
        let goes_on = tokio::select! {
            goes_on = changed(changes, *workspace) => goes_on,
            () = async { drop(hung_up.wait_for(|hung_up| *hung_up).await) } => false,
        };
        goes_on.then_some(self)
    }
}

async fn changed(changes: &mut Receiver<WorkspaceId>, ours: WorkspaceId) -> bool {
    loop {
        match changes.recv().await {
            Ok(workspace) if workspace == ours => return true,
            Ok(_) => {}
            // Too many to tell apart: one look covers them all.
            Err(RecvError::Lagged(_)) => return true,
            Err(RecvError::Closed) => return false,
        }
    }
}

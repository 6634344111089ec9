//! What changes, as it happens, for systems that stay connected.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Extension;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Sse;
use axum::response::sse::Event;
use domain::change::EventType;
use domain::ids::WorkspaceId;
use futures::stream::{Stream, unfold};
use serde_json::json;
use store::{Position, PresenceRow};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use tracing::warn;

use super::changes::Wanted;
use crate::changes::{self, Cursor, From, Look, Seat, Told};
use crate::clock::machine_now;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::FORGOTTEN_MS;
use crate::node::Node;

/// So often something is sent, or whatever stands between takes the connection for dead.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// So often one looks without having been called: what another node changed may be younger than a transaction beside it.
const NAP: Duration = Duration::from_secs(1);
/// A change that somebody was called for may wait for a transaction beside it.
const BLINK: Duration = Duration::from_millis(50);
const AT_ONCE: usize = 100;

/// What changes, as it happens, as server-sent events. `id` is the cursor: whoever comes back with it as `Last-Event-ID` or `after`
/// misses nothing. Without either, only what comes. A comment every 15 seconds keeps the connection.
#[utoipa::path(
    get,
    path = "/events",
    tag = "events",
    operation_id = "follow_events",
    params(Wanted, ("Last-Event-ID" = Option<String>, Header, description = "The last `id` that was seen; wins over `after`.")),
    responses(
        (status = 200, description = "Events without end: `event` is the type, `data` a change as JSON.", content_type = "text/event-stream", body = String),
        (status = 410, description = "What came behind the cursor is gone."),
        (status = 429, description = "This key, or person, follows the events eight times already."),
    )
)]
pub(super) async fn stream(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>> + use<>>, Problem> {
    let last_seen = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let (from, types) = (wanted.from(last_seen)?.unwrap_or(From::Now), wanted.types(&caller)?);
    let seat = node.seats.take(caller.workspace, caller.id()).ok_or_else(full)?;
    // Before the first look: what changes between the two is heard of.
    let (changed, stopping) = (node.changes.subscribe(), node.stopping.subscribe());
    let (workspace, epoch) = (caller.workspace, node.instance.epoch);
    let after = node.store.read(move |tx| changes::start(tx, workspace, epoch, from)).await??;
    let following = Following {
        node,
        workspace,
        caller,
        types: Arc::new(types),
        after,
        waiting: VecDeque::new(),
        present: Vec::new(),
        news_of_presence: false,
        nap: Duration::ZERO,
        sent_at: Instant::now(),
        changed,
        stopping,
        _seat: seat,
    };
    Ok(Sse::new(unfold(following, |mut following| async {
        let event = following.next().await?;
        Some((Ok(event), following))
    })))
}

fn full() -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "you follow the events eight times already; close a connection first")
}

struct Following {
    node: Arc<Node>,
    workspace: WorkspaceId,
    caller: Caller,
    types: Arc<Vec<EventType>>,
    after: Position,
    waiting: VecDeque<Told>,
    /// Who was in which conversation when a person was told last; a key is not told.
    present: Vec<PresenceRow>,
    news_of_presence: bool,
    /// How long to rest before the next look.
    nap: Duration,
    sent_at: Instant,
    changed: Receiver<WorkspaceId>,
    stopping: watch::Receiver<bool>,
    _seat: Seat,
}

impl Following {
    /// The next event, or a heartbeat; nothing when the server stops, or the key or session has ended.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(told) = self.waiting.pop_front() {
                self.sent_at = Instant::now();
                return Some(event(&told));
            }
            if std::mem::take(&mut self.news_of_presence) {
                self.sent_at = Instant::now();
                return Some(presence(&self.present));
            }
            if !self.rest().await || !self.look().await {
                return None;
            }
            if self.waiting.is_empty() && HEARTBEAT <= self.sent_at.elapsed() {
                self.sent_at = Instant::now();
                return Some(self.heartbeat());
            }
        }
    }

    /// Waits until there may be something to see; `false` when there will be nothing any more.
    async fn rest(&mut self) -> bool {
        let Self { workspace, nap, changed, stopping, .. } = self;
        if *stopping.borrow() {
            return false;
        }
        tokio::select! {
            () = tokio::time::sleep(*nap) => *nap = NAP,
            () = called(changed, *workspace) => *nap = BLINK,
            _ = stopping.changed() => return false,
        }
        true
    }

    /// Answers whether the key, or the session, still opens anything.
    async fn look(&mut self) -> bool {
        let (workspace, after, types, epoch) =
            (self.workspace, self.after, self.types.clone(), self.node.instance.epoch);
        let (caller, now) = (self.caller.clone(), self.node.clock.now().as_millisecond());
        let read = move |tx: &mut store::Tx<'_>| {
            if !caller.still_opens(tx, now, machine_now())? {
                return Ok(None);
            }
            let present = match caller.actor().user {
                Some(_) => tx.presence(workspace, machine_now() - FORGOTTEN_MS)?,
                None => Vec::new(),
            };
            Ok(Some((changes::look(tx, workspace, epoch, after, AT_ONCE, &types)?, present)))
        };
        match self.node.store.read(read).await {
            Ok(Some((Look { told, next, more }, present))) => {
                self.news_of_presence = present != self.present;
                self.present = present;
                if more {
                    self.nap = Duration::ZERO;
                }
                self.after = next.position;
                self.waiting = told.into();
            }
            Ok(None) => return false,
            // Whoever follows keeps the connection, and hears what happened once it can be read.
            Err(reason) => warn!(%reason, "The changes cannot be read; trying again in a moment"),
        }
        true
    }

    /// With the cursor: who hears of few types still comes back to where they were.
    fn heartbeat(&self) -> Event {
        let cursor = Cursor { epoch: self.node.instance.epoch, position: self.after };
        Event::default().comment("heartbeat").id(cursor.to_string())
    }
}

/// Who is in which conversation, all of them. It has no cursor: whoever comes back is told anew.
fn presence(present: &[PresenceRow]) -> Event {
    let one = |row: &PresenceRow| json!({ "conversation_id": row.conversation, "user_id": row.user, "name": row.name, "doing": row.doing });
    let data = json!({ "present": present.iter().map(one).collect::<Vec<_>>() });
    Event::default().event("presence").data(data.to_string())
}

fn event(told: &Told) -> Event {
    let data = serde_json::to_string(told).unwrap_or_default();
    Event::default().event(told.event.name()).id(told.id.to_string()).data(data)
}

/// Waits until something of the workspace changed on this node.
async fn called(changed: &mut Receiver<WorkspaceId>, ours: WorkspaceId) {
    loop {
        match changed.recv().await {
            Ok(workspace) if workspace == ours => return,
            Ok(_) => {}
            // Too many to tell apart: one look covers them all.
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => return std::future::pending().await,
        }
    }
}

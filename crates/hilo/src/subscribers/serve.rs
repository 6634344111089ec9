//! The turns of one endpoint: what came of the last posts is written down and the next ones are found in one transaction; then they
//! are posted without any.

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::change::{EventType, Subject};
use domain::endpoint::EndpointState;
use domain::ids::{EndpointId, WorkspaceId};
use futures::stream::{self, StreamExt};
use jiff::Timestamp;
use serde_json::json;
use store::{Attempted, ChangeRow, DeliveryRow, Keeper, Position, SigningSecret, StoreError, TakenEndpoint, Tx};
use tokio::sync::watch;
use tracing::warn;
use uuid::Uuid;

use super::post::{Answer, Post, Poster};
use super::verdict::{self, Health};
use crate::changes::{self, Told};
use crate::clock::machine_now;
use crate::kill_points::reached;
use crate::neighbours;
use crate::node::Node;

/// Longer than a turn can take with its last post and its mark, so that nobody else posts meanwhile. That of a dead node does not count.
const LEASE: Duration = Duration::from_secs(60);
/// A turn that has lasted so long begins no further post.
const TURN: Duration = Duration::from_secs(10);
/// How long one tries to write down what came of posts before they are posted again.
const PATIENCE: Duration = Duration::from_secs(30);
/// Rows of the log that become deliveries in one transaction.
const FOLLOWED_AT_ONCE: i64 = 100;
const FIRST_AT_ONCE: i64 = 16;
const DUE_AT_ONCE: i64 = 8;
const SIDE_BY_SIDE: usize = 8;

/// Turns until nothing is due.
pub(super) async fn endpoint(
    node: &Arc<Node>,
    poster: &Poster,
    workspace: WorkspaceId,
    id: EndpointId,
    stop: &watch::Receiver<bool>,
) -> store::Result<()> {
    let mut posted = Arc::new(Vec::new());
    while let Some(turn) = begin(node, workspace, id, posted, stop).await? {
        posted = Arc::new(turn.post(poster, stop).await);
    }
    Ok(())
}

/// What is posted in one turn.
struct Turn {
    url: String,
    secrets: Vec<SigningSecret>,
    is_failing: bool,
    first: Vec<Letter>,
    due: Vec<Letter>,
}

/// An event as it goes out.
struct Letter {
    id: String,
    body: String,
    position: Position,
    attempts: i64,
}

/// What came of a letter.
struct Posted {
    position: Position,
    attempts: i64,
    answer: Answer,
    at: i64,
}

async fn begin(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: EndpointId,
    posted: Arc<Vec<Posted>>,
    stop: &watch::Receiver<bool>,
) -> store::Result<Option<Turn>> {
    let until = Instant::now() + PATIENCE;
    let found = loop {
        let (posted, is_last) = (posted.clone(), *stop.borrow());
        let keeper = neighbours::keeper(node);
        let work = move |tx: &mut Tx<'_>| settle_and_find(tx, workspace, id, keeper, &posted, is_last);
        match node.store.write(Vec::new(), work).await {
            Err(reason) if !is_in_vain(&reason) && Instant::now() < until => {
                warn!(%reason, "What came of webhooks cannot be recorded yet");
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            found => break found?,
        }
    };
    let Some((taken, first, due)) = found else { return Ok(None) };
    let epoch = node.instance.epoch;
    let rows: Vec<ChangeRow> = first.iter().chain(&due).map(|row| row.change).collect();
    let told = node.store.read(move |tx| changes::tell_of(tx, workspace, epoch, &rows)).await?;
    Turn::of(taken, &first, &due, &told).map(Some)
}

/// Whether trying again tells the same.
fn is_in_vain(reason: &StoreError) -> bool {
    matches!(reason, StoreError::Unexpected(_) | StoreError::Refused(_) | StoreError::Panicked(_) | StoreError::Stopped)
}

type Found = (TakenEndpoint, Vec<DeliveryRow>, Vec<DeliveryRow>);

/// Writes down what came of the last turn, and finds what the next one posts; nothing if there is nothing or it is somebody else's.
fn settle_and_find(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: EndpointId,
    keeper: Keeper,
    posted: &[Posted],
    is_last: bool,
) -> store::Result<Option<Found>> {
    let now = machine_now();
    for one in posted {
        settle(tx, workspace, id, one, now)?;
    }
    let lease_until = now + LEASE.as_millis() as i64;
    let Some(taken) = tx.take_endpoint(workspace, id, keeper, lease_until, now)? else { return Ok(None) };
    let health = note_health(tx, workspace, id, &taken, posted)?;
    if let Some(reason) = health.disabled {
        disable(tx, workspace, id, &reason, now)?;
        return Ok(None);
    }
    if !is_last && health.not_before <= now {
        follow(tx, workspace, id, &taken, now)?;
        let first = tx.first_deliveries(workspace, id, FIRST_AT_ONCE)?;
        let due = tx.due_deliveries(workspace, id, now, DUE_AT_ONCE)?;
        if !first.is_empty() || !due.is_empty() {
            return Ok(Some((TakenEndpoint { failing_since: health.failing_since, ..taken }, first, due)));
        }
    }
    tx.release_endpoint(workspace, id, keeper.node)?;
    Ok(None)
}

fn settle(tx: &mut Tx<'_>, workspace: WorkspaceId, id: EndpointId, one: &Posted, now: i64) -> store::Result<()> {
    let jitter = f64::from(Uuid::new_v4().as_bytes()[0]) / f64::from(u8::MAX);
    let (state, next_try) = verdict::of_delivery(&one.answer, one.attempts + 1, jitter, now);
    let answer = one.answer.text.replace('\0', "\u{fffd}");
    let done = Attempted {
        position: one.position,
        attempts: one.attempts,
        state,
        next_try,
        status: one.answer.status,
        answer,
    };
    metrics::counter!("hilo_webhook_posts_total", "success" => one.answer.is_success().to_string()).increment(1);
    tx.settle_delivery(workspace, id, &done, now)
}

fn note_health(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: EndpointId,
    taken: &TakenEndpoint,
    posted: &[Posted],
) -> store::Result<Health> {
    let before = Health { failing_since: taken.failing_since, not_before: taken.not_before, disabled: None };
    let after = posted.iter().fold(before.clone(), |health, one| verdict::of_endpoint(health, &one.answer, one.at));
    if after != before {
        tx.note_health(workspace, id, after.failing_since, after.not_before)?;
    }
    Ok(after)
}

fn disable(tx: &mut Tx<'_>, workspace: WorkspaceId, id: EndpointId, reason: &str, now: i64) -> store::Result<()> {
    warn!(endpoint.id = %id, reason, "A webhook endpoint is not posted to any more");
    tx.set_endpoint_state(workspace, id, EndpointState::Disabled, Some(reason), now)?;
    changes::tell(tx, workspace, EventType::EndpointDisabled, Subject::Endpoint(id))
}

/// Makes deliveries of what the log has, of what the endpoint wants.
fn follow(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: EndpointId,
    taken: &TakenEndpoint,
    now: i64,
) -> store::Result<()> {
    let mut followed = taken.followed;
    if let Some(cut_at) = tx.changes_cut_at(workspace)?.filter(|cut_at| followed < *cut_at) {
        tx.note_missed(workspace, id, "changes of more than 30 days ago were gone before they could be posted")?;
        followed = cut_at;
    }
    let wanted = wanted_types(taken)?;
    let stretch = tx.changes(workspace, followed, FOLLOWED_AT_ONCE)?;
    for row in stretch.changes.iter().filter(|row| is_for(row, id, &wanted)) {
        tx.add_delivery(workspace, id, row, now)?;
    }
    if stretch.up_to != taken.followed {
        tx.note_followed(workspace, id, stretch.up_to)?;
    }
    Ok(())
}

fn wanted_types(taken: &TakenEndpoint) -> store::Result<Vec<EventType>> {
    let Some(events) = &taken.events else { return Ok(Vec::new()) };
    serde_json::from_str(events).map_err(|error| StoreError::Unexpected(format!("the types of an endpoint: {error}")))
}

/// A test is for the endpoint that is tested, whatever it wants; everything else for who wants it.
fn is_for(row: &ChangeRow, id: EndpointId, wanted: &[EventType]) -> bool {
    match row.change.event {
        EventType::EndpointTested => row.change.about == Subject::Endpoint(id),
        event => wanted.is_empty() || wanted.contains(&event),
    }
}

impl Turn {
    fn of(taken: TakenEndpoint, first: &[DeliveryRow], due: &[DeliveryRow], told: &[Told]) -> store::Result<Turn> {
        let mut letters = first.iter().chain(due).zip(told).map(|(row, told)| letter(row, told));
        let first = letters.by_ref().take(first.len()).collect::<store::Result<Vec<_>>>()?;
        let due = letters.collect::<store::Result<Vec<_>>>()?;
        let previous = taken.previous.filter(|(_, until)| machine_now() < *until).map(|(secret, _)| secret);
        let secrets = [taken.secret].into_iter().chain(previous).collect();
        Ok(Turn { url: taken.url, secrets, is_failing: taken.failing_since.is_some(), first, due })
    }

    /// Posts everything, or as much as there is time for. What was tried before goes beside the rest and does not keep it up.
    async fn post(&self, poster: &Poster, stop: &watch::Receiver<bool>) -> Vec<Posted> {
        let (mut posted, again) =
            futures::join!(self.post_first(poster, stop), self.post_side_by_side(poster, &self.due));
        posted.extend(again);
        posted
    }

    /// What is new goes in its order, one after the other, as long as the endpoint takes it; one that fails has no order to keep, and
    /// would need all day.
    async fn post_first(&self, poster: &Poster, stop: &watch::Receiver<bool>) -> Vec<Posted> {
        if self.is_failing {
            return self.post_side_by_side(poster, &self.first).await;
        }
        let (mut posted, began) = (Vec::new(), Instant::now());
        for letter in &self.first {
            let one = self.post_one(poster, letter).await;
            let failed = !one.answer.is_success();
            posted.push(one);
            if failed || TURN < began.elapsed() || *stop.borrow() {
                break;
            }
        }
        posted
    }

    async fn post_side_by_side(&self, poster: &Poster, letters: &[Letter]) -> Vec<Posted> {
        let posts: Vec<_> = letters.iter().map(|letter| self.post_one(poster, letter)).collect();
        stream::iter(posts).buffer_unordered(SIDE_BY_SIDE).collect().await
    }

    async fn post_one(&self, poster: &Poster, letter: &Letter) -> Posted {
        let now = machine_now();
        let post = Post { url: &self.url, id: &letter.id, body: &letter.body, secrets: &self.secrets, now };
        let answer = poster.post(&post).await;
        reached("webhook_posted");
        Posted { position: letter.position, attempts: letter.attempts, answer, at: machine_now() }
    }
}

fn letter(row: &DeliveryRow, told: &Told) -> store::Result<Letter> {
    let timestamp = Timestamp::from_millisecond(told.at).map_err(|error| StoreError::Unexpected(error.to_string()))?;
    let body = json!({ "type": told.event, "timestamp": timestamp, "data": told.data });
    let (position, attempts) = (row.change.position, row.attempts);
    Ok(Letter { id: told.id.to_string(), body: body.to_string(), position, attempts })
}

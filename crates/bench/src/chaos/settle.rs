//! After the last kill: waiting until nothing moves any more, and reading what the program tells.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;

use super::api::Api;
use super::evidence::{Aside, Conversation, File, FollowUp, Guest, InOutbox, Note, Told};
use super::meta::Meta;
use super::subscriber::{self, Subscriber};
use crate::postgres;

/// Longer than any lease, and than the pauses between tries after as many kills as one thing is likely to have met.
const STILLNESS: Duration = Duration::from_secs(150);
/// What still moves after this, moves in circles.
const PATIENCE: Duration = Duration::from_secs(1_800);
const LOOK_AGAIN: Duration = Duration::from_millis(300);
const SIMULATORS_TURN: Duration = Duration::from_secs(1);

/// How everything came to rest, or did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rest {
    /// Every webhook is answered, and nothing is on its way.
    Settled,
    /// Something is still on its way, and nothing has moved for so long; what it is, the findings say.
    Stuck,
    /// Something moved to the end of all patience.
    Restless,
}

/// What has been done and what is left to do. As long as it changes, something moves.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Left {
    webhooks_answered: usize,
    heard: usize,
    sends: Vec<(String, String)>,
    work: usize,
    files: usize,
    follow_ups: usize,
    is_nothing: bool,
}

/// Waits until every webhook is answered and nothing is on its way, for as long as anything moves.
pub(super) async fn wait(meta: &Meta, subscriber: &Subscriber, key: &str) -> Rest {
    let started = Instant::now();
    let (mut last, mut moved) = (None, Instant::now());
    while started.elapsed() < PATIENCE {
        let webhooks_are_answered = meta.simulator.settled(SIMULATORS_TURN).await;
        // A program that does not answer just now does not move either.
        let left = look(meta, subscriber, key).await.ok();
        if webhooks_are_answered && left.as_ref().is_some_and(|left| left.is_nothing) {
            return Rest::Settled;
        }
        if left.is_some() && left != last {
            (last, moved) = (left, Instant::now());
        }
        if STILLNESS < moved.elapsed() {
            return Rest::Stuck;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
    Rest::Restless
}

async fn look(meta: &Meta, subscriber: &Subscriber, key: &str) -> Result<Left> {
    let mut api = Api::connect(meta.relay.target(), key).await?;
    let sends: Vec<InOutbox> = api.all("/outbox").await?;
    let sends: Vec<_> = sends.into_iter().filter(InOutbox::is_under_way).map(|send| (send.id, send.state)).collect();
    let work = api.all::<Aside>("/backlog").await?.iter().filter(|aside| aside.state == "open").count();
    let files = api.all::<File>("/media?state=waiting").await?.len();
    let knows_everything = subscriber.knows_everything(&mut api).await?;
    let follow_ups = api.all::<FollowUp>("/follow-ups").await?.len();
    let is_nothing = sends.is_empty() && work == 0 && files == 0 && follow_ups == 0 && knows_everything;
    Ok(Left {
        webhooks_answered: meta.relay.answered(),
        heard: subscriber.heard().len(),
        sends,
        work,
        files,
        follow_ups,
        is_nothing,
    })
}

/// Everything that the program tells.
pub(super) async fn read(meta: &Meta, subscriber: &Subscriber, key: &str, guests: &[Guest]) -> Result<Told> {
    let mut api = Api::connect(meta.relay.target(), key).await?;
    let conversations: Vec<Conversation> = api.all("/conversations").await?;
    let OfGuests { notes, confirmed, follow_ups } = read_of_guests(&mut api, guests).await?;
    let mut messages = Vec::new();
    for thread in &conversations {
        messages.extend(api.all(&format!("/conversations/{}/messages", thread.id)).await?);
    }
    Ok(Told {
        messages,
        contacts: api.all("/contacts").await?,
        tickets: api.all("/tickets").await?,
        interactions: api.all("/interactions").await?,
        outbox: api.all("/outbox").await?,
        backlog: api.all("/backlog").await?,
        deliveries: api.all(&subscriber.waiting()).await?,
        files: api.all("/media").await?,
        changes: api.changes(&subscriber::TYPES).await?,
        templates: api.all("/templates").await?,
        conversations,
        notes,
        confirmed,
        follow_ups,
    })
}

/// What the program tells of the records of guests.
#[derive(Default)]
struct OfGuests {
    notes: Vec<Note>,
    confirmed: Vec<String>,
    follow_ups: Vec<FollowUp>,
}

async fn read_of_guests(api: &mut Api, guests: &[Guest]) -> Result<OfGuests> {
    let mut told = OfGuests::default();
    for guest in guests {
        if let Some(order) = &guest.order {
            told.notes.extend(notes(api, "order", order).await?);
        }
        let Some(visit) = &guest.visit else { continue };
        told.notes.extend(notes(api, "appointment", visit).await?);
        let history: Vec<Value> = api.all(&format!("/history?type=appointment&id={visit}")).await?;
        told.confirmed.extend(history.iter().filter(|entry| becomes_confirmed(entry)).map(|_| visit.clone()));
        told.follow_ups.extend(api.all::<FollowUp>(&format!("/follow-ups?record=appointment/{visit}")).await?);
    }
    Ok(told)
}

async fn notes(api: &mut Api, kind: &str, record: &str) -> Result<Vec<Note>> {
    let notes: Vec<Value> = api.all(&format!("/record-notes?type={kind}&id={record}")).await?;
    let note =
        |note: Value| Note { record: record.to_owned(), text: note["text"].as_str().unwrap_or_default().to_owned() };
    Ok(notes.into_iter().map(note).collect())
}

fn becomes_confirmed(entry: &Value) -> bool {
    let changes = entry["step"]["changes"].as_array();
    changes.is_some_and(|changes| changes.iter().any(|one| one["field"] == "status" && one["to"] == "confirmed"))
}

/// What the database says about itself: `ok`, or what is wrong.
pub(super) async fn integrity(url: &str) -> Result<String> {
    match url.strip_prefix("sqlite:") {
        Some(path) => {
            let database = rusqlite::Connection::open(path)?;
            Ok(database.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?)
        }
        None => postgres::integrity(url).await,
    }
}

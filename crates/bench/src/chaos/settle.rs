//! After the last kill: waiting until nothing moves any more, and reading what the program tells.

use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::Value;

use super::api::Api;
use super::evidence::{Conversation, File, InOutbox, Told};
use super::meta::Meta;
use super::subscriber::{self, Subscriber};
use crate::postgres;

/// On PostgreSQL the sends of a dead node are another's only after 30 s, and each thread waits for its own; its webhooks after 60 s.
const PATIENCE: Duration = Duration::from_secs(180);
const LOOK_AGAIN: Duration = Duration::from_millis(300);

/// Waits until every webhook is answered and nothing is on its way; or not, and then the findings say what still is.
pub(super) async fn wait(meta: &Meta, subscriber: &Subscriber, key: &str) {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        let webhooks_answered = meta.simulator.settled(PATIENCE).await;
        if webhooks_answered && nothing_moves(meta, subscriber, key).await.unwrap_or(false) {
            return;
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

async fn nothing_moves(meta: &Meta, subscriber: &Subscriber, key: &str) -> Result<bool> {
    let mut api = Api::connect(meta.relay.target(), key).await?;
    let sends: Vec<InOutbox> = api.all("/outbox").await?;
    let waiting: Vec<Value> = api.page("/backlog", 1).await?;
    let files: Vec<File> = api.all("/media").await?;
    let files_wait = files.iter().any(|file| file.state == "waiting");
    let at_rest = !sends.iter().any(InOutbox::is_under_way) && waiting.is_empty() && !files_wait;
    Ok(at_rest && subscriber.knows_everything(&mut api).await?)
}

/// Everything that the program tells.
pub(super) async fn read(meta: &Meta, key: &str) -> Result<Told> {
    let mut api = Api::connect(meta.relay.target(), key).await?;
    let conversations: Vec<Conversation> = api.all("/conversations").await?;
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
        files: api.all("/media").await?,
        changes: api.changes(&subscriber::TYPES).await?,
        templates: api.all("/templates").await?,
        conversations,
    })
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

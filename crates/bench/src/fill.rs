//! A database with a past: some people live through it with the real program, and what it wrote about them is copied for as many
//! others as it takes, with names, numbers, ids and times of their own. So the rows look as the program writes them, whatever that is.

mod copies;
mod life;
mod postgres;
mod sqlite;

use anyhow::{Context, Result};

use crate::measure::{Place, Store};
use copies::Copier;

/// What a message leaves behind. What waits, runs or is told to others is not copied: it is over after some days.
const TABLES: [&str; 9] = [
    "contacts",
    "identities",
    "conversations",
    "messages",
    "interactions",
    "tickets",
    "events",
    "effects",
    "webhook_bodies",
];
/// In a life: two matters of four messages, each with its acknowledgement.
const MESSAGES_IN_A_LIFE: usize = 10;
/// So many people live; a multiple of nine, because every ninth has the same name and every third writes the same language.
const LIVES: usize = 999;
/// Progress is told so often.
const TIMES_TOLD: usize = 10;

/// Fills a place with about so many messages, and says from how many people they are.
pub(crate) async fn fill(place: &Place<'_>, messages: usize) -> Result<usize> {
    let people = (messages / MESSAGES_IN_A_LIFE / 9 * 9).clamp(9, LIVES);
    let copies = (messages / (people * MESSAGES_IN_A_LIFE)).max(1) - 1;
    life::live(place, people).await.context("nobody could live through a past")?;
    let copier = Copier { people };
    match place.store {
        Store::Sqlite => sqlite::copy(&place.url, &copier, copies).await?,
        Store::Postgres(_) => postgres::copy(&place.url, &copier, copies).await?,
    }
    Ok(people * (1 + copies))
}

/// Says now and then how far it is. It can be stopped in between.
async fn tell(copier: &Copier, made: usize, copies: usize) {
    if made.is_multiple_of(copies.div_ceil(TIMES_TOLD)) {
        let messages = (1 + made) * copier.people * MESSAGES_IN_A_LIFE;
        eprintln!("    {messages} messages stored ...");
    }
    tokio::task::yield_now().await;
}

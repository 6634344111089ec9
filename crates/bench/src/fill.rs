//! A database with a past: some people live through it with the real program, and what it wrote about them is copied for as many
//! others as it takes, with names, numbers, ids and times of their own. So the rows look as the program writes them, whatever that is.

mod copies;
mod follow_ups;
mod life;
mod postgres;
mod sqlite;

use anyhow::{Context, Result};

use crate::measure::{Place, Store};
use copies::{APART_MS, Copier, Table, Turn};

pub(crate) use follow_ups::{WORKFLOW, wait_for_their_moment};

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
    let people = people_for(messages / MESSAGES_IN_A_LIFE);
    let copies = (messages / (people * MESSAGES_IN_A_LIFE)).max(1) - 1;
    life::live(place, people).await.context("nobody could live through a past")?;
    let originals = Originals::read(place, people, &TABLES).await?;
    // The oldest first, as time would have written it.
    let turns = (1..=copies).rev().map(|copy| {
        let earlier_ms = copy as i64 * APART_MS;
        Turn { tables: &TABLES, copy, whose: copy, earlier_ms, later_ms: -earlier_ms }
    });
    originals.copy(place, &turns.collect::<Vec<_>>()).await?;
    tend(place).await?;
    Ok(people * (1 + copies))
}

/// Of about so many, as many as live through it themselves.
fn people_for(people: usize) -> usize {
    (people / 9 * 9).clamp(9, LIVES)
}

/// What the program wrote about those who lived.
struct Originals {
    copier: Copier,
    tables: Vec<Table>,
}

impl Originals {
    async fn read(place: &Place<'_>, people: usize, names: &[&'static str]) -> Result<Self> {
        let tables = match place.store {
            Store::Sqlite => sqlite::read(&place.url, names)?,
            Store::Postgres(_) => postgres::read(&place.url, names).await?,
        };
        Ok(Self { copier: Copier { people }, tables })
    }

    /// It can be stopped between two turns.
    async fn copy(&self, place: &Place<'_>, turns: &[Turn]) -> Result<()> {
        match place.store {
            Store::Sqlite => sqlite::copy(&place.url, self, turns).await,
            Store::Postgres(_) => postgres::copy(&place.url, self, turns).await,
        }
    }

    fn of<'a>(&'a self, turn: &'a Turn) -> impl Iterator<Item = &'a Table> {
        self.tables.iter().filter(|table| turn.tables.contains(&table.name))
    }
}

/// What the database would do sooner or later with so much that is new, it does now: not while something is measured.
async fn tend(place: &Place<'_>) -> Result<()> {
    match place.store {
        Store::Sqlite => sqlite::tend(&place.url),
        Store::Postgres(_) => postgres::tend(&place.url).await,
    }
}

/// Says now and then how far it is. It can be stopped in between.
async fn tell(made: usize, turns: usize) {
    if made.is_multiple_of(turns.div_ceil(TIMES_TOLD)) {
        eprintln!("    {:.0} % of the past is there ...", 100.0 * made as f64 / turns as f64);
    }
    tokio::task::yield_now().await;
}

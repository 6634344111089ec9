//! What happens beside the kills, while every node is at work: one is frozen, the database stands still, hangs up or dies, all are asked
//! to end. What a node marked or leased while it is frozen is another's by the time it wakes up.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::dice::Dice;
use super::kills;
use super::meta::Meta;
use super::program::{Awake, Program};
use crate::Database;
use crate::chaos::Options;
use crate::measure::Store;
use crate::postgres::outage;

/// Longer than it takes until another node does the work of one that says nothing.
const LONGER_THAN_A_LEASE: Duration = Duration::from_secs(20);
/// Where no other node can take anything over.
const A_MOMENT: Duration = Duration::from_secs(3);
/// A point that the load does not lead to within this time is not waited for.
const PATIENCE: Duration = Duration::from_secs(15);
const LONGEST_LOAD: usize = 1_500; // milliseconds before the fault, and after it
const PAUSE: Duration = Duration::from_secs(30);
const BUSY: Duration = Duration::from_secs(10);

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Every node is asked to end, with SIGTERM. Every other fault ends like this, too.
    Ended,
    /// A node is stopped at one of the points around a send, and woken after its leases have run out.
    FrozenAtPoint,
    /// The same at a random moment.
    Frozen,
    /// Another process keeps the write lock of SQLite for ten seconds.
    DatabaseBusy,
    /// PostgreSQL ends every connection.
    DatabaseHangsUp,
    /// Every process of PostgreSQL stands still for thirty seconds.
    DatabasePaused,
    /// Every process of PostgreSQL is killed, and the server started again.
    DatabaseKilled,
    /// PostgreSQL is asked to restart.
    DatabaseRestarted,
}

const ALL: [Fault; 8] = [
    Fault::FrozenAtPoint,
    Fault::Ended,
    Fault::DatabaseBusy,
    Fault::DatabaseHangsUp,
    Fault::DatabaseKilled,
    Fault::Frozen,
    Fault::DatabasePaused,
    Fault::DatabaseRestarted,
];

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Fault::Ended => "ended",
            Fault::FrozenAtPoint => "frozen-at-point",
            Fault::Frozen => "frozen",
            Fault::DatabaseBusy => "database-busy",
            Fault::DatabaseHangsUp => "database-hangs-up",
            Fault::DatabasePaused => "database-paused",
            Fault::DatabaseKilled => "database-killed",
            Fault::DatabaseRestarted => "database-restarted",
        })
    }
}

impl FromStr for Fault {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || ALL.iter().map(Fault::to_string).collect::<Vec<_>>().join(", ");
        ALL.iter().find(|fault| fault.to_string() == text).copied().ok_or_else(|| format!("write one of {}", names()))
    }
}

impl Fault {
    /// Whether it can be done to such a database. Only a server of our own is paused or killed, and only one that no other leg is on.
    fn is_possible(self, store: &Store, at_once: usize) -> bool {
        match (self, store) {
            (Fault::Ended | Fault::FrozenAtPoint | Fault::Frozen, _) => true,
            (Fault::DatabaseBusy, store) => matches!(store, Store::Sqlite),
            (Fault::DatabaseHangsUp, store) => matches!(store, Store::Postgres(_)),
            (Fault::DatabasePaused | Fault::DatabaseKilled | Fault::DatabaseRestarted, store) => {
                at_once == 1 && matches!(store, Store::Postgres(server) if server.is_private())
            }
        }
    }
}

/// The faults of a run: those that were asked for, or every possible one in turn, from a random one on.
pub(super) fn plan(options: &Options, store: &Store, dice: &mut Dice) -> Result<Vec<Fault>> {
    if let Some(named) = &options.faults {
        if let Some(fault) = named.iter().find(|fault| !fault.is_possible(store, options.at_once)) {
            bail!(
                "`{fault}` cannot be done to this database; PostgreSQL must be a private one, which it is without HILO_BENCH_POSTGRES, and no \
                 other legs beside it, as with --at-once"
            );
        }
        return Ok(named.clone());
    }
    let possible: Vec<Fault> = ALL.into_iter().filter(|fault| fault.is_possible(store, options.at_once)).collect();
    let first = dice.below(possible.len());
    Ok(possible.iter().cycle().skip(first).take(options.kills / super::KILLS_A_FAULT).copied().collect())
}

/// Lets all nodes work, does it to them or to their database, sees that they go on by themselves, and asks them to end. Answers what it
/// was.
pub(super) async fn endure(
    fault: Fault,
    options: &Options,
    place: &Place<'_>,
    nodes: &[Program],
    meta: &Meta,
    dice: &mut Dice,
) -> Result<String> {
    let frozen = dice.below(nodes.len());
    let at = match fault {
        Fault::FrozenAtPoint => kills::at_a_point(options.freeze_points, dice.below(options.freeze_points.len()), dice),
        _ => None,
    };
    let mut awake = Vec::new();
    for (number, node) in nodes.iter().enumerate() {
        let stop_at = at.filter(|_| number == frozen).map(|(point, times)| format!("{point}:{times}"));
        awake.push(node.start_to_stop_at(&meta.relay, stop_at)?);
    }
    if at.is_none() {
        for node in &mut awake {
            node.wait_until_ready().await?;
        }
        tokio::time::sleep(dice.between(100, LONGEST_LOAD)).await;
    }
    let name = happen(fault, options, place, &mut awake[frozen]).await.with_context(|| format!("at `{fault}`"))?;
    for node in &mut awake {
        node.wait_until_ready().await?;
    }
    tokio::time::sleep(dice.between(100, LONGEST_LOAD)).await;
    for node in awake {
        node.end().await?;
    }
    Ok(name)
}

/// What the database is, for whoever does something to it.
pub(super) struct Place<'a> {
    pub(super) store: &'a Store,
    pub(super) url: &'a str,
}

async fn happen(fault: Fault, options: &Options, place: &Place<'_>, node: &mut Awake) -> Result<String> {
    let asleep = if options.database == Database::Postgres { LONGER_THAN_A_LEASE } else { A_MOMENT };
    match (fault, place.store) {
        (Fault::FrozenAtPoint, _) if !node.has_stopped(PATIENCE).await? => {
            return Ok(format!("({fault}, not reached)"));
        }
        (Fault::FrozenAtPoint, _) => wake_after(node, asleep).await?,
        (Fault::Frozen, _) => {
            node.freeze()?;
            wake_after(node, asleep).await?;
        }
        (Fault::DatabaseBusy, Store::Sqlite) => keep_busy(place.url).await?,
        (Fault::DatabaseHangsUp, Store::Postgres(_)) => outage::hang_up(place.url).await?,
        (Fault::DatabasePaused, Store::Postgres(server)) => outage::pause(server, PAUSE).await?,
        (Fault::DatabaseKilled, Store::Postgres(server)) => outage::kill(server).await?,
        (Fault::DatabaseRestarted, Store::Postgres(server)) => outage::restart(server).await?,
        (Fault::Ended, _) => {}
        (fault, _) => bail!("`{fault}` cannot be done to this database"),
    }
    Ok(format!("({fault})"))
}

async fn wake_after(node: &Awake, time: Duration) -> Result<()> {
    tokio::time::sleep(time).await;
    node.wake()
}

/// Another process at the database's file, which takes its time.
async fn keep_busy(url: &str) -> Result<()> {
    let path = url.strip_prefix("sqlite:").context("this is no file of SQLite")?.to_owned();
    let keep = move || -> Result<()> {
        let database = rusqlite::Connection::open(path)?;
        database.busy_timeout(BUSY)?;
        database.execute_batch("BEGIN IMMEDIATE")?;
        std::thread::sleep(BUSY);
        Ok(database.execute_batch("ROLLBACK")?)
    };
    tokio::task::spawn_blocking(keep).await?
}

//! Follow-ups that are due at one moment, while many more wait for theirs: how fast they are decided, and whether only those were sent
//! whose condition still held.

mod books;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde::Serialize;

use crate::bodies::Site;
use crate::child::Program;
use crate::correlate::{Outcome, doubles};
use crate::fill;
use crate::graph::{self, Behaviour};
use crate::ledger::Ledger;
use crate::measure::{self, Place, Store};
use crate::nodes::Team;
use crate::readings::{self, Measured, Reading};
use crate::{Options, unix_millisecond};
use books::Books;

/// What is measured.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due {
    /// How many wait for a later moment, more or less.
    pub(crate) pending: usize,
    /// How many are due at once, more or less.
    pub(crate) due: usize,
}

/// What was decided.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Decisions {
    /// How many waited for a later moment.
    pub pending: usize,
    /// How many were due at once.
    pub due: usize,
    /// Whose condition still held.
    pub right: usize,
    /// Of these, those that were sent.
    pub sent: usize,
    /// Cancelled, because the record was not in that state any more.
    pub cancelled: usize,
    /// Skipped, because the person wants no more messages.
    pub skipped: usize,
    /// Sent although the condition had fallen, or to somebody who wants no more messages.
    pub sent_wrongly: usize,
}

/// As fast as Meta lets a usual number send: what is decided waits in the outbox, and delivering is not what is measured.
const SENDS_PER_SECOND: u32 = 80;
/// From the moment at which they get their moment up to it: they are written, and the program is started.
const AHEAD: Duration = Duration::from_secs(25);
const LAST_MOMENT: Duration = Duration::from_millis(300);
const PATIENCE: Duration = Duration::from_secs(300);
const LOOK: Duration = Duration::from_millis(20);

/// Fills a place, has the program decide, and sees to it that it decided rightly.
pub(crate) async fn measure(options: &Options, store: &Store, wanted: Due) -> Result<Measured> {
    let place = Place::prepare(store).await?;
    let measured = measure_in(&place, options, wanted).await;
    place.leave().await?;
    measured
}

async fn measure_in(place: &Place<'_>, options: &Options, wanted: Due) -> Result<Measured> {
    let site = Site { workflow: Some(fill::WORKFLOW), ..measure::site()? };
    let waiting = fill::wait_for_their_moment(place, &site, wanted.pending, wanted.due).await?;
    let moment = unix_millisecond() as i64 + AHEAD.as_millis() as i64;
    waiting.become_due(place, moment).await?;
    let books = Books::open(&place.url, moment).await?;
    books.let_conditions_fall().await?;

    let ledger = Arc::new(Ledger::open(0, waiting.people, 0));
    let graph = graph::start(Behaviour::default(), &site, ledger.clone()).await?;
    let site = Site { messages_per_second: SENDS_PER_SECOND, ..site };
    let team = Team { program: Program::Hilo, site: &site, database: &place.url, graph_base_url: &graph.base_url() };
    let mut nodes = team.start(options.nodes.unwrap_or(1), place.folder.path()).await?;
    wait_until(moment).await?;

    let before = Reading::take(&nodes.pids(), place.store, &place.url)?;
    until_all_is_decided(&books).await?;
    let ended = unix_millisecond() as i64;
    let after = Reading::take(&nodes.pids(), place.store, &place.url)?;
    let peak_memory_mib = nodes.peak_memory_mib();
    nodes.end().await?;

    let seconds = (ended - books.began().await?) as f64 / 1000.0;
    let decisions = books.decisions(waiting.pending, &ledger).await?;
    let outcome = Outcome {
        messages: waiting.due,
        accepted: waiting.due,
        seconds,
        messages_per_s: waiting.due as f64 / seconds,
        lost: decisions.right.saturating_sub(books.on_their_way().await?),
        double_acknowledgements: ledger.arrivals(doubles) + books.sent_again().await?,
        ..Outcome::default()
    };
    let costs = readings::costs(outcome, before, after);
    Ok(Measured {
        decisions: Some(decisions),
        database_counted: !place.store.processes().is_empty(),
        peak_memory_mib,
        ..costs
    })
}

async fn wait_until(moment: i64) -> Result<()> {
    let left = moment - LAST_MOMENT.as_millis() as i64 - unix_millisecond() as i64;
    let Ok(left) = u64::try_from(left) else {
        bail!("this machine took longer than {AHEAD:?} to write what is due and to start the program");
    };
    tokio::time::sleep(Duration::from_millis(left)).await;
    Ok(())
}

async fn until_all_is_decided(books: &Books) -> Result<()> {
    let started = Instant::now();
    while books.has_undecided().await? {
        if PATIENCE < started.elapsed() {
            bail!("not everything that was due was decided within {PATIENCE:?}");
        }
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

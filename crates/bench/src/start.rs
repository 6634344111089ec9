//! From the start of the process to the first webhook that it accepts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::bodies::{self, Site};
use crate::child::{self, Assignment, Program};
use crate::correlate::percentiles;
use crate::graph::{self, Behaviour};
use crate::ledger::Ledger;
use crate::measure::{self, Place, Store};
use crate::readings::Measured;
use crate::reads::Timing;
use crate::senders::Senders;
use crate::wire::Wire;

const ROUNDS: usize = 5;
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(1);

/// Starts the program over and over: on an empty database, and again on the one that is there then.
pub(crate) async fn measure(program: Program, store: &Store) -> Result<Measured> {
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let place = Place::prepare(store).await?;
        let took = start_twice(program, &place).await;
        place.leave().await?;
        let (empty, again) = took?;
        first.push(empty);
        later.push(again);
    }
    let timing = |what, spans: Vec<Duration>| Timing { what, done: spans.len(), failed: 0, ms: percentiles(spans) };
    let starts = vec![timing("on an empty database", first), timing("on one that is there", later)];
    Ok(Measured { starts, ..Measured::default() })
}

async fn start_twice(program: Program, place: &Place<'_>) -> Result<(Duration, Duration)> {
    let site = measure::site()?;
    let ledger = Arc::new(Ledger::open(2, 2, 1));
    let graph = graph::start(Behaviour::default(), &site, ledger).await?;
    let posts = bodies::requests(&site, Senders::AlwaysNew, 2, crate::unix_second());
    let mut took = Vec::with_capacity(posts.len());
    for post in &posts {
        let assignment = Assignment {
            site: &site,
            database: &place.url,
            graph_base_url: &graph.base_url(),
            folder: place.folder.path(),
        };
        let start = Instant::now();
        let running = child::launch(program, &assignment)?;
        wait_until_accepted(&site, post, start).await?;
        took.push(start.elapsed());
        running.end().await?;
    }
    Ok((took[0], took[1]))
}

async fn wait_until_accepted(site: &Site, post: &[u8], start: Instant) -> Result<()> {
    while start.elapsed() < PATIENCE {
        if let Ok(mut wire) = Wire::connect(site.address).await
            && wire.exchange(post).await.is_ok_and(|answer| answer.status() == 200)
        {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
    bail!("no webhook was accepted within {PATIENCE:?}")
}

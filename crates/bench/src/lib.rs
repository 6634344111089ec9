//! Hilo measured from outside: signed webhooks go in, acknowledgements are met at a WhatsApp Graph API on loopback,
//! and the same load runs against a [`floor`] that does only the bare work. [`run`] is the table of contents.

mod api;
mod audit;
mod bodies;
pub mod chaos;
mod child;
mod correlate;
mod due;
mod fill;
pub mod floor;
mod graph;
mod ledger;
mod load;
mod measure;
mod nodes;
mod postgres;
mod processes;
mod readings;
mod reads;
mod report;
mod script;
mod senders;
mod start;
mod texts;
mod wire;
mod workload;

use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::task::LocalSet;

pub use child::Program;
pub use correlate::{Outcome, Percentiles};
pub use due::Decisions;
pub use readings::Measured;
pub use reads::Timing;
pub use report::{Comparison, Growth, Much, Report};
pub use workload::Latency;

use measure::Store;
use workload::{Plan, Traffic, Workload};

/// What is to be measured.
#[derive(Clone, Debug)]
pub struct Options {
    /// On which databases.
    pub databases: Vec<Database>,
    /// The workloads of these names, `all` for every one; those of a plain run if there are none.
    pub workloads: Vec<String>,
    /// How many messages a workload has, more or less.
    pub messages: usize,
    /// How many at once, in the workloads that send many at once.
    pub concurrency: usize,
    /// When a workload ends even if not all of its messages were sent.
    pub seconds: u64,
    /// A workload with so many messages a second, whether or not the program keeps up.
    pub rate: Option<u32>,
    /// Workloads with so many messages stored before.
    pub stored: Vec<usize>,
    /// Workloads with so many follow-ups that wait for a later moment.
    pub pending: Vec<usize>,
    /// How many programs share the database, which is PostgreSQL then.
    pub nodes: Option<usize>,
    /// How long the Graph API takes for each answer.
    pub graph_delay: Option<Duration>,
    /// The share of sends that the Graph API answers with 500, from 0 to 1.
    pub graph_error_rate: Option<f64>,
    /// Whether the Graph API reports `sent` and `delivered` back, in batches.
    pub graph_statuses: bool,
    /// The program that is measured against the floor; the floor against itself tells how far two runs differ.
    pub program: Program,
    /// Whether [`print()`] writes JSON instead of a table.
    pub json: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            databases: vec![Database::Sqlite, Database::Postgres],
            workloads: Vec::new(),
            messages: 20_000,
            concurrency: 64,
            seconds: 30,
            rate: None,
            stored: Vec::new(),
            pending: Vec::new(),
            nodes: None,
            graph_delay: None,
            graph_error_rate: None,
            graph_statuses: false,
            program: Program::Hilo,
            json: false,
        }
    }
}

impl Options {
    fn node_counts(&self) -> Vec<usize> {
        self.nodes.map_or(vec![1, 2, 4], |nodes| vec![nodes])
    }

    fn stored_counts(&self) -> Vec<usize> {
        if self.stored.is_empty() { vec![10_000, 1_000_000] } else { self.stored.clone() }
    }

    fn pending_counts(&self) -> Vec<usize> {
        if self.pending.is_empty() { vec![10_000, 1_000_000] } else { self.pending.clone() }
    }
}

/// Where the messages are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// A file in a temporary folder.
    Sqlite,
    /// The server named in `HILO_BENCH_POSTGRES`, or a private one that ends with the measurement.
    Postgres,
}

/// Measures every workload on every database, the floor first and the program after it.
pub fn run(options: &Options) -> Result<Report> {
    // One thread for customers and Graph API together: the cores belong to the program under test.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, async {
        tokio::select! {
            report = measure_all(options) => report,
            // What is dropped here ends its programs and removes its folders.
            _ = tokio::signal::ctrl_c() => bail!("stopped"),
        }
    })
}

/// Measures and prints; `false` when a figure is void or must not be used.
pub fn print(options: &Options) -> Result<bool> {
    let report = run(options)?;
    if options.json {
        println!("{}", report.json()?)
    } else {
        println!("{report}")
    }
    Ok(report.is_usable())
}

async fn measure_all(options: &Options) -> Result<Report> {
    let mut report = Report { machine: processes::describe_machine(), ..Report::default() };
    for database in &options.databases {
        let workloads = workload::chosen(options, *database)?;
        if workloads.is_empty() {
            continue;
        }
        let store = Store::open(*database).await?;
        rehearse(options, &store, &workloads).await?;
        for workload in &workloads {
            report.comparisons.push(compare(options, &store, workload).await?);
        }
        store.close().await?;
    }
    if report.comparisons.is_empty() {
        bail!("there is nothing to measure: several nodes can only share a PostgreSQL");
    }
    report.growth = report::growth(&report.comparisons);
    Ok(report)
}

/// A server that was just made lays out its log files under the first load; whoever came first would pay for it.
async fn rehearse(options: &Options, store: &Store, workloads: &[Workload]) -> Result<()> {
    let with_floor = workloads.iter().find_map(|workload| Some((&workload.name, workload.plan.with_floor()?)));
    let Some((name, traffic)) = with_floor else { return Ok(()) };
    eprintln!("{name} on {}: a rehearsal that does not count ...", store.name());
    measure::measure(Program::Floor, options, store, traffic).await.context("the floor failed")?;
    Ok(())
}

async fn compare(options: &Options, store: &Store, workload: &Workload) -> Result<Comparison> {
    eprintln!("{} on {} ...", workload.name, store.name());
    let floor = match workload.plan.with_floor() {
        Some(traffic) => Some(floor(options, store, traffic).await?),
        None => None,
    };
    let ours = match &workload.plan {
        Plan::Traffic(traffic) => measure::measure(options.program, options, store, traffic).await?,
        Plan::Start => start::measure(options.program, store).await?,
        Plan::Due(wanted) => due::measure(options, store, *wanted).await?,
    };
    Ok(report::compare(workload, store.name(), ours, floor))
}

async fn floor(options: &Options, store: &Store, traffic: &Traffic) -> Result<Measured> {
    measure::measure(Program::Floor, options, store, traffic).await.context("the floor failed")
}

fn unix_second() -> u64 {
    unix_millisecond() / 1000
}

#[expect(clippy::disallowed_methods, reason = "Meta stamps its webhooks with the real time, and this crate plays Meta")]
fn unix_millisecond() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

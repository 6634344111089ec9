//! Hilo measured from outside: signed webhooks go in, acknowledgements are met at a WhatsApp Graph API on loopback,
//! and the same load runs against a [`floor`] that does only the bare work. [`run`] is the table of contents.

mod bodies;
pub mod chaos;
mod child;
mod correlate;
pub mod floor;
mod graph;
mod ledger;
mod load;
mod measure;
mod postgres;
mod processes;
mod report;
mod senders;
mod texts;
mod wire;
mod workload;

use anyhow::{Context, Result};
use tokio::task::LocalSet;

pub use child::Program;
pub use correlate::{Outcome, Percentiles};
pub use measure::Measured;
pub use report::{Comparison, Report};

use measure::Store;
use workload::Workload;

/// What is to be measured.
#[derive(Clone, Debug)]
pub struct Options {
    /// On which databases.
    pub databases: Vec<Database>,
    /// How many messages a workload has.
    pub messages: usize,
    /// How many at once, in the workloads that send many at once.
    pub concurrency: usize,
    /// When a workload ends even if not all of its messages were sent.
    pub seconds: u64,
    /// Adds a workload with so many messages a second, whether or not the program keeps up.
    pub rate: Option<u32>,
    /// How long the Graph API takes for each answer, in milliseconds.
    pub graph_delay_ms: u64,
    /// The share of sends that the Graph API answers with 500, from 0 to 1.
    pub graph_error_rate: f64,
    /// Whether the Graph API reports `sent` and `delivered` back, in batches.
    pub graph_statuses: bool,
    /// Only the workload of this name.
    pub workload: Option<String>,
    /// The program that is measured against the floor; the floor against itself tells how far two runs differ.
    pub program: Program,
    /// Whether [`print()`] writes JSON instead of a table.
    pub json: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            databases: vec![Database::Sqlite, Database::Postgres],
            messages: 50_000,
            concurrency: 64,
            seconds: 30,
            rate: None,
            graph_delay_ms: 0,
            graph_error_rate: 0.0,
            graph_statuses: false,
            workload: None,
            program: Program::Hilo,
            json: false,
        }
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
    LocalSet::new().block_on(&runtime, measure_all(options))
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
    let mut report = Report { machine: processes::describe_machine(), comparisons: Vec::new() };
    for database in &options.databases {
        let store = Store::open(*database).await?;
        let workloads = workload::chosen(options)?;
        rehearse(options, &store, &workloads).await?;
        for workload in &workloads {
            report.comparisons.push(compare(options, &store, workload).await?);
        }
        store.close().await?;
    }
    Ok(report)
}

/// A server that was just made lays out its log files under the first load; whoever came first would pay for it.
async fn rehearse(options: &Options, store: &Store, workloads: &[Workload]) -> Result<()> {
    let Some(workload) = workloads.first() else { return Ok(()) };
    eprintln!("{} on {}: a rehearsal that does not count ...", workload.name, store.name());
    measure::measure(Program::Floor, options, store, workload).await.context("the floor failed")?;
    Ok(())
}

async fn compare(options: &Options, store: &Store, workload: &Workload) -> Result<Comparison> {
    eprintln!("{} on {}: the floor, then the program ...", workload.name, store.name());
    let floor = measure::measure(Program::Floor, options, store, workload).await.context("the floor failed")?;
    let ours = measure::measure(options.program, options, store, workload).await?;
    Ok(report::compare(workload, store.name(), ours, floor))
}

#[expect(clippy::disallowed_methods, reason = "Meta stamps its webhooks with the real time, and this crate plays Meta")]
fn unix_second() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

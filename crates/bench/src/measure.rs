//! One measurement: a program, a database, a workload.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde::Serialize;

use crate::bodies::{self, Site};
use crate::child::{self, Assignment, Program, Running};
use crate::correlate::{self, Outcome};
use crate::graph::{self, Behaviour};
use crate::ledger::Ledger;
use crate::load::{self, Target};
use crate::postgres::{self, Server};
use crate::processes::{self, Machine, Pid, Usage};
use crate::workload::Workload;
use crate::{Database, Options};

const WARM_UP: usize = 1_000; // connections, caches and prepared statements of the program
const SILENCE: Duration = Duration::from_secs(5); // after which nobody expects another acknowledgement
const LINGER: Duration = Duration::from_millis(300); // a double acknowledgement comes late or not at all

/// What one program did with one workload.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    /// What came of the messages.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// Processor time a message, of the whole process tree and of the database.
    pub cpu_ms_per_message: f64,
    /// The database's part of it; 0 where the database lives in the program.
    pub database_cpu_ms_per_message: f64,
    /// Whether the database's processes were found on this machine.
    pub database_counted: bool,
    /// The highest memory of the program, in MiB, without the database's.
    pub peak_memory_mib: f64,
    /// Bytes that the program and the database dirtied a message, as the kernel books them on processes: where a file
    /// is cached in large pieces it books the whole piece for each small write, PostgreSQL's log above all.
    pub bytes_written_per_message: f64,
    /// Bytes that reached the machine's disks a message, whoever wrote them.
    pub disk_bytes_per_message: f64,
    /// The share of all processors that other programs took meanwhile.
    pub busy_elsewhere: f64,
}

/// A place where each measurement gets an empty database.
pub(crate) enum Store {
    Sqlite,
    Postgres(Server),
}

impl Store {
    /// Prepares the place.
    pub(crate) async fn open(database: Database) -> Result<Self> {
        match database {
            Database::Sqlite => Ok(Self::Sqlite),
            Database::Postgres => Ok(Self::Postgres(postgres::server().await?)),
        }
    }

    /// Leaves nothing behind.
    pub(crate) async fn close(self) -> Result<()> {
        match self {
            Self::Sqlite => Ok(()),
            Self::Postgres(server) => server.end().await,
        }
    }

    /// As the report calls it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    fn processes(&self) -> Vec<Pid> {
        match self {
            Self::Sqlite => Vec::new(),
            Self::Postgres(server) => server.processes(),
        }
    }

    /// Makes an empty database and returns where it is, as the program's settings say it.
    pub(crate) async fn create(&self, name: &str, folder: &Path) -> Result<String> {
        match self {
            Self::Sqlite => Ok(format!("sqlite:{}", folder.join("bench.db").display())),
            Self::Postgres(server) => server.create_database(name).await,
        }
    }

    /// Removes a database that is no longer needed.
    pub(crate) async fn remove(&self, name: &str) -> Result<()> {
        match self {
            Self::Sqlite => Ok(()), // it goes with its folder
            Self::Postgres(server) => server.drop_database(name).await,
        }
    }
}

/// Runs a workload against a program on an empty database.
pub(crate) async fn measure(
    program: Program,
    options: &Options,
    store: &Store,
    workload: &Workload,
) -> Result<Measured> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let database = format!("hilo_bench_{}", std::process::id());
    let url = store.create(&database, folder.path()).await?;
    let measured = measure_on(program, options, store, workload, folder.path(), &url).await;
    store.remove(&database).await?;
    measured
}

async fn measure_on(
    program: Program,
    options: &Options,
    store: &Store,
    workload: &Workload,
    folder: &Path,
    url: &str,
) -> Result<Measured> {
    let site = site()?;
    let warm_up = WARM_UP.min(workload.messages / 10);
    let messages = warm_up + workload.messages;
    let ledger = Arc::new(Ledger::open(messages, workload.load.connections()));
    let graph = graph::start(behaviour(options), &site, ledger.clone()).await?;
    let requests = bodies::requests(&site, workload.senders, messages, crate::unix_second()).into();
    let target = Target { address: site.address, requests, senders: workload.senders, ledger: ledger.clone() };

    let graph_base_url = format!("http://{graph}/v25.0");
    let assignment = Assignment { site: &site, database: url, graph_base_url: &graph_base_url, folder };
    let running = child::start(program, &assignment).await?;

    let end = Instant::now() + Duration::from_secs(options.seconds);
    load::drive(workload.load, &target, 0..warm_up, end).await?;
    settle(&target, warm_up).await;

    let before = Reading::take(&running, store)?;
    let end = Instant::now() + Duration::from_secs(options.seconds);
    load::drive(workload.load, &target, warm_up..messages, end).await?;
    settle(&target, messages).await;
    let after = Reading::take(&running, store)?;

    tokio::time::sleep(LINGER).await;
    let peak_memory_kib = processes::peak_memory_kib(running.pid());
    running.end().await?;
    let outcome = correlate::outcome(&ledger, workload.senders, messages, warm_up..messages);
    Ok(measured(outcome, before, after, peak_memory_kib, !store.processes().is_empty()))
}

fn behaviour(options: &Options) -> Behaviour {
    Behaviour {
        delay: Duration::from_millis(options.graph_delay_ms),
        error_rate: options.graph_error_rate,
        statuses: options.graph_statuses,
    }
}

/// A business number, and a free port for the program's door.
pub(crate) fn site() -> Result<Site> {
    Ok(Site {
        address: child::free_address()?,
        app_secret: "bench-app-secret".into(),
        phone_number_id: "106540352242922".into(),
        waba_id: "102290129340398".into(),
        display_phone_number: "525550009988".into(),
    })
}

/// Waits until everybody who is owed an acknowledgement has it, or until none has come for a while.
async fn settle(target: &Target, messages: usize) {
    let owed = correlate::owed(&target.ledger, target.senders, messages).len();
    let mut seen = (target.ledger.arrival_count(), Instant::now());
    while target.ledger.people_acknowledged() < owed && seen.1.elapsed() < SILENCE {
        tokio::time::sleep(Duration::from_millis(5)).await;
        let arrivals = target.ledger.arrival_count();
        if seen.0 < arrivals {
            seen = (arrivals, Instant::now());
        }
    }
}

/// The counters of the kernel at one moment.
#[derive(Clone, Copy)]
struct Reading {
    program: Usage,
    database: Usage,
    ours: Usage,
    machine: Machine,
}

impl Reading {
    fn take(running: &Running, store: &Store) -> Result<Self> {
        let database = store.processes();
        let everything: Vec<Pid> = database.iter().copied().chain([std::process::id()]).collect();
        Ok(Self {
            program: processes::usage(&[running.pid()]),
            database: processes::usage(&database),
            ours: processes::usage(&everything),
            machine: processes::machine()?,
        })
    }
}

fn measured(outcome: Outcome, before: Reading, after: Reading, peak_memory_kib: u64, database_local: bool) -> Measured {
    let program = after.program.since(before.program);
    let database = after.database.since(before.database);
    let ours = after.ours.since(before.ours);
    let busy = after.machine.busy_ms.saturating_sub(before.machine.busy_ms).saturating_sub(ours.cpu_ms);
    let all = after.machine.all_ms.saturating_sub(before.machine.all_ms);
    let a_message = |total: u64| total as f64 / outcome.accepted.max(1) as f64;
    Measured {
        cpu_ms_per_message: a_message(program.cpu_ms + database.cpu_ms),
        database_cpu_ms_per_message: a_message(database.cpu_ms),
        database_counted: database_local,
        peak_memory_mib: peak_memory_kib as f64 / 1024.0,
        bytes_written_per_message: a_message(program.bytes_written + database.bytes_written),
        disk_bytes_per_message: a_message(after.machine.disk_bytes.saturating_sub(before.machine.disk_bytes)),
        busy_elsewhere: busy as f64 / all.max(1) as f64,
        outcome,
    }
}

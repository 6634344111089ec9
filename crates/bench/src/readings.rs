//! What a measurement cost: the counters of the kernel and of the database before and after.

use std::fs;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;

use crate::correlate::Outcome;
use crate::due::Decisions;
use crate::measure::Store;
use crate::processes::{self, Machine, Pid, Usage};
use crate::reads::Timing;

/// In the index that SQLite keeps beside its log: a number that grows by one with each transaction that wrote.
const CHANGE_COUNTER: std::ops::Range<usize> = 8..12;

/// What one program did with one workload.
#[derive(Clone, Debug, Default, Serialize)]
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
    /// The share of all processors that program and database took, of 1.
    pub cpu_share: f64,
    /// The highest memory of the program, in MiB, without the database's.
    pub peak_memory_mib: f64,
    /// Bytes that the program and the database dirtied a message, as the kernel books them on processes: where a file
    /// is cached in large pieces it books the whole piece for each small write, PostgreSQL's log above all.
    pub bytes_written_per_message: f64,
    /// Bytes that reached the machine's disks a message, whoever wrote them.
    pub disk_bytes_per_message: f64,
    /// Transactions a message: those that wrote on SQLite; on PostgreSQL all that ended well, from the start of the program on.
    pub commits_per_message: f64,
    /// How many webhooks a second should have come, in an open loop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_per_s: Option<u32>,
    /// How many a second came: each connection waits for its answer.
    pub offered_per_s: f64,
    /// What was carried before the overload, messages a second.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak_per_s: Option<f64>,
    /// What was decided about follow-ups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decisions: Option<Decisions>,
    /// What reading took meanwhile or afterwards.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reads: Vec<Timing>,
    /// What starting took.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub starts: Vec<Timing>,
    /// The share of all processors that other programs took meanwhile.
    pub busy_elsewhere: f64,
}

/// The counters at one moment.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    program: Usage,
    database: Usage,
    ours: Usage,
    machine: Machine,
    commits: u64,
}

impl Reading {
    /// Reads them. On SQLite the commits are read beside the file, while the program runs.
    pub(crate) fn take(programs: &[Pid], store: &Store, url: &str) -> Result<Self> {
        let database = store.processes();
        let everything: Vec<Pid> = database.iter().copied().chain([std::process::id()]).collect();
        Ok(Self {
            program: processes::usage(programs),
            database: processes::usage(&database),
            ours: processes::usage(&everything),
            machine: processes::machine()?,
            commits: url.strip_prefix("sqlite:").map_or(0, |path| sqlite_commits(Path::new(path))),
        })
    }
}

fn sqlite_commits(database: &Path) -> u64 {
    let index = fs::read(format!("{}-shm", database.display())).unwrap_or_default();
    let counter = index.get(CHANGE_COUNTER).and_then(|bytes| bytes.try_into().ok());
    counter.map_or(0, |bytes| u64::from(u32::from_ne_bytes(bytes)))
}

/// The costs between two readings.
pub(crate) fn costs(outcome: Outcome, before: Reading, after: Reading) -> Measured {
    let program = after.program.since(before.program);
    let database = after.database.since(before.database);
    let ours = after.ours.since(before.ours);
    let busy = after.machine.busy_ms.saturating_sub(before.machine.busy_ms).saturating_sub(ours.cpu_ms);
    let all = after.machine.all_ms.saturating_sub(before.machine.all_ms);
    let a_message = |total: u64| total as f64 / outcome.messages.max(1) as f64;
    Measured {
        cpu_ms_per_message: a_message(program.cpu_ms + database.cpu_ms),
        database_cpu_ms_per_message: a_message(database.cpu_ms),
        cpu_share: (program.cpu_ms + database.cpu_ms) as f64 / all.max(1) as f64,
        bytes_written_per_message: a_message(program.bytes_written + database.bytes_written),
        disk_bytes_per_message: a_message(after.machine.disk_bytes.saturating_sub(before.machine.disk_bytes)),
        commits_per_message: a_message(after.commits.saturating_sub(before.commits)),
        busy_elsewhere: busy as f64 / all.max(1) as f64,
        outcome,
        ..Measured::default()
    }
}

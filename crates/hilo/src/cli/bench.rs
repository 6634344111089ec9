//! `hilo bench`: Hilo against the bare work, on this machine, in one run.

use anyhow::{Result, bail};
use bench::{Database, Options};
use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
pub(super) struct Bench {
    /// On which databases; the default is both.
    #[arg(long = "database", value_enum)]
    databases: Vec<On>,
    /// Messages in each workload.
    #[arg(long, default_value_t = 50_000)]
    messages: usize,
    /// Messages at once.
    #[arg(long, default_value_t = 64)]
    concurrency: usize,
    /// Seconds after which a workload ends.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// Also a workload of so many messages a second, kept up or not.
    #[arg(long)]
    rate: Option<u32>,
    /// Only the workload of this name.
    #[arg(long)]
    workload: Option<String>,
    /// WhatsApp also reports on every message.
    #[arg(long)]
    statuses: bool,
    /// The report as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum On {
    Sqlite,
    Postgres,
}

impl Bench {
    pub(super) fn run(self) -> Result<()> {
        let databases = self.databases.iter().map(|on| match on {
            On::Sqlite => Database::Sqlite,
            On::Postgres => Database::Postgres,
        });
        let mut options = Options {
            messages: self.messages,
            concurrency: self.concurrency,
            seconds: self.seconds,
            rate: self.rate,
            workload: self.workload,
            graph_statuses: self.statuses,
            json: self.json,
            ..Options::default()
        };
        if !self.databases.is_empty() {
            options.databases = databases.collect();
        }
        if bench::print(&options)? { Ok(()) } else { bail!("this run is not to be used; the report says why") }
    }
}

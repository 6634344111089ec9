//! `hilo bench`: Hilo against the bare work, on this machine, in one run.

mod classify;

use std::time::Duration;

use anyhow::{Result, bail};
use bench::{Database, Options};
use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Bench {
    #[command(subcommand)]
    apart: Option<Apart>,
    /// On which databases; the default is both.
    #[arg(long = "database", value_enum, value_delimiter = ',')]
    databases: Vec<On>,
    /// Only the workloads of these names, with commas between them; `all` for every one. docs/performance.md lists them.
    #[arg(long = "workload", value_delimiter = ',')]
    workloads: Vec<String>,
    /// Messages in each workload; some take a share of them.
    #[arg(long, default_value_t = 20_000)]
    messages: usize,
    /// Messages at once.
    #[arg(long, default_value_t = 64)]
    concurrency: usize,
    /// Seconds after which a workload ends.
    #[arg(long, default_value_t = 30)]
    seconds: u64,
    /// A workload of so many new senders a second, kept up or not.
    #[arg(long)]
    rate: Option<u32>,
    /// Workloads with so many messages stored before, with commas between them; 10000,1000000 if no number is given.
    #[arg(long, value_delimiter = ',', num_args = 0.., default_missing_value = "10000,1000000")]
    stored: Vec<usize>,
    /// Workloads with so many follow-ups that wait, with commas between them; 10000,1000000 if no number is given.
    #[arg(long, value_delimiter = ',', num_args = 0.., default_missing_value = "10000,1000000")]
    pending: Vec<usize>,
    /// So many programs that share the database, which is PostgreSQL then.
    #[arg(long)]
    nodes: Option<usize>,
    /// Milliseconds that WhatsApp takes for each answer; 500 in `slow-api`.
    #[arg(long)]
    api_delay_ms: Option<u64>,
    /// The share of sends that WhatsApp answers with an error, from 0 to 1; 0.1 in `failing-api`.
    #[arg(long)]
    api_errors: Option<f64>,
    /// WhatsApp also reports on every message.
    #[arg(long)]
    statuses: bool,
    /// The report as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Apart {
    /// How good the text model is, on files of labelled messages.
    Classify(classify::Classify),
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum On {
    Sqlite,
    Postgres,
}

impl Bench {
    pub(super) fn run(self) -> Result<()> {
        if let Some(Apart::Classify(classify)) = self.apart {
            return classify.run();
        }
        let databases = self.databases.iter().map(|on| match on {
            On::Sqlite => Database::Sqlite,
            On::Postgres => Database::Postgres,
        });
        let mut options = Options {
            workloads: self.workloads,
            messages: self.messages,
            concurrency: self.concurrency,
            seconds: self.seconds,
            rate: self.rate,
            stored: self.stored,
            pending: self.pending,
            nodes: self.nodes,
            graph_delay: self.api_delay_ms.map(Duration::from_millis),
            graph_error_rate: self.api_errors,
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

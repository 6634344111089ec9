//! Measures the floor against itself: what the machine can do, and how far two runs of the same program differ.
//!
//! `cargo run --release -p bench --example floor_against_itself -- [--json] [sqlite|postgres] [--NAME VALUE ...]`
//! with `messages`, `concurrency`, `seconds`, `rate`, `workload`, `graph-delay-ms`, `graph-error-rate`.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use bench::{Database, Options, Program};

fn main() -> Result<()> {
    let mut args = std::env::args().skip(1).peekable();
    if args.next_if(|first| first == "bench-floor").is_some() {
        return bench::floor::main(args);
    }
    bench::print(&options(args)?).map(drop)
}

fn options(mut args: impl Iterator<Item = String>) -> Result<Options> {
    let mut options = Options { program: Program::Floor, ..Options::default() };
    while let Some(arg) = args.next() {
        let mut value = || args.next().with_context(|| format!("{arg} wants a value"));
        match arg.as_str() {
            "sqlite" => options.databases = vec![Database::Sqlite],
            "postgres" => options.databases = vec![Database::Postgres],
            "--json" => options.json = true,
            "--statuses" => options.graph_statuses = true,
            "--messages" => options.messages = value()?.parse()?,
            "--concurrency" => options.concurrency = value()?.parse()?,
            "--seconds" => options.seconds = value()?.parse()?,
            "--rate" => options.rate = Some(value()?.parse()?),
            "--workload" => options.workloads.push(value()?),
            "--graph-delay-ms" => options.graph_delay = Some(Duration::from_millis(value()?.parse()?)),
            "--graph-error-rate" => options.graph_error_rate = Some(value()?.parse()?),
            _ => bail!("`{arg}` is not understood"),
        }
    }
    Ok(options)
}

//! `hilo chaos`: Hilo killed over and over, and everything counted afterwards.

use std::hash::{BuildHasher, Hasher, RandomState};

use anyhow::{Result, bail};
use bench::Database;
use bench::chaos::{self, Options};
use clap::{Args, ValueEnum};

use crate::kill_points;

#[derive(Debug, Args)]
pub(super) struct Chaos {
    /// How often to kill it. Every named point has its turn, and two random moments after them.
    #[arg(long, default_value_t = 200)]
    kills: usize,
    /// Where randomness begins; a report prints its seed, so that a run can be tried again.
    #[arg(long)]
    seed: Option<u64>,
    /// On which database. PostgreSQL is the server named in HILO_BENCH_POSTGRES, or a private one.
    #[arg(long, value_enum, default_value = "sqlite")]
    database: On,
    /// The report as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum On {
    Sqlite,
    Postgres,
}

impl Chaos {
    pub(super) fn run(self) -> Result<()> {
        let seed = self.seed.unwrap_or_else(|| u64::from(RandomState::new().build_hasher().finish() as u32));
        eprintln!("Killing Hilo {} times, seed {seed}", self.kills);
        let database = match self.database {
            On::Sqlite => Database::Sqlite,
            On::Postgres => Database::Postgres,
        };
        let options = Options { kills: self.kills, seed, database, points: kill_points::POINTS };
        let report = chaos::run(&options)?;
        if self.json {
            println!("{}", report.json()?)
        } else {
            print!("{report}")
        }
        if report.is_clean() { Ok(()) } else { bail!("a promise was broken; the report says which") }
    }
}

//! `hilo chaos`: Hilo killed over and over, and everything counted afterwards.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::str::FromStr;

use anyhow::bail;
use bench::Database;
use bench::chaos::{self, Fault, Options};
use clap::{Args, ValueEnum};

use crate::{deliberate, kill_points};

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
    /// How many nodes work on the database; several need PostgreSQL.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    nodes: u8,
    /// How many legs of a long run, of 500 kills each, go on side by side; as a rule four keep two processors at work.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=32))]
    at_once: u8,
    /// What happens beside the kills: a node frozen, the database away. Without, every possible fault has its turn, one in twelve kills;
    /// `none` for none.
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<Wanted>,
    /// The report as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum On {
    Sqlite,
    Postgres,
}

#[derive(Debug, Clone)]
enum Wanted {
    None,
    This(Fault),
}

impl FromStr for Wanted {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "none" { Ok(Wanted::None) } else { text.parse().map(Wanted::This) }
    }
}

impl Chaos {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let seed = self.seed.unwrap_or_else(|| u64::from(RandomState::new().build_hasher().finish() as u32));
        if let Some(wrong) = deliberate::chosen()? {
            eprintln!("This Hilo is broken on purpose: {wrong}");
        }
        eprintln!("Killing Hilo {} times, seed {seed}; Ctrl-C counts what was endured so far", self.kills);
        let database = match self.database {
            On::Sqlite => Database::Sqlite,
            On::Postgres => Database::Postgres,
        };
        let faults = self.faults.iter().filter_map(|wanted| match wanted {
            Wanted::This(fault) => Some(*fault),
            Wanted::None => None,
        });
        let options = Options {
            kills: self.kills,
            nodes: self.nodes.into(),
            at_once: self.at_once.into(),
            seed,
            database,
            faults: (!self.faults.is_empty()).then(|| faults.collect()),
            points: [kill_points::POINTS, kill_points::OF_AUTOMATION].concat(),
            rare_points: kill_points::RARE,
            freeze_points: kill_points::AROUND_A_SEND,
        };
        let report = chaos::run(&options)?;
        if self.json {
            println!("{}", report.json()?)
        } else {
            print!("{report}")
        }
        if report.is_clean() { Ok(()) } else { bail!("a promise was broken; the report says which") }
    }
}

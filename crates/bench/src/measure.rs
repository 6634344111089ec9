//! One measurement: a program, a database, a workload.

mod course;

use std::path::Path;

use anyhow::{Context, Result};

use crate::bodies::Site;
use crate::child::{self, Program};
use crate::postgres::{self, Server};
use crate::processes::Pid;
use crate::readings::Measured;
use crate::senders::Senders;
use crate::workload::Traffic;
use crate::{Database, Options, fill};
use course::Course;

/// Meta's usual 80 messages a second would be all that is measured.
const NO_LIMIT: u32 = 1_000_000;

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

    /// The processes of the database, if they are on this machine and not in the program.
    pub(crate) fn processes(&self) -> Vec<Pid> {
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

    /// Transactions that ended well, as the server counts them; each session hands in its own when it ends, at the latest.
    async fn commits(&self, name: &str) -> Result<u64> {
        match self {
            Self::Sqlite => Ok(0),
            Self::Postgres(server) => server.commits(name).await,
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

/// A place for one measurement: a database and a folder, gone with it.
pub(crate) struct Place<'a> {
    pub(crate) store: &'a Store,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) database: String,
    pub(crate) url: String,
}

impl<'a> Place<'a> {
    /// An empty one.
    pub(crate) async fn prepare(store: &'a Store) -> Result<Self> {
        let folder = tempfile::tempdir().context("no temporary folder")?;
        let database = format!("hilo_bench_{}", std::process::id());
        // One that was stopped half-way may have left it.
        store.remove(&database).await?;
        let url = store.create(&database, folder.path()).await?;
        Ok(Self { store, folder, database, url })
    }

    /// Leaves nothing behind.
    pub(crate) async fn leave(self) -> Result<()> {
        self.store.remove(&self.database).await
    }
}

/// Runs a workload against a program, on a database of its own.
pub(crate) async fn measure(program: Program, options: &Options, store: &Store, traffic: &Traffic) -> Result<Measured> {
    let place = Place::prepare(store).await?;
    let mut traffic = traffic.clone();
    if let Some(messages) = traffic.stored {
        traffic.senders = Senders::Stored(fill::fill(&place, messages).await?);
    }
    let measured = match Course::prepare(program, options, &place, &traffic).await {
        Ok(course) => course.run().await,
        Err(error) => Err(error),
    };
    place.leave().await?;
    measured
}

/// A business number, and a free port for the program's door.
pub(crate) fn site() -> Result<Site> {
    Ok(Site {
        address: child::free_address()?,
        app_secret: "bench-app-secret".into(),
        phone_number_id: "106540352242922".into(),
        waba_id: "102290129340398".into(),
        display_phone_number: "525550009988".into(),
        workflow: None,
        messages_per_second: NO_LIMIT,
    })
}

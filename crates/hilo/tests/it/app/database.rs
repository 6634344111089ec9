//! A database for one test, gone when the test is over, whatever became of it.

use store::Location;
use tempfile::TempDir;
use tokio_postgres::NoTls;
use uuid::Uuid;

const ADMIN_URL: &str = "HILO_TEST_POSTGRES";

/// A database that nobody else uses.
pub(crate) enum Database {
    Sqlite(TempDir),
    Postgres { admin: String, name: String },
}

impl Database {
    pub(crate) fn sqlite() -> Option<Database> {
        Some(Database::Sqlite(tempfile::tempdir().unwrap()))
    }

    /// In the server that the environment names; nothing, with a sentence, where it names none.
    pub(crate) fn postgres() -> Option<Database> {
        let Some(admin) = std::env::var(ADMIN_URL).ok().filter(|url| !url.is_empty()) else {
            println!("Skipped on PostgreSQL: {ADMIN_URL} names no server; `cargo xtask test` starts one.");
            return None;
        };
        let name = format!("hilo_it_{}", Uuid::new_v4().simple());
        wait_for(command(&admin, &format!("CREATE DATABASE {name}")));
        Some(Database::Postgres { admin, name })
    }

    pub(crate) fn name(&self) -> &'static str {
        match self {
            Database::Sqlite(_) => "SQLite",
            Database::Postgres { .. } => "PostgreSQL",
        }
    }

    /// What takes the database away; nothing on SQLite, whose file nobody can take.
    pub(crate) fn outage(&self) -> Option<Outage> {
        match self {
            Database::Sqlite(_) => None,
            Database::Postgres { admin, name } => Some(Outage { admin: admin.clone(), name: name.clone() }),
        }
    }

    pub(crate) fn location(&self) -> Location {
        match self {
            Database::Sqlite(folder) => Location::Sqlite(folder.path().join("hilo.db")),
            Database::Postgres { admin, name } => Location::Postgres(beside(admin, name)),
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Database::Postgres { admin, name } = self {
            // By force: after a failed test the server's threads may still be connected.
            wait_for(command(admin, &format!("DROP DATABASE {name} WITH (FORCE)")));
        }
    }
}

/// The URL of another database of the same server.
fn beside(admin: &str, name: &str) -> String {
    let (address, options) = admin.split_once('?').map_or((admin, None), |(address, options)| (address, Some(options)));
    let (server, _) = address.rsplit_once('/').unwrap();
    options.map_or_else(|| format!("{server}/{name}"), |options| format!("{server}/{name}?{options}"))
}

/// A database on PostgreSQL that can be taken away while it is in use.
pub(crate) struct Outage {
    admin: String,
    name: String,
}

impl Outage {
    /// Ends every connection and lets nobody in.
    pub(crate) async fn begin(&self) {
        let Outage { admin, name } = self;
        command(admin, &format!("ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")).await;
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
        command(admin, &end).await;
    }

    /// Lets everybody in again.
    pub(crate) async fn end(&self) {
        command(&self.admin, &format!("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true", self.name)).await;
    }
}

fn wait_for(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
}

async fn command(url: &str, sql: &str) {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let work = async {
        let done = client.batch_execute(sql).await;
        drop(client); // ends the connection, for which the other half waits
        done
    };
    let (done, _) = tokio::join!(work, connection);
    done.unwrap();
}

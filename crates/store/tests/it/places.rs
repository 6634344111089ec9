//! Where the databases of the tests are, and how a test waits for them.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use store::{Location, Result, Store, Tx};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;

/// SQLite files, gone with this.
#[derive(Default)]
pub(crate) struct Files {
    folders: RefCell<Vec<tempfile::TempDir>>,
}

impl Files {
    pub(crate) fn fresh_path(&self) -> PathBuf {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hilo.db");
        self.folders.borrow_mut().push(folder);
        path
    }

    pub(crate) fn fresh(&self) -> Store {
        open_sqlite(&self.fresh_path())
    }

    pub(crate) fn fresh_pair(&self) -> (Store, Store) {
        let path = self.fresh_path();
        (open_sqlite(&path), open_sqlite(&path))
    }
}

/// Databases of a PostgreSQL, dropped with this.
pub(crate) struct Server {
    admin_url: String,
    made: RefCell<Vec<String>>,
}

impl Server {
    /// The server of `HILO_TEST_POSTGRES`; without one a sentence is printed.
    pub(crate) fn of_environment() -> Option<Server> {
        match std::env::var("HILO_TEST_POSTGRES") {
            Ok(url) => Some(Server::at(&url)),
            Err(_) => {
                println!("HILO_TEST_POSTGRES names no PostgreSQL, so nothing is proved about it here.");
                None
            }
        }
    }

    pub(crate) fn at(admin_url: &str) -> Server {
        Server { admin_url: admin_url.to_owned(), made: RefCell::default() }
    }

    pub(crate) fn fresh_url(&self) -> String {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let name = format!("hilo_test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        administer(&self.admin_url, &format!("CREATE DATABASE {name}")).unwrap();
        let url = of_database(&self.admin_url, &name);
        self.made.borrow_mut().push(name);
        url
    }

    pub(crate) fn fresh(&self) -> Store {
        open_postgres(&self.fresh_url())
    }

    pub(crate) fn fresh_pair(&self) -> (Store, Store) {
        let url = self.fresh_url();
        (open_postgres(&url), open_postgres(&url))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for name in self.made.borrow().iter() {
            // A store's threads may take a moment to hang up, and a failing test has something better to say than this.
            drop(administer(&self.admin_url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")));
        }
    }
}

fn administer(url: &str, sql: &str) -> std::result::Result<(), tokio_postgres::Error> {
    wait(async {
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
        tokio::spawn(connection);
        client.batch_execute(sql).await
    })
}

fn of_database(admin_url: &str, name: &str) -> String {
    let (address, settings) = admin_url.split_once('?').unwrap_or((admin_url, ""));
    let server = address.rsplit_once('/').map_or(address, |(server, _)| server);
    format!("{server}/{name}?{settings}")
}

pub(crate) fn open_sqlite(path: &Path) -> Store {
    Store::open(&Location::Sqlite(path.to_owned())).unwrap()
}

pub(crate) fn open_postgres(url: &str) -> Store {
    Store::open(&Location::Postgres(url.to_owned())).unwrap()
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Waits for something.
pub(crate) fn wait<T>(work: impl Future<Output = T>) -> T {
    RUNTIME.block_on(work)
}

/// Starts something without waiting for it.
pub(crate) fn start<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> JoinHandle<T> {
    RUNTIME.spawn(work)
}

/// Writes in a unit of its own, under no lock.
pub(crate) fn write<T, F>(store: &Store, work: F) -> Result<T>
where
    T: Send + 'static,
    F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
{
    wait(store.write(Vec::new(), work))
}

/// Reads what must be readable.
pub(crate) fn read<T, F>(store: &Store, work: F) -> T
where
    T: Send + 'static,
    F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
{
    wait(store.read(work)).unwrap()
}

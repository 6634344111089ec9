//! A store whose transactions wait until the caller runs them, one after the other in its own thread, and says what becomes of each:
//! for simulations, in which everything that can happen has to happen in an order that a seed decides. The statements are the real
//! ones, on SQLite in memory.

use std::sync::mpsc::{Receiver, Sender, channel};

use rusqlite::Connection;

use crate::tx::Connection as TxConnection;
use crate::unit::Unit;
use crate::{Backend, Result, Store, StoreError, Tx, migrate, sqlite};

/// The database, which outlives the nodes that work on it.
pub struct Database {
    connection: Connection,
}

/// Where the transactions of one node wait.
pub struct Desk {
    waiting: Receiver<Waiting>,
}

/// A transaction that has not run yet. Dropped, it never runs and nobody is answered, as when its node dies.
pub struct Waiting {
    unit: Unit,
    writes: bool,
}

/// The node's end of a desk.
#[derive(Clone)]
pub(crate) struct Counter {
    desk: Sender<Waiting>,
    is_shared: bool,
}

/// Whether other nodes work on the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nodes {
    /// No other.
    One,
    /// Others as well.
    Several,
}

/// What becomes of a transaction.
#[derive(Debug, Clone)]
pub enum Fate {
    /// It is committed, and its caller hears so.
    Commits,
    /// The database undoes it and runs it once more: then it is committed.
    RunsTwice,
    /// It is undone, and its caller hears why.
    Fails(StoreError),
    /// It is committed, and its caller hears that it failed.
    CommitsUnheard(StoreError),
    /// It is committed, and its caller is gone.
    CommitsAlone,
}

impl Database {
    /// A new one, in memory.
    pub fn in_memory() -> Result<Database> {
        let connection = Connection::open_in_memory()?;
        connection.set_prepared_statement_cache_capacity(512);
        connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;")?;
        migrate::sqlite(&connection)?;
        Ok(Database { connection })
    }

    /// Leaves nothing in it but its tables: quicker than a new one.
    pub fn empty(&self) -> Result<()> {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let tables = sqlite::query(&self.connection, sql, &[])?;
        let clear = |row: &crate::Row| Ok(format!("DELETE FROM {};", row.text(0)?));
        let clear = tables.iter().map(clear).collect::<Result<String>>()?;
        Ok(self.connection.execute_batch(&format!("BEGIN; {clear} COMMIT;"))?)
    }

    /// A node's store, and the desk at which what it asks for waits.
    pub fn node(&self, nodes: Nodes) -> (Store, Desk) {
        let (desk, waiting) = channel();
        let counter = Counter { desk, is_shared: nodes == Nodes::Several };
        (Store { backend: Backend::ByHand(counter) }, Desk { waiting })
    }

    /// Runs a transaction, and ends it as it is told.
    pub fn run(&self, waiting: Waiting, fate: Fate) {
        let Waiting { mut unit, writes } = waiting;
        match fate {
            Fate::Fails(reason) => {
                drop(self.undone(&mut unit));
                unit.answer(Err(reason));
            }
            Fate::RunsTwice if writes => {
                drop(self.undone(&mut unit));
                let done = self.committed(&mut unit);
                unit.answer(done);
            }
            Fate::Commits | Fate::RunsTwice => {
                let done = self.committed(&mut unit);
                unit.answer(done);
            }
            Fate::CommitsUnheard(reason) => {
                let done = self.committed(&mut unit);
                unit.answer(done.and(Err(reason)));
            }
            Fate::CommitsAlone => drop(self.committed(&mut unit)),
        }
    }

    /// Looks at the database, or prepares it, between transactions.
    pub fn look<T>(&self, mut work: impl FnMut(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        work(&mut Tx::new(TxConnection::Sqlite(&self.connection)))
    }

    fn committed(&self, unit: &mut Unit) -> Result<()> {
        let mut answers = sqlite::commit_together(&self.connection, std::slice::from_mut(unit));
        answers.pop().unwrap_or(Err(StoreError::Stopped))
    }

    fn undone(&self, unit: &mut Unit) -> Result<()> {
        self.connection.execute_batch("BEGIN IMMEDIATE")?;
        let done = unit.run(TxConnection::Sqlite(&self.connection));
        self.connection.execute_batch("ROLLBACK")?;
        done
    }
}

impl Desk {
    /// The transaction that has waited longest, if one waits.
    pub fn take(&self) -> Option<Waiting> {
        self.waiting.try_recv().ok()
    }
}

impl Waiting {
    /// Whether it may change anything.
    pub fn writes(&self) -> bool {
        self.writes
    }
}

impl Counter {
    pub(crate) fn write(&self, unit: Unit) {
        self.hand_in(Waiting { unit, writes: true });
    }

    pub(crate) fn read(&self, unit: Unit) {
        self.hand_in(Waiting { unit, writes: false });
    }

    pub(crate) fn is_shared(&self) -> bool {
        self.is_shared
    }

    fn hand_in(&self, waiting: Waiting) {
        // A desk that is gone has dropped what waits, which tells the caller.
        drop(self.desk.send(waiting));
    }
}

//! A transaction, whichever database it is on.

use crate::postgres::Session;
use crate::value::{Row, Value};
use crate::{Result, StoreError};

/// A transaction. Statements are written once, with `$1`, `$2`, … in any order; ` FOR UPDATE` and what follows it is for PostgreSQL
/// alone, since SQLite has one writer.
pub struct Tx<'a> {
    connection: Connection<'a>,
    /// The first statement that failed. PostgreSQL undoes the transaction for it, whatever the unit makes of the error.
    failed: Option<StoreError>,
}

pub(crate) enum Connection<'a> {
    Sqlite(&'a rusqlite::Connection),
    Postgres(&'a mut Session),
}

/// A statement with its parameters.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Question {
    pub(crate) sql: &'static str,
    pub(crate) params: Vec<Value>,
}

/// Which database a transaction is on, for the few statements that differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

impl<'a> Tx<'a> {
    pub(crate) fn new(connection: Connection<'a>) -> Self {
        Tx { connection, failed: None }
    }

    pub(crate) fn into_failure(self) -> Option<StoreError> {
        self.failed
    }

    fn noting<T>(&mut self, done: Result<T>) -> Result<T> {
        if let Err(error) = &done {
            self.failed.get_or_insert_with(|| error.clone());
        }
        done
    }

    /// Which database this is.
    pub fn dialect(&self) -> Dialect {
        match self.connection {
            Connection::Sqlite(_) => Dialect::Sqlite,
            Connection::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Asks in one trip what will be asked next, in these words, before anything is written. SQLite is asked when it comes to it: no
    /// network lies between.
    pub(crate) fn foresee(&mut self, questions: impl FnOnce() -> Vec<Question>) -> Result<()> {
        let foreseen = match &mut self.connection {
            Connection::Sqlite(_) => Ok(()),
            Connection::Postgres(session) => session.foresee(questions()),
        };
        self.noting(foreseen)
    }

    /// What a question brings.
    pub(crate) fn ask(&mut self, question: Question) -> Result<Vec<Row>> {
        self.query(question.sql, question.params)
    }

    /// The rows of an answer.
    pub fn query(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Vec<Row>> {
        let found = match &mut self.connection {
            Connection::Sqlite(connection) => crate::sqlite::query(connection, sql, &params),
            Connection::Postgres(session) => session.query(sql, params),
        };
        self.noting(found)
    }

    /// The only row of an answer, if there is one.
    pub fn query_opt(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Option<Row>> {
        Ok(self.query(sql, params)?.into_iter().next())
    }

    /// The only row of an answer that must have one.
    pub fn query_one(&mut self, sql: &'static str, params: Vec<Value>) -> Result<Row> {
        self.query_opt(sql, params)?.ok_or_else(|| StoreError::Unexpected("a row is missing".to_owned()))
    }

    /// Writes, and says how many rows it touched.
    pub fn execute(&mut self, sql: &'static str, params: Vec<Value>) -> Result<u64> {
        let done = match &mut self.connection {
            Connection::Sqlite(connection) => crate::sqlite::execute(connection, sql, &params),
            Connection::Postgres(session) => session.execute(sql, params),
        };
        self.noting(done)
    }

    /// Writes what nobody needs an answer to. On PostgreSQL such writes travel together, before the next question or the commit.
    pub fn put(&mut self, sql: &'static str, params: Vec<Value>) -> Result<()> {
        let done = match &mut self.connection {
            Connection::Sqlite(connection) => crate::sqlite::execute(connection, sql, &params).map(drop),
            Connection::Postgres(session) => {
                session.put(sql, params);
                Ok(())
            }
        };
        self.noting(done)
    }
}

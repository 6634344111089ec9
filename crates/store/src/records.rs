//! What a business keeps about its people beside what they wrote. One file a noun; what they have in common is [`Stored`].

/// The statement that finds the records of some ids. PostgreSQL must look each of them up: of few rows, and a table is small when its
/// plans are made, it would rather read all that a workspace has.
macro_rules! by_ids {
    ($tx:expr, $records:ident) => {
        match $tx.dialect() {
            $crate::Dialect::Sqlite => $records!("workspace_id = $1 AND id = ANY($2)"),
            $crate::Dialect::Postgres => concat!(
                "SELECT found.* FROM unnest($2::uuid[]) AS wanted(id) CROSS JOIN LATERAL (",
                $records!("workspace_id = $1 AND id = wanted.id LIMIT 1"),
                ") AS found"
            ),
        }
    };
}

mod appointments;
mod companies;
mod deals;
mod history;
mod notes;
mod orders;
mod pipelines;

use domain::ids::{ContactId, WorkspaceId};
use domain::record::{Currency, Money, Noun, Record, RecordRef};
use uuid::Uuid;

pub use appointments::AppointmentsOf;
pub(crate) use appointments::of_people as appointments_of_people;
pub use deals::DealsOf;
pub use history::HistoryRow;
pub use orders::OrdersOf;

use crate::{Result, Row, StoreError, Tx};

/// Something as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<R> {
    /// What it says.
    pub record: R,
    /// How often it was changed, from 1 on: whoever changes it names the version they saw.
    pub version: i64,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Milliseconds since 1970.
    pub updated_at: i64,
}

/// Where a walk through what changed goes on: behind this moment, and behind this id in it.
pub type Since = (i64, Uuid);

/// A kind of record that has a table of its own.
pub trait Stored: Record {
    /// Keeps a new one.
    fn add(&self, tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> Result<()>;

    /// Keeps one as it is now, as its next version.
    fn replace(&self, tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> Result<()>;

    /// One, which nobody else changes until this transaction ends.
    fn to_change(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<Versioned<Self>>>;

    /// Those of these ids, as far as there are any.
    fn by_id(tx: &mut Tx<'_>, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Versioned<Self>>>;

    /// What was made or changed since, the longest ago first.
    fn changed(tx: &mut Tx<'_>, workspace: WorkspaceId, since: Since, limit: i64) -> Result<Vec<Versioned<Self>>>;

    /// One of them.
    fn one(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<Versioned<Self>>>;
}

impl Tx<'_> {
    /// The record that is meant: of somebody who was merged, whoever they are.
    fn record_meant(&mut self, workspace: WorkspaceId, record: RecordRef) -> Result<RecordRef> {
        match record.noun {
            Noun::Contact => Ok(RecordRef { id: self.whoever(workspace, ContactId(record.id))?.0, ..record }),
            Noun::Company | Noun::Deal | Noun::Appointment | Noun::Order => Ok(record),
        }
    }
}

/// A record whose last three columns are its version and its times, from `from` on.
fn kept<R>(row: &Row, from: usize, record: R) -> Result<Versioned<R>> {
    Ok(Versioned { record, version: row.int(from)?, created_at: row.int(from + 1)?, updated_at: row.int(from + 2)? })
}

/// An amount from its two columns.
fn money(row: &Row, from: usize) -> Result<Option<Money>> {
    let (Some(minor), Some(code)) = (row.opt_int(from)?, row.opt_text(from + 1)?) else { return Ok(None) };
    let currency: Currency = code.parse().map_err(unreadable)?;
    Money::new(minor, currency).map(Some).map_err(unreadable)
}

fn unreadable(error: impl std::fmt::Display) -> StoreError {
    StoreError::Unexpected(error.to_string())
}

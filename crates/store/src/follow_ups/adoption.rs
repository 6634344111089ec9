//! How far the plans of a workspace are in line with the version of the workflow that is in force.

use domain::ids::WorkspaceId;

use crate::{Result, Tx, params};

/// How far it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdoptionRow {
    /// The version.
    pub version: i64,
    /// Where it goes on, JSON.
    pub place: String,
    /// How many follow-ups were planned by it.
    pub planned: i64,
    /// How many were cancelled by it.
    pub cancelled: i64,
    /// Whether it is done.
    pub done: bool,
}

impl Tx<'_> {
    /// How far it came.
    pub fn adoption(&mut self, workspace: WorkspaceId) -> Result<Option<AdoptionRow>> {
        let sql = "SELECT version, place, planned, cancelled, done FROM follow_up_adoptions WHERE workspace_id = $1";
        let row = self.query_opt(sql, params![workspace])?;
        row.map(|row| {
            Ok(AdoptionRow {
                version: row.int(0)?,
                place: row.text(1)?,
                planned: row.int(2)?,
                cancelled: row.int(3)?,
                done: row.int(4)? == 1,
            })
        })
        .transpose()
    }

    /// Writes down how far it came.
    pub fn put_adoption(&mut self, workspace: WorkspaceId, row: &AdoptionRow) -> Result<()> {
        self.put(
            "INSERT INTO follow_up_adoptions (workspace_id, version, place, planned, cancelled, done) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (workspace_id) DO UPDATE
             SET version = excluded.version, place = excluded.place, planned = excluded.planned, cancelled = excluded.cancelled,
                 done = excluded.done",
            params![workspace, row.version, &row.place, row.planned, row.cancelled, i64::from(row.done)],
        )
    }
}

//! Published workflows. The latest is the one in force; none is ever changed.

use domain::ids::WorkspaceId;

use crate::{Result, StoreError, Tx, params};

/// A workflow as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedRow {
    /// Its number; 1 is the first.
    pub version: i64,
    /// The workflow file.
    pub text: String,
    /// Milliseconds since 1970.
    pub at: i64,
    /// Who published it.
    pub by: String,
}

impl Tx<'_> {
    /// A version that was published.
    pub fn published_workflow(&mut self, workspace: WorkspaceId, version: i64) -> Result<Option<PublishedRow>> {
        let row = self.query_opt(
            "SELECT text, published_at, published_by FROM workflow_versions WHERE workspace_id = $1 AND version = $2",
            params![workspace, version],
        )?;
        row.map(|row| Ok(PublishedRow { version, text: row.text(0)?, at: row.int(1)?, by: row.text(2)? })).transpose()
    }

    /// The version in force and its text.
    pub fn workflow_in_force(&mut self, workspace: WorkspaceId) -> Result<Option<(i64, String)>> {
        let sql = "SELECT version, text FROM workflow_versions WHERE workspace_id = $1 ORDER BY version DESC LIMIT 1";
        let row = self.query_opt(sql, params![workspace])?;
        row.map(|row| Ok((row.int(0)?, row.text(1)?))).transpose()
    }

    /// Publishes a text as the next version and answers its number.
    pub fn publish_workflow(&mut self, workspace: WorkspaceId, text: &str, by: &str, now: i64) -> Result<i64> {
        let version = self.workflow_in_force(workspace)?.map_or(1, |(version, _)| version + 1);
        let touched = self.execute(
            "INSERT INTO workflow_versions (workspace_id, version, text, published_at, published_by) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
            params![workspace, version, text, now, by],
        )?;
        // Another node was faster; the store runs this once more, and then finds the next number.
        if touched == 1 {
            Ok(version)
        } else {
            Err(StoreError::Conflict("two versions were published at once".to_owned()))
        }
    }
}

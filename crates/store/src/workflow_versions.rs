//! Published workflows. The latest is the one in force; none is ever changed.

use domain::ids::WorkspaceId;

use crate::{ReachRow, Result, Row, StoreError, Tx, params};

/// A workflow as it was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishedRow {
    /// Who published it, when, and why.
    pub imprint: Imprint,
    /// The workflow file.
    pub text: String,
}

/// What is known of a version beside its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imprint {
    /// Its number; 1 is the first.
    pub version: i64,
    /// When it was published, milliseconds since 1970.
    pub at: i64,
    /// Who published it.
    pub by: String,
    /// Why.
    pub reason: String,
}

impl Tx<'_> {
    /// A version that was published.
    pub fn published_workflow(&mut self, workspace: WorkspaceId, version: i64) -> Result<Option<PublishedRow>> {
        let row = self.query_opt(
            "SELECT version, published_at, published_by, reason, text FROM workflow_versions
             WHERE workspace_id = $1 AND version = $2",
            params![workspace, version],
        )?;
        row.as_ref().map(published).transpose()
    }

    /// The last of the versions that this author published.
    pub fn workflow_published_by(&mut self, workspace: WorkspaceId, by: &str) -> Result<Option<PublishedRow>> {
        let row = self.query_opt(
            "SELECT version, published_at, published_by, reason, text FROM workflow_versions
             WHERE workspace_id = $1 AND published_by = $2 ORDER BY version DESC LIMIT 1",
            params![workspace, by],
        )?;
        row.as_ref().map(published).transpose()
    }

    /// The versions before one, the latest first.
    pub fn workflows_before(&mut self, workspace: WorkspaceId, version: i64, limit: i64) -> Result<Vec<PublishedRow>> {
        let rows = self.query(
            "SELECT version, published_at, published_by, reason, text FROM workflow_versions
             WHERE workspace_id = $1 AND version < $2 ORDER BY version DESC LIMIT $3",
            params![workspace, version, limit],
        )?;
        rows.iter().map(published).collect()
    }

    /// A page of versions without their texts, the latest first. `before` is the last of the page before.
    pub fn workflow_imprints(
        &mut self,
        workspace: WorkspaceId,
        before: Option<i64>,
        limit: i64,
    ) -> Result<Vec<Imprint>> {
        let rows = self.query(
            "SELECT version, published_at, published_by, reason FROM workflow_versions
             WHERE workspace_id = $1 AND version < $2 ORDER BY version DESC LIMIT $3",
            params![workspace, before.unwrap_or(i64::MAX), limit],
        )?;
        rows.iter().map(imprint).collect()
    }

    /// The number of the version in force.
    pub fn version_in_force(&mut self, workspace: WorkspaceId) -> Result<Option<i64>> {
        let sql = "SELECT version FROM workflow_versions WHERE workspace_id = $1 ORDER BY version DESC LIMIT 1";
        self.query_opt(sql, params![workspace])?.map(|row| row.int(0)).transpose()
    }

    /// The version in force and its text.
    pub fn workflow_in_force(&mut self, workspace: WorkspaceId) -> Result<Option<(i64, String)>> {
        let sql = "SELECT version, text FROM workflow_versions WHERE workspace_id = $1 ORDER BY version DESC LIMIT 1";
        let row = self.query_opt(sql, params![workspace])?;
        row.map(|row| Ok((row.int(0)?, row.text(1)?))).transpose()
    }

    /// Publishes a text as the next version and answers its number. It reaches as far as the one before it.
    pub fn publish_workflow(
        &mut self,
        workspace: WorkspaceId,
        text: &str,
        by: &str,
        reason: &str,
        now: i64,
    ) -> Result<i64> {
        let reach = self.reach_in_force(workspace)?;
        let version = self.version_in_force(workspace)?.map_or(1, |version| version + 1);
        let touched = self.execute(
            "INSERT INTO workflow_versions (workspace_id, version, text, published_at, published_by, reason)
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            params![workspace, version, text, now, by, reason],
        )?;
        // Another node was faster; the store runs this once more, and then finds the next number.
        if touched == 1 {
            reach.map_or(Ok(()), |row| self.set_reach(workspace, &ReachRow { version, ..row }))?;
            Ok(version)
        } else {
            Err(StoreError::Conflict("two versions were published at once".to_owned()))
        }
    }
}

fn published(row: &Row) -> Result<PublishedRow> {
    Ok(PublishedRow { imprint: imprint(row)?, text: row.text(4)? })
}

fn imprint(row: &Row) -> Result<Imprint> {
    Ok(Imprint { version: row.int(0)?, at: row.int(1)?, by: row.text(2)?, reason: row.text(3)? })
}

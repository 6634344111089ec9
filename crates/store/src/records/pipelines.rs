//! The ways that deals go. A workspace that has changed nothing has the program's own.

use domain::ids::WorkspaceId;
use domain::record::Pipeline;

use super::{Versioned, kept, unreadable};
use crate::{Result, Row, Tx, params};

impl Tx<'_> {
    /// Keeps a pipeline as it is now: a new one, or the next version of one.
    pub fn put_pipeline(&mut self, workspace: WorkspaceId, pipeline: &Pipeline, now: i64) -> Result<()> {
        let stages = serde_json::to_string(&pipeline.stages).map_err(unreadable)?;
        self.put(
            "INSERT INTO pipelines (workspace_id, id, name, stages, version, created_at, updated_at)
             VALUES ($1, $2, $3, $4, 1, $5, $5)
             ON CONFLICT (workspace_id, id) DO UPDATE
             SET name = excluded.name, stages = excluded.stages, version = pipelines.version + 1, updated_at = excluded.updated_at",
            params![workspace, &pipeline.id, &pipeline.name, stages, now],
        )
    }

    /// Every pipeline, the first one first. A workspace has few.
    pub fn pipelines(&mut self, workspace: WorkspaceId) -> Result<Vec<Versioned<Pipeline>>> {
        let rows = self.query(
            "SELECT id, name, stages, version, created_at, updated_at FROM pipelines WHERE workspace_id = $1",
            params![workspace],
        )?;
        let mut pipelines = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        if !pipelines.iter().any(|kept| kept.record.id == Pipeline::first().id) {
            pipelines.push(Versioned { record: Pipeline::first(), version: 0, created_at: 0, updated_at: 0 });
        }
        pipelines.sort_by_key(|kept| (kept.created_at, kept.record.id.clone()));
        Ok(pipelines)
    }
}

fn read(row: &Row) -> Result<Versioned<Pipeline>> {
    let stages = serde_json::from_str(&row.text(2)?).map_err(unreadable)?;
    kept(row, 3, Pipeline { id: row.text(0)?, name: row.text(1)?, stages })
}

//! What became of each record, and who did it.

use domain::ids::{EventId, WorkspaceId};
use domain::interaction::Step;
use domain::record::RecordRef;
use uuid::Uuid;

use super::unreadable;
use crate::{Result, Row, Tx, params};

/// Something that became of a record.
#[derive(Debug, Clone)]
pub struct HistoryRow {
    /// Its id; the same on the timeline of the person whom it concerns.
    pub id: EventId,
    /// Of which record.
    pub record: RecordRef,
    /// Milliseconds since 1970.
    pub at: i64,
    /// Who did it.
    pub by: String,
    /// What.
    pub step: Step,
}

impl Tx<'_> {
    /// Writes into a record's history.
    pub fn add_history(&mut self, workspace: WorkspaceId, row: &HistoryRow) -> Result<()> {
        let step = serde_json::to_string(&row.step).map_err(unreadable)?;
        self.put(
            "INSERT INTO record_history (workspace_id, noun, record_id, id, at, actor, step) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            params![workspace, row.record.noun.name(), row.record.id, row.id, row.at, &row.by, step],
        )
    }

    /// A page of a record's history, of a person that of whoever they are, the newest first. `before` is the last id of the page before.
    pub fn history(
        &mut self,
        workspace: WorkspaceId,
        record: RecordRef,
        before: Option<EventId>,
        limit: i64,
    ) -> Result<Vec<HistoryRow>> {
        let (record, before) = (self.record_meant(workspace, record)?, before.map_or(Uuid::max(), |id| id.0));
        let rows = self.query(
            "SELECT id, at, actor, step FROM record_history
             WHERE workspace_id = $1 AND noun = $2 AND record_id = $3 AND id < $4 ORDER BY id DESC LIMIT $5",
            params![workspace, record.noun.name(), record.id, before, limit],
        )?;
        let read = |row: &Row| {
            let step = serde_json::from_str(&row.text(3)?).map_err(unreadable)?;
            Ok(HistoryRow { id: EventId(row.id(0)?), record, at: row.int(1)?, by: row.text(2)?, step })
        };
        rows.iter().map(read).collect()
    }
}

//! What automation does not do until a person lets it.

use domain::ids::{ChannelId, ConversationId, WorkspaceId};
use domain::pause::{PauseScope, Paused};

use crate::{Result, Row, Tx, params};

/// A pause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PauseRow {
    /// How much of automation.
    pub scope: PauseScope,
    /// The type, or the id of the number; empty for all.
    pub subject: String,
    /// Who said so.
    pub by: String,
    /// Why, if they said.
    pub why: String,
    /// When, milliseconds since 1970.
    pub at: i64,
}

impl Tx<'_> {
    /// Keeps a pause. Answers whether there was none: the one that was there stays as it is.
    pub fn add_pause(&mut self, workspace: WorkspaceId, row: &PauseRow) -> Result<bool> {
        let added = self.execute(
            "INSERT INTO pauses (workspace_id, scope, subject, by, why, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            params![workspace, row.scope.name(), &row.subject, &row.by, &row.why, row.at],
        )?;
        Ok(added == 1)
    }

    /// Ends a pause. Answers whether there was one.
    pub fn end_pause(&mut self, workspace: WorkspaceId, scope: PauseScope, subject: &str) -> Result<bool> {
        let sql = "DELETE FROM pauses WHERE workspace_id = $1 AND scope = $2 AND subject = $3";
        Ok(self.execute(sql, params![workspace, scope.name(), subject])? == 1)
    }

    /// Everything that is paused.
    pub fn pauses(&mut self, workspace: WorkspaceId) -> Result<Vec<PauseRow>> {
        let rows = self.query(
            "SELECT scope, subject, by, why, at FROM pauses WHERE workspace_id = $1 AND scope >= $2 ORDER BY scope, subject",
            params![workspace, ""],
        )?;
        rows.iter().map(read).collect()
    }

    /// The same of every workspace that has any.
    pub fn all_pauses(&mut self) -> Result<Vec<(WorkspaceId, PauseRow)>> {
        let sql = "SELECT scope, subject, by, why, at, workspace_id FROM pauses ORDER BY workspace_id, scope, subject";
        let rows = self.query(sql, params![])?;
        rows.iter().map(|row| Ok((WorkspaceId(row.id(5)?), read(row)?))).collect()
    }

    /// What the matter of a message is about, if anything was sure enough.
    pub fn kind_of_message(
        &mut self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        seq: i64,
    ) -> Result<Option<String>> {
        let row = self.query_opt(
            "SELECT i.kind FROM messages m JOIN interactions i ON i.workspace_id = m.workspace_id AND i.id = m.interaction_id
             WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.seq = $3",
            params![workspace, conversation, seq],
        )?;
        row.map_or(Ok(None), |row| row.opt_text(0))
    }
}

/// What is paused, as automation asks for it.
pub fn paused(rows: &[PauseRow]) -> Paused {
    let mut paused = Paused::default();
    for row in rows {
        match row.scope {
            PauseScope::All => paused.all = true,
            PauseScope::Type => drop(paused.types.insert(row.subject.clone())),
            PauseScope::Channel => {
                paused.channels.extend(row.subject.parse::<ChannelId>().ok());
            }
        }
    }
    paused
}

fn read(row: &Row) -> Result<PauseRow> {
    Ok(PauseRow { scope: row.named(0)?, subject: row.text(1)?, by: row.text(2)?, why: row.text(3)?, at: row.int(4)? })
}

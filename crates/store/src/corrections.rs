//! What people say that a message was about: the text model learns from it.

use domain::ids::{ConversationId, CorrectionId, InteractionId, WorkspaceId};

use crate::{Result, Row, Tx, params};

/// A correction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CorrectionRow {
    /// Its id; the order of ids is the order of learning.
    pub id: CorrectionId,
    /// In which thread.
    pub conversation: ConversationId,
    /// Of which matter.
    pub interaction: InteractionId,
    /// What the customer wrote.
    pub text: String,
    /// What it was taken for.
    pub was: Option<String>,
    /// What it is.
    pub kind: String,
    /// Who says so.
    pub by: String,
    /// When, milliseconds since 1970.
    pub at: i64,
}

impl Tx<'_> {
    /// Keeps a correction.
    pub fn add_correction(&mut self, workspace: WorkspaceId, new: &CorrectionRow) -> Result<()> {
        self.put(
            "INSERT INTO corrections (workspace_id, id, conversation_id, interaction_id, text, was, kind, by, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            params![
                workspace,
                new.id,
                new.conversation,
                new.interaction,
                &new.text,
                new.was.as_deref(),
                &new.kind,
                &new.by,
                new.at
            ],
        )
    }

    /// Corrections behind an id, in their order.
    pub fn corrections(
        &mut self,
        workspace: WorkspaceId,
        after: CorrectionId,
        limit: i64,
    ) -> Result<Vec<CorrectionRow>> {
        let rows = self.query(
            "SELECT id, conversation_id, interaction_id, text, was, kind, by, at FROM corrections
             WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3",
            params![workspace, after, limit],
        )?;
        let correction = |row: &Row| {
            Ok(CorrectionRow {
                id: CorrectionId(row.id(0)?),
                conversation: ConversationId(row.id(1)?),
                interaction: InteractionId(row.id(2)?),
                text: row.text(3)?,
                was: row.opt_text(4)?,
                kind: row.text(5)?,
                by: row.text(6)?,
                at: row.int(7)?,
            })
        };
        rows.iter().map(correction).collect()
    }

    /// What the customer wrote about a matter: its beginning.
    pub fn interaction_text(&mut self, workspace: WorkspaceId, id: InteractionId) -> Result<Option<String>> {
        let sql = "SELECT text FROM interactions WHERE workspace_id = $1 AND id = $2";
        self.query_opt(sql, params![workspace, id])?.map(|row| row.text(0)).transpose()
    }

    /// What a matter is about, and how sure that is.
    pub fn retype_interaction(
        &mut self,
        workspace: WorkspaceId,
        id: InteractionId,
        kind: &str,
        category: domain::Category,
        confidence: f64,
    ) -> Result<()> {
        self.put(
            "UPDATE interactions SET kind = $3, category = $4, confidence = $5 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, kind, category.name(), confidence],
        )
    }

    /// What the customer was told that their message arrived did not leave: nothing was told yet.
    pub fn forget_acknowledgement(&mut self, workspace: WorkspaceId, id: InteractionId) -> Result<()> {
        self.put(
            "UPDATE interactions SET acknowledged_at = NULL WHERE workspace_id = $1 AND id = $2",
            params![workspace, id],
        )
    }

    /// What a machine heard in a voice message belongs to what the customer wrote about a matter.
    pub fn set_interaction_text(&mut self, workspace: WorkspaceId, id: InteractionId, text: &str) -> Result<()> {
        self.put("UPDATE interactions SET text = $3 WHERE workspace_id = $1 AND id = $2", params![workspace, id, text])
    }
}

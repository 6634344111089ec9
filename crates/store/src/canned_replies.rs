//! Texts that are sent again and again.

use domain::ids::{CannedReplyId, WorkspaceId};

use crate::{Result, Row, Tx, params};

/// A text that is sent again and again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CannedReplyRow {
    /// Its id.
    pub id: CannedReplyId,
    /// What is typed to find it.
    pub shortcut: String,
    /// What people call it.
    pub name: String,
    /// The text by language, JSON.
    pub texts: String,
    /// When it last changed, milliseconds since 1970.
    pub changed_at: i64,
    /// Who changed it.
    pub changed_by: String,
}

impl Tx<'_> {
    /// Keeps one, new or changed. Answers whether its shortcut was free.
    pub fn put_canned_reply(&mut self, workspace: WorkspaceId, row: &CannedReplyRow) -> Result<bool> {
        let taken = self.query_opt(
            "SELECT id FROM canned_replies WHERE workspace_id = $1 AND shortcut = $2",
            params![workspace, &row.shortcut],
        )?;
        if let Some(taken) = taken
            && taken.id(0)? != row.id.0
        {
            return Ok(false);
        }
        self.put(
            "INSERT INTO canned_replies (workspace_id, id, shortcut, name, texts, changed_at, changed_by)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (workspace_id, id) DO UPDATE
             SET shortcut = excluded.shortcut, name = excluded.name, texts = excluded.texts, changed_at = excluded.changed_at,
                 changed_by = excluded.changed_by",
            params![workspace, row.id, &row.shortcut, &row.name, &row.texts, row.changed_at, &row.changed_by],
        )?;
        Ok(true)
    }

    /// Deletes one. Answers whether there was one.
    pub fn delete_canned_reply(&mut self, workspace: WorkspaceId, id: CannedReplyId) -> Result<bool> {
        let sql = "DELETE FROM canned_replies WHERE workspace_id = $1 AND id = $2";
        Ok(self.execute(sql, params![workspace, id])? == 1)
    }

    /// One of them.
    pub fn canned_reply(&mut self, workspace: WorkspaceId, id: CannedReplyId) -> Result<Option<CannedReplyRow>> {
        let row = self.query_opt(
            "SELECT id, shortcut, name, texts, changed_at, changed_by FROM canned_replies WHERE workspace_id = $1 AND id = $2",
            params![workspace, id],
        )?;
        row.as_ref().map(read).transpose()
    }

    /// A page of them in the order of their shortcuts, behind one; those that begin like `start`, if it is not empty.
    pub fn canned_replies(
        &mut self,
        workspace: WorkspaceId,
        start: &str,
        after: &str,
        limit: i64,
    ) -> Result<Vec<CannedReplyRow>> {
        let end = format!("{start}{}", char::MAX);
        let rows = self.query(
            "SELECT id, shortcut, name, texts, changed_at, changed_by FROM canned_replies
             WHERE workspace_id = $1 AND shortcut >= $2 AND shortcut < $3 AND shortcut > $4 ORDER BY shortcut LIMIT $5",
            params![workspace, start, end, after, limit],
        )?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<CannedReplyRow> {
    Ok(CannedReplyRow {
        id: CannedReplyId(row.id(0)?),
        shortcut: row.text(1)?,
        name: row.text(2)?,
        texts: row.text(3)?,
        changed_at: row.int(4)?,
        changed_by: row.text(5)?,
    })
}

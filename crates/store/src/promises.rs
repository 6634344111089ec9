//! What becomes of open tickets merely because time passes: the promised moment, and the end of the time in which WhatsApp takes free
//! text. What is open has an index of its own and is not much, however much there ever was.

use domain::ids::{ConversationId, TicketId, WorkspaceId};

use crate::{Result, Tx, params};

/// A moment that an open ticket waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// When, milliseconds since 1970.
    pub at: i64,
    /// Whose moment it was.
    pub ticket: TicketId,
    /// The thread that it came from.
    pub conversation: ConversationId,
}

impl Tx<'_> {
    /// Open tickets that no person answered by the time that the customer was told, behind `after` and up to `until`; the earliest first.
    pub fn passed_promises(
        &mut self,
        workspace: WorkspaceId,
        after: i64,
        until: i64,
        limit: i64,
    ) -> Result<Vec<Passed>> {
        // A subquery with a value, not a join: PostgreSQL would plan it over all messages, as long as there are few.
        let sql = "SELECT waiting.due_at, waiting.id, waiting.conversation_id FROM tickets waiting
             WHERE waiting.workspace_id = $1 AND waiting.state = 'open' AND waiting.due_at > $2 AND waiting.due_at <= $3
               AND (SELECT m.seq FROM messages m
                    WHERE m.workspace_id = waiting.workspace_id AND m.conversation_id = waiting.conversation_id
                      AND m.author = 'agent' AND m.recorded_at >= waiting.created_at AND m.recorded_at <= waiting.due_at
                    LIMIT 1) IS NULL
             ORDER BY waiting.due_at, waiting.id LIMIT $4";
        self.passed(sql, workspace, after, until, limit)
    }

    /// Open tickets whose customer WhatsApp takes no free text for any more, since a moment behind `after` and up to `until`; the earliest
    /// first.
    pub fn closed_windows(
        &mut self,
        workspace: WorkspaceId,
        after: i64,
        until: i64,
        limit: i64,
    ) -> Result<Vec<Passed>> {
        // Not joined either.
        let sql = "SELECT open.closes, open.id, open.conversation_id
             FROM (SELECT waiting.id, waiting.conversation_id,
                          (SELECT v.window_until FROM conversations v
                           WHERE v.workspace_id = waiting.workspace_id AND v.id = waiting.conversation_id) AS closes
                   FROM tickets waiting WHERE waiting.workspace_id = $1 AND waiting.state = 'open') open
             WHERE open.closes > $2 AND open.closes <= $3 ORDER BY open.closes, open.id LIMIT $4";
        self.passed(sql, workspace, after, until, limit)
    }

    fn passed(
        &mut self,
        sql: &'static str,
        workspace: WorkspaceId,
        after: i64,
        until: i64,
        limit: i64,
    ) -> Result<Vec<Passed>> {
        let rows = self.query(sql, params![workspace, after, until, limit])?;
        let passed = rows.iter().map(|row| {
            let (ticket, conversation) = (TicketId(row.id(1)?), ConversationId(row.id(2)?));
            Ok(Passed { at: row.int(0)?, ticket, conversation })
        });
        passed.collect()
    }
}

//! Matters at which automation looks again at a moment of business time.

use domain::ids::{ConversationId, InteractionId, TicketId, WorkspaceId};
use domain::interaction::Outcome;

use crate::{Result, Tx, params};

/// A matter whose moment has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueAnswer {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Its thread.
    pub conversation: ConversationId,
    /// Which.
    pub interaction: InteractionId,
}

impl Tx<'_> {
    /// Says when automation looks at a matter again, or that it does not.
    pub fn set_answer_due(&mut self, workspace: WorkspaceId, id: InteractionId, at: Option<i64>) -> Result<()> {
        self.put(
            "UPDATE interactions SET answer_due_at = $3 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, at],
        )
    }

    /// The matters whose moment has come, the longest ago first.
    pub fn due_answers(&mut self, now: i64, limit: i64) -> Result<Vec<DueAnswer>> {
        let rows = self.query(
            "SELECT workspace_id, conversation_id, id FROM interactions WHERE answer_due_at <= $1 ORDER BY answer_due_at LIMIT $2",
            params![now, limit],
        )?;
        let read = |row: &crate::Row| {
            let (workspace, conversation) = (WorkspaceId(row.id(0)?), ConversationId(row.id(1)?));
            Ok(DueAnswer { workspace, conversation, interaction: InteractionId(row.id(2)?) })
        };
        rows.iter().map(read).collect()
    }

    /// When automation looks at a matter again for the first time.
    pub fn next_answer(&mut self) -> Result<Option<i64>> {
        let sql = "SELECT answer_due_at FROM interactions WHERE answer_due_at <= $1 ORDER BY answer_due_at LIMIT 1";
        self.query_opt(sql, params![i64::MAX])?.map(|row| row.int(0)).transpose()
    }

    /// The same after a moment, in one workspace.
    pub fn next_answer_after(&mut self, workspace: WorkspaceId, after: i64) -> Result<Option<i64>> {
        let row = self.query_opt(
            "SELECT answer_due_at FROM interactions WHERE answer_due_at > $2 AND workspace_id = $1 ORDER BY answer_due_at LIMIT 1",
            params![workspace, after],
        )?;
        row.map(|row| row.int(0)).transpose()
    }

    /// When automation looks at a matter again, if it does.
    pub fn answer_due_at(&mut self, workspace: WorkspaceId, id: InteractionId) -> Result<Option<i64>> {
        let sql = "SELECT answer_due_at FROM interactions WHERE workspace_id = $1 AND id = $2";
        self.query_opt(sql, params![workspace, id])?.map_or(Ok(None), |row| row.opt_int(0))
    }

    /// A message of ours did not reach the customer. If automation ended a matter with it, it looks at that again now.
    pub fn answer_failed(
        &mut self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        seq: i64,
        now: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE interactions SET answer_due_at = $4 WHERE workspace_id = $1 AND outcome = 'automated' AND id =
               (SELECT m.interaction_id FROM messages m
                WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.seq = $3 AND m.author = 'automation')",
            params![workspace, conversation, seq, now],
        )
    }

    /// A matter that automation had ended goes on with a ticket. Answers whether it had.
    pub fn hand_over_again(&mut self, workspace: WorkspaceId, id: InteractionId, ticket: TicketId) -> Result<bool> {
        let touched = self.execute(
            "UPDATE interactions SET closed_at = NULL, outcome = NULL, answer_due_at = NULL, ticket_id = $3
             WHERE workspace_id = $1 AND id = $2 AND outcome = $4",
            params![workspace, id, ticket, Outcome::Automated.name()],
        )?;
        Ok(touched == 1)
    }

    /// A matter and its ticket are what is open in a thread, and a person is waited for.
    pub fn await_person(
        &mut self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        interaction: InteractionId,
        ticket: TicketId,
        now: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE conversations SET interaction_id = $3, ticket_id = $4, waiting_since = coalesce(waiting_since, $5)
             WHERE workspace_id = $1 AND id = $2",
            params![workspace, conversation, interaction, ticket, now],
        )
    }
}

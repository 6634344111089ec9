//! Where work stands: who has it, whether it was answered, whether it is put aside, how it ended. Each changes when the side changes that
//! has to say something, not with every message.

use domain::ids::{ContactId, ConversationId, TicketId, UserId, WorkspaceId};
use domain::interaction::Outcome;

use super::NO_END;
use crate::tickets::{Snooze, TicketRow, read, ticket_columns};
use crate::{Result, Tx, params};

/// How work ended.
#[derive(Debug, Clone, Copy)]
pub struct Ending<'a> {
    /// With what.
    pub outcome: Outcome,
    /// A sentence about it.
    pub note: Option<&'a str>,
    /// Who ended it.
    pub by: &'a str,
}

impl Tx<'_> {
    /// Somebody has it from now on, or nobody.
    pub fn assign_ticket(
        &mut self,
        workspace: WorkspaceId,
        id: TicketId,
        to: Option<UserId>,
        queue: &str,
        now: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE tickets SET assignee_id = $3, assigned_at = $4, queue = $5, updated_at = $4 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, to, now, queue],
        )
    }

    /// A person answered: nobody waits any more.
    pub fn answer_ticket(&mut self, workspace: WorkspaceId, id: TicketId, now: i64) -> Result<()> {
        self.put(
            "UPDATE tickets SET waiting_since = NULL, answered_at = $3, first_answered_at = coalesce(first_answered_at, $3), updated_at = $3
             WHERE workspace_id = $1 AND id = $2 AND waiting_since IS NOT NULL",
            params![workspace, id, now],
        )
    }

    /// It turned out to be of another type, and belongs elsewhere.
    pub fn retype_ticket(
        &mut self,
        workspace: WorkspaceId,
        id: TicketId,
        kind: &str,
        queue: &str,
        now: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE tickets SET kind = $3, queue = $4, updated_at = $5 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, kind, queue, now],
        )
    }

    /// By when somebody answers, where the customer was told nothing else.
    pub fn set_ticket_due(&mut self, workspace: WorkspaceId, id: TicketId, due_at: i64) -> Result<()> {
        let sql = "UPDATE tickets SET due_at = $3 WHERE workspace_id = $1 AND id = $2";
        self.put(sql, params![workspace, id, due_at])
    }

    /// The answer was taken back: the customer waits since then, as if there had been none.
    pub fn wait_again(
        &mut self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        ticket: Option<TicketId>,
        since: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE conversations SET waiting_since = $3 WHERE workspace_id = $1 AND id = $2",
            params![workspace, conversation, since],
        )?;
        self.put(
            "UPDATE tickets SET waiting_since = $3,
                    answered_at = CASE WHEN first_answered_at = answered_at THEN NULL ELSE first_answered_at END,
                    first_answered_at = CASE WHEN first_answered_at = answered_at THEN NULL ELSE first_answered_at END
             WHERE workspace_id = $1 AND id = $2",
            params![workspace, ticket, since],
        )
    }

    /// What was put aside until a record changes.
    pub fn snoozed_for(&mut self, workspace: WorkspaceId, record: &str) -> Result<Vec<TicketRow>> {
        let rows = self.query(
            concat!(
                "SELECT ",
                ticket_columns!(),
                " FROM tickets t WHERE t.workspace_id = $1 AND t.state = 'open' AND t.snoozed_at IS NOT NULL
                   AND t.snoozed_until > $3 AND t.snoozed_for = $2
                 ORDER BY t.snoozed_until, t.id"
            ),
            params![workspace, record, i64::MIN],
        )?;
        rows.iter().map(read).collect()
    }

    /// Since when we want to hear nothing of a person.
    pub fn blocked_at(&mut self, workspace: WorkspaceId, id: ContactId) -> Result<Option<i64>> {
        let sql = "SELECT blocked_at FROM contacts WHERE workspace_id = $1 AND id = $2";
        Ok(self.query_opt(sql, params![workspace, id])?.map(|row| row.opt_int(0)).transpose()?.flatten())
    }

    /// It is put aside.
    pub fn snooze_ticket(&mut self, workspace: WorkspaceId, id: TicketId, snooze: &Snooze, now: i64) -> Result<()> {
        self.put(
            "UPDATE tickets SET snoozed_at = $3, snoozed_until = $4, snoozed_for = $5, updated_at = $3 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, now, snooze.until.unwrap_or(NO_END), snooze.record.as_deref()],
        )
    }

    /// It is back in the inbox.
    pub fn wake_ticket(&mut self, workspace: WorkspaceId, id: TicketId, now: i64) -> Result<()> {
        self.put(
            "UPDATE tickets SET snoozed_at = NULL, snoozed_until = NULL, snoozed_for = NULL, updated_at = $3
             WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, now],
        )
    }

    /// It is done.
    pub fn close_ticket(&mut self, workspace: WorkspaceId, id: TicketId, ending: &Ending<'_>, now: i64) -> Result<()> {
        self.put(
            "UPDATE tickets SET state = 'resolved', resolved_at = $3, resolved_by = $4, outcome = $5, outcome_note = $6, updated_at = $3,
                    waiting_since = NULL, snoozed_at = NULL, snoozed_until = NULL, snoozed_for = NULL
             WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, now, ending.by, ending.outcome.name(), ending.note],
        )
    }

    /// It was not done after all: whoever it was for waits again.
    pub fn reopen_ticket(&mut self, workspace: WorkspaceId, id: TicketId, now: i64) -> Result<()> {
        self.put(
            "UPDATE tickets SET state = 'open', resolved_at = NULL, resolved_by = NULL, outcome = NULL, outcome_note = NULL,
                    waiting_since = $3, updated_at = $3
             WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, now],
        )
    }

    /// What was put aside until a moment that has come, the earliest first. It stays locked until this transaction ends.
    pub fn due_snoozes(&mut self, workspace: WorkspaceId, now: i64, limit: i64) -> Result<Vec<TicketRow>> {
        let rows = self.query(
            concat!(
                "SELECT ",
                ticket_columns!(),
                " FROM tickets t WHERE t.workspace_id = $1 AND t.state = 'open' AND t.snoozed_at IS NOT NULL AND t.snoozed_until <= $2
                 ORDER BY t.snoozed_until, t.id LIMIT $3 FOR UPDATE SKIP LOCKED"
            ),
            params![workspace, now, limit],
        )?;
        rows.iter().map(read).collect()
    }

    /// When the next of those comes back behind a moment.
    pub fn next_snooze(&mut self, workspace: WorkspaceId, after: i64) -> Result<Option<i64>> {
        let row = self.query_opt(
            "SELECT snoozed_until FROM tickets WHERE workspace_id = $1 AND state = 'open' AND snoozed_at IS NOT NULL
               AND snoozed_until > $2 AND snoozed_until < $3
             ORDER BY snoozed_until LIMIT 1",
            params![workspace, after, NO_END],
        )?;
        row.map(|row| row.int(0)).transpose()
    }

    /// Up to where a person has read a thread, if they ever have.
    pub fn seen(&mut self, workspace: WorkspaceId, user: UserId, conversation: ConversationId) -> Result<Option<i64>> {
        let sql = "SELECT seq FROM seen WHERE workspace_id = $1 AND user_id = $2 AND conversation_id = $3";
        self.query_opt(sql, params![workspace, user, conversation])?.map(|row| row.int(0)).transpose()
    }

    /// What a person last read of a thread.
    pub fn note_seen(
        &mut self,
        workspace: WorkspaceId,
        user: UserId,
        conversation: ConversationId,
        seq: i64,
        now: i64,
    ) -> Result<()> {
        self.put(
            "INSERT INTO seen (workspace_id, user_id, conversation_id, seq, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (workspace_id, user_id, conversation_id) DO UPDATE
             SET seq = CASE WHEN seen.seq < excluded.seq THEN excluded.seq ELSE seen.seq END, at = excluded.at",
            params![workspace, user, conversation, seq, now],
        )?;
        self.put(
            "UPDATE calls SET seen_at = $4 WHERE workspace_id = $1 AND user_id = $2 AND conversation_id = $3 AND seen_at IS NULL",
            params![workspace, user, conversation, now],
        )
    }
}

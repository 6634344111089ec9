//! People as they work: who is in which queue, how much each takes on, and who is there. Times here are machine time.

use domain::desk::{Assignment, Availability};
use domain::ids::{ContactId, ConversationId, TicketId, UserId, WorkspaceId};

use crate::tickets::{read, ticket_columns};
use crate::{Result, Row, StoreError, TicketRow, Tx, params};

/// Somebody as they work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRow {
    /// Who.
    pub user: UserId,
    /// How many conversations they have at once at most, when others give them.
    pub capacity: i64,
    /// The types and languages that they take; all, if there are none.
    pub skills: Vec<String>,
    /// Whether they take work, as they said.
    pub availability: Availability,
    /// Since when.
    pub since: i64,
    /// Their last sign of life.
    pub alive_at: i64,
    /// When their unanswered work went back, if it did since.
    pub released_at: Option<i64>,
}

impl Tx<'_> {
    /// How somebody works, from now on.
    pub fn put_agent(&mut self, workspace: WorkspaceId, row: &AgentRow) -> Result<()> {
        let skills = serde_json::to_string(&row.skills).map_err(|error| StoreError::Unexpected(error.to_string()))?;
        self.put(
            "INSERT INTO agents (workspace_id, user_id, capacity, skills, availability, since, alive_at, released_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (workspace_id, user_id) DO UPDATE
             SET capacity = excluded.capacity, skills = excluded.skills, availability = excluded.availability, since = excluded.since,
                 alive_at = excluded.alive_at, released_at = excluded.released_at",
            params![
                workspace,
                row.user,
                row.capacity,
                skills,
                row.availability.name(),
                row.since,
                row.alive_at,
                row.released_at
            ],
        )
    }

    /// Somebody gave a sign of life: they are there again.
    pub fn note_alive(&mut self, workspace: WorkspaceId, user: UserId, at: i64) -> Result<()> {
        self.put(
            "UPDATE agents SET alive_at = $3, released_at = NULL WHERE workspace_id = $1 AND user_id = $2 AND alive_at < $3",
            params![workspace, user, at],
        )
    }

    /// Everybody who works in a workspace.
    pub fn agents(&mut self, workspace: WorkspaceId) -> Result<Vec<AgentRow>> {
        let rows = self.query(
            "SELECT user_id, capacity, skills, availability, since, alive_at, released_at FROM agents WHERE workspace_id = $1 AND user_id > $2",
            params![workspace, uuid::Uuid::nil()],
        )?;
        rows.iter().map(agent).collect()
    }

    /// One of them.
    pub fn agent(&mut self, workspace: WorkspaceId, user: UserId) -> Result<Option<AgentRow>> {
        let row = self.query_opt(
            "SELECT user_id, capacity, skills, availability, since, alive_at, released_at FROM agents WHERE workspace_id = $1 AND user_id = $2",
            params![workspace, user],
        )?;
        row.as_ref().map(agent).transpose()
    }

    /// Somebody belongs to a queue.
    pub fn add_member(&mut self, workspace: WorkspaceId, queue: &str, user: UserId) -> Result<()> {
        self.put(
            "INSERT INTO queue_members (workspace_id, queue, user_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            params![workspace, queue, user],
        )
    }

    /// Somebody no longer belongs to a queue.
    pub fn remove_member(&mut self, workspace: WorkspaceId, queue: &str, user: UserId) -> Result<()> {
        let sql = "DELETE FROM queue_members WHERE workspace_id = $1 AND queue = $2 AND user_id = $3";
        self.put(sql, params![workspace, queue, user])
    }

    /// Who belongs to which queue.
    pub fn members(&mut self, workspace: WorkspaceId) -> Result<Vec<(String, UserId)>> {
        let rows = self.query(
            "SELECT queue, user_id FROM queue_members WHERE workspace_id = $1 AND queue >= $2",
            params![workspace, ""],
        )?;
        rows.iter().map(|row| Ok((row.text(0)?, UserId(row.id(1)?)))).collect()
    }

    /// How a queue gives its work away.
    pub fn set_assignment(&mut self, workspace: WorkspaceId, queue: &str, how: Assignment) -> Result<()> {
        self.put(
            "INSERT INTO queue_settings (workspace_id, queue, assignment) VALUES ($1, $2, $3)
             ON CONFLICT (workspace_id, queue) DO UPDATE SET assignment = excluded.assignment",
            params![workspace, queue, how.name()],
        )
    }

    /// How the queues give their work away; those that were never set do not.
    pub fn assignments(&mut self, workspace: WorkspaceId) -> Result<Vec<(String, Assignment)>> {
        let rows = self.query(
            "SELECT queue, assignment FROM queue_settings WHERE workspace_id = $1 AND queue >= $2",
            params![workspace, ""],
        )?;
        rows.iter().map(|row| Ok((row.text(0)?, row.named(1)?))).collect()
    }

    /// How many seconds a message of a person can be taken back, if that was ever set.
    pub fn undo_seconds(&mut self, workspace: WorkspaceId) -> Result<Option<i64>> {
        let sql = "SELECT undo_seconds FROM desk_settings WHERE workspace_id = $1";
        self.query_opt(sql, params![workspace])?.map(|row| row.int(0)).transpose()
    }

    /// Sets that.
    pub fn set_undo_seconds(&mut self, workspace: WorkspaceId, seconds: i64) -> Result<()> {
        self.put(
            "INSERT INTO desk_settings (workspace_id, undo_seconds) VALUES ($1, $2)
             ON CONFLICT (workspace_id) DO UPDATE SET undo_seconds = excluded.undo_seconds",
            params![workspace, seconds],
        )
    }

    /// What nobody has in a queue, who waits longest first. `after` is where the last of the page before stands.
    pub fn unassigned_in(
        &mut self,
        workspace: WorkspaceId,
        queue: &str,
        after: Option<(i64, TicketId)>,
        limit: i64,
    ) -> Result<Vec<TicketRow>> {
        let (place, id) = after.unwrap_or((i64::MIN, TicketId(uuid::Uuid::nil())));
        let rows = self.query(
            concat!(
                "SELECT ",
                ticket_columns!(),
                " FROM tickets t WHERE t.workspace_id = $1 AND t.queue = $2 AND t.state = 'open' AND t.snoozed_at IS NULL
                   AND (t.place, t.id) > ($3, $5) AND t.assignee_id IS NULL AND t.waiting_since IS NOT NULL
                 ORDER BY t.place, t.id LIMIT $4"
            ),
            params![workspace, queue, place, limit, id],
        )?;
        rows.iter().map(read).collect()
    }

    /// What somebody has and what of it waits for an answer, up to `limit`.
    pub fn held_by(&mut self, workspace: WorkspaceId, user: UserId, limit: i64) -> Result<Vec<TicketRow>> {
        let rows = self.query(
            concat!(
                "SELECT ",
                ticket_columns!(),
                " FROM tickets t WHERE t.workspace_id = $1 AND t.holder = $2 AND t.state = 'open' AND t.snoozed_at IS NULL
                 ORDER BY t.place, t.id LIMIT $3"
            ),
            params![workspace, user, limit],
        )?;
        rows.iter().map(read).collect()
    }

    /// Who answered a person last, in any of their threads.
    pub fn last_agent_of(
        &mut self,
        workspace: WorkspaceId,
        contact: Option<ContactId>,
        conversation: ConversationId,
    ) -> Result<Option<UserId>> {
        let threads = match contact {
            Some(contact) => self.conversations(workspace, Some(contact), None, 20)?,
            None => self.conversation(workspace, conversation)?.into_iter().collect(),
        };
        let answered = threads.into_iter().filter(|thread| thread.last_agent.is_some());
        Ok(answered.max_by_key(|thread| thread.last_message_at).and_then(|thread| thread.last_agent))
    }

    /// Open tickets whose customer waits for the first answer, and whose promise is over at a moment, or four fifths of it, without that
    /// having been told.
    pub fn owed_answers(&mut self, workspace: WorkspaceId, now: i64, limit: i64) -> Result<Vec<TicketRow>> {
        let rows = self.query(
            concat!(
                "SELECT ",
                ticket_columns!(),
                " FROM tickets t WHERE t.workspace_id = $1 AND t.place < $4 AND t.state = 'open' AND t.snoozed_at IS NULL
                   AND t.first_answered_at IS NULL AND t.escalated_at IS NULL
                   AND (t.due_at <= $2 OR (t.warned_at IS NULL AND t.created_at + (t.due_at - t.created_at) * 4 / 5 <= $2))
                 ORDER BY t.place LIMIT $3"
            ),
            params![workspace, now, limit, 1_i64 << 52],
        )?;
        rows.iter().map(read).collect()
    }

    /// It was told that a promise is nearly over.
    pub fn note_warned(&mut self, workspace: WorkspaceId, id: TicketId, now: i64) -> Result<()> {
        let sql = "UPDATE tickets SET warned_at = $3 WHERE workspace_id = $1 AND id = $2";
        self.put(sql, params![workspace, id, now])
    }

    /// It was told that a promise is over.
    pub fn note_escalated(&mut self, workspace: WorkspaceId, id: TicketId, now: i64) -> Result<()> {
        let sql = "UPDATE tickets SET escalated_at = $3, warned_at = coalesce(warned_at, $3) WHERE workspace_id = $1 AND id = $2";
        self.put(sql, params![workspace, id, now])
    }
}

fn agent(row: &Row) -> Result<AgentRow> {
    Ok(AgentRow {
        user: UserId(row.id(0)?),
        capacity: row.int(1)?,
        skills: row.opt_text(2)?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default(),
        availability: row.named(3)?,
        since: row.int(4)?,
        alive_at: row.int(5)?,
        released_at: row.opt_int(6)?,
    })
}

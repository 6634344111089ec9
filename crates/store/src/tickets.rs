//! Work for people, in queues.

use domain::ids::{ContactId, ConversationId, InteractionId, TicketId, WorkspaceId};
use domain::interaction::TicketState;

use crate::{Result, Row, Tx, params};

/// A ticket to be opened.
#[derive(Debug, Clone)]
pub struct NewTicket {
    /// Its id.
    pub id: TicketId,
    /// Whose, unless ambiguous.
    pub contact: Option<ContactId>,
    /// The thread it came from.
    pub conversation: ConversationId,
    /// The matter it came from.
    pub interaction: InteractionId,
    /// The type of the matter.
    pub kind: Option<String>,
    /// Where it waits.
    pub queue: String,
    /// The message that made it, shortened.
    pub subject: String,
    /// By when somebody answers, milliseconds since 1970.
    pub due_at: i64,
}

/// A ticket as lists show it.
#[derive(Debug, Clone)]
pub struct TicketRow {
    /// The ticket as opened, with what has changed since.
    pub ticket: NewTicket,
    /// Whether it waits.
    pub state: TicketState,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Milliseconds since 1970.
    pub updated_at: i64,
    /// Milliseconds since 1970.
    pub resolved_at: Option<i64>,
    /// Who resolved it.
    pub resolved_by: Option<String>,
}

/// The tickets of a condition, as `read` takes them.
macro_rules! tickets {
    ($from:literal) => {
        concat!(
            "SELECT id, contact_id, conversation_id, interaction_id, kind, queue, subject, due_at, state, created_at, updated_at, \
             resolved_at, resolved_by FROM ",
            $from
        )
    };
}

impl Tx<'_> {
    /// Opens a ticket.
    pub fn add_ticket(&mut self, workspace: WorkspaceId, new: &NewTicket, now: i64) -> Result<()> {
        self.put(
            "INSERT INTO tickets (workspace_id, id, contact_id, conversation_id, interaction_id, kind, queue, state, subject,
                                  due_at, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10, $10)",
            params![
                workspace,
                new.id,
                new.contact,
                new.conversation,
                new.interaction,
                new.kind.as_deref(),
                &new.queue,
                &new.subject,
                new.due_at,
                now
            ],
        )
    }

    /// The open ticket got another message, and maybe a better place to wait.
    pub fn touch_ticket(
        &mut self,
        workspace: WorkspaceId,
        id: TicketId,
        kind: Option<&str>,
        moves_to: Option<&str>,
        now: i64,
    ) -> Result<()> {
        // A queue that is not written leaves the index of the open ones alone.
        match moves_to {
            Some(queue) => self.put(
                "UPDATE tickets SET kind = coalesce($3, kind), queue = $4, updated_at = $5 WHERE workspace_id = $1 AND id = $2",
                params![workspace, id, kind, queue, now],
            ),
            None => self.put(
                "UPDATE tickets SET kind = coalesce($3, kind), updated_at = $4 WHERE workspace_id = $1 AND id = $2",
                params![workspace, id, kind, now],
            ),
        }
    }

    /// Moves a ticket to another state.
    pub fn set_ticket_state(
        &mut self,
        workspace: WorkspaceId,
        id: TicketId,
        state: TicketState,
        by: &str,
        now: i64,
    ) -> Result<()> {
        let (at, by) = match state {
            TicketState::Open => (None, None),
            TicketState::Resolved => (Some(now), Some(by)),
        };
        self.put(
            "UPDATE tickets SET state = $3, resolved_at = $4, resolved_by = $5, updated_at = $6 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, state.name(), at, by, now],
        )
    }

    /// One ticket, which nobody else changes until this transaction ends.
    pub fn ticket_to_change(&mut self, workspace: WorkspaceId, id: TicketId) -> Result<Option<TicketRow>> {
        let sql = "SELECT id FROM tickets WHERE workspace_id = $1 AND id = $2 FOR UPDATE";
        self.query(sql, params![workspace, id])?;
        self.ticket(workspace, id)
    }

    /// One ticket.
    pub fn ticket(&mut self, workspace: WorkspaceId, id: TicketId) -> Result<Option<TicketRow>> {
        let row = self.query_opt(tickets!("tickets WHERE workspace_id = $1 AND id = $2"), params![workspace, id])?;
        row.as_ref().map(read).transpose()
    }

    /// The tickets of these ids, as far as there are any.
    pub fn tickets_by_id(&mut self, workspace: WorkspaceId, ids: &[TicketId]) -> Result<Vec<TicketRow>> {
        let rows = self.query(
            tickets!("tickets WHERE workspace_id = $1 AND id = ANY($2)"),
            params![workspace, ids.iter().map(|id| id.0).collect::<Vec<_>>()],
        )?;
        rows.iter().map(read).collect()
    }

    /// How many tickets wait in each queue that has any.
    pub fn open_ticket_counts(&mut self, workspace: WorkspaceId) -> Result<Vec<(String, i64)>> {
        let sql = "SELECT queue, count(*) FROM tickets WHERE workspace_id = $1 AND state = 'open' GROUP BY queue ORDER BY queue";
        self.query(sql, params![workspace])?.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
    }

    /// A page of tickets, the newest first; of one state and one queue, if given. `before` is the last id of the page before.
    pub fn tickets(
        &mut self,
        workspace: WorkspaceId,
        state: Option<TicketState>,
        queue: Option<&str>,
        before: Option<TicketId>,
        limit: i64,
    ) -> Result<Vec<TicketRow>> {
        let before = before.unwrap_or(TicketId(uuid::Uuid::max()));
        let rows = match (state, queue) {
            (None, None) => self.query(
                tickets!("tickets WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
                params![workspace, before, limit],
            )?,
            (Some(state), None) => self.query(
                tickets!("tickets WHERE workspace_id = $1 AND state = $2 AND id < $3 ORDER BY id DESC LIMIT $4"),
                params![workspace, state.name(), before, limit],
            )?,
            (Some(state), Some(queue)) => self.query(of_queue(state), params![workspace, queue, before, limit])?,
            (None, Some(queue)) => {
                let mut both = self.query(of_queue(TicketState::Open), params![workspace, queue, before, limit])?;
                both.extend(self.query(of_queue(TicketState::Resolved), params![workspace, queue, before, limit])?);
                both
            }
        };
        let mut found = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
        found.sort_unstable_by_key(|row| std::cmp::Reverse(row.ticket.id));
        found.truncate(limit.unsigned_abs() as usize);
        Ok(found)
    }
}

/// Each state has an index of its own, which is used only where the statement names the state.
fn of_queue(state: TicketState) -> &'static str {
    match state {
        TicketState::Open => {
            tickets!(
                "tickets WHERE workspace_id = $1 AND queue = $2 AND state = 'open' AND id < $3 ORDER BY id DESC LIMIT $4"
            )
        }
        TicketState::Resolved => {
            tickets!(
                "tickets WHERE workspace_id = $1 AND queue = $2 AND state = 'resolved' AND id < $3 ORDER BY id DESC LIMIT $4"
            )
        }
    }
}

fn read(row: &Row) -> Result<TicketRow> {
    Ok(TicketRow {
        ticket: NewTicket {
            id: TicketId(row.id(0)?),
            contact: row.opt_id(1)?.map(ContactId),
            conversation: ConversationId(row.id(2)?),
            interaction: InteractionId(row.id(3)?),
            kind: row.opt_text(4)?,
            queue: row.text(5)?,
            subject: row.text(6)?,
            due_at: row.int(7)?,
        },
        state: row.named(8)?,
        created_at: row.int(9)?,
        updated_at: row.int(10)?,
        resolved_at: row.opt_int(11)?,
        resolved_by: row.opt_text(12)?,
    })
}

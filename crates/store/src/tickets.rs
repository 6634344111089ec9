//! Work for people, in queues.

use domain::fact::TicketFacts;
use domain::ids::{ContactId, ConversationId, InteractionId, TicketId, UserId, WorkspaceId};
use domain::interaction::{Outcome, TicketState};

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

/// A ticket as lists show it. Moments are milliseconds since 1970.
#[derive(Debug, Clone)]
pub struct TicketRow {
    /// The ticket as opened, with what has changed since.
    pub ticket: NewTicket,
    /// Whether it waits.
    pub state: TicketState,
    /// When it was opened.
    pub created_at: i64,
    /// When something last changed.
    pub updated_at: i64,
    /// When it was closed.
    pub resolved_at: Option<i64>,
    /// Who closed it.
    pub resolved_by: Option<String>,
    /// Who has it.
    pub assignee: Option<UserId>,
    /// Since when the customer waits for us.
    pub waiting_since: Option<i64>,
    /// When a person first answered.
    pub first_answered_at: Option<i64>,
    /// When a person last ended a wait.
    pub answered_at: Option<i64>,
    /// Until when it is put aside.
    pub snoozed: Option<Snooze>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// A sentence of whoever closed it.
    pub outcome_note: Option<String>,
    /// When it was told that its promise is nearly over.
    pub warned_at: Option<i64>,
    /// When it was told that its promise is over.
    pub escalated_at: Option<i64>,
    /// How content the customer was, as they said.
    pub score: Option<i64>,
}

/// For how long work is put aside. A message of the customer's ends it in any case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snooze {
    /// Until this moment, unless it is open.
    pub until: Option<i64>,
    /// Until this record changes: its kind and id, with a slash between.
    pub record: Option<String>,
}

/// What a message changes in the open ticket.
#[derive(Debug, Clone, Copy, Default)]
pub struct TicketTouch<'a> {
    /// The type that it turned out to be of.
    pub kind: Option<&'a str>,
    /// A better place to wait.
    pub queue: Option<&'a str>,
    /// The customer waits from now on, and did not before.
    pub waits: bool,
}

/// The columns of a ticket `t`, as `read` takes them.
macro_rules! ticket_columns {
    () => {
        "t.id, t.contact_id, t.conversation_id, t.interaction_id, t.kind, t.queue, t.subject, t.due_at, t.state, t.created_at, \
         t.updated_at, t.resolved_at, t.resolved_by, t.assignee_id, t.waiting_since, t.first_answered_at, t.answered_at, \
         t.snoozed_at, t.snoozed_until, t.snoozed_for, t.outcome, t.outcome_note, t.warned_at, t.escalated_at, t.score"
    };
}
pub(crate) use ticket_columns;

/// How many they are.
pub(crate) const TICKET_COLUMNS: usize = 25;

/// The tickets of a condition.
macro_rules! tickets {
    ($from:literal) => {
        concat!("SELECT ", ticket_columns!(), " FROM ", $from)
    };
}

impl TicketRow {
    /// What conditions look at.
    pub fn facts(&self) -> TicketFacts {
        TicketFacts {
            state: self.state,
            kind: self.ticket.kind.clone(),
            queue: self.ticket.queue.clone(),
            opened_at: self.created_at,
            resolved_at: self.resolved_at,
            outcome: self.outcome,
            score: self.score,
        }
    }
}

impl Tx<'_> {
    /// Opens a ticket, for which somebody waits from now on.
    pub fn add_ticket(&mut self, workspace: WorkspaceId, new: &NewTicket, now: i64) -> Result<()> {
        self.put(
            "INSERT INTO tickets (workspace_id, id, contact_id, conversation_id, interaction_id, kind, queue, state, subject,
                                  due_at, created_at, updated_at, waiting_since)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8, $9, $10, $10, $10)",
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

    /// The open ticket got another message. A usual one leaves every index alone.
    pub fn touch_ticket(
        &mut self,
        workspace: WorkspaceId,
        id: TicketId,
        touch: &TicketTouch<'_>,
        now: i64,
    ) -> Result<()> {
        if let TicketTouch { kind: None, queue: None, waits: false } = touch {
            return self.put(
                "UPDATE tickets SET updated_at = $3 WHERE workspace_id = $1 AND id = $2",
                params![workspace, id, now],
            );
        }
        self.put(
            "UPDATE tickets SET kind = coalesce($3, kind), queue = coalesce($4, queue), waiting_since = coalesce($5, waiting_since),
                    updated_at = $6
             WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, touch.kind, touch.queue, touch.waits.then_some(now), now],
        )
    }

    /// The customer says how content they were.
    pub fn set_ticket_score(&mut self, workspace: WorkspaceId, id: TicketId, score: i64, now: i64) -> Result<()> {
        let sql = "UPDATE tickets SET score = $3, updated_at = $4 WHERE workspace_id = $1 AND id = $2";
        self.put(sql, params![workspace, id, score, now])
    }

    /// One ticket, which nobody else changes until this transaction ends.
    pub fn ticket_to_change(&mut self, workspace: WorkspaceId, id: TicketId) -> Result<Option<TicketRow>> {
        let sql = "SELECT id FROM tickets WHERE workspace_id = $1 AND id = $2 FOR UPDATE";
        self.query(sql, params![workspace, id])?;
        self.ticket(workspace, id)
    }

    /// One ticket.
    pub fn ticket(&mut self, workspace: WorkspaceId, id: TicketId) -> Result<Option<TicketRow>> {
        let row = self.query_opt(tickets!("tickets t WHERE workspace_id = $1 AND id = $2"), params![workspace, id])?;
        row.as_ref().map(read).transpose()
    }

    /// The tickets of these ids, as far as there are any.
    pub fn tickets_by_id(&mut self, workspace: WorkspaceId, ids: &[TicketId]) -> Result<Vec<TicketRow>> {
        let rows = self.query(
            tickets!("tickets t WHERE workspace_id = $1 AND id = ANY($2)"),
            params![workspace, ids.iter().map(|id| id.0).collect::<Vec<_>>()],
        )?;
        rows.iter().map(read).collect()
    }

    /// Of each thread of a person the open ticket and the one that was closed last, the newest first.
    pub fn latest_tickets_of(
        &mut self,
        workspace: WorkspaceId,
        contact: ContactId,
        limit: i64,
    ) -> Result<Vec<TicketRow>> {
        let threads = self.conversations(workspace, Some(contact), None, limit)?;
        let mut ids: Vec<TicketId> =
            threads.iter().flat_map(|thread| [thread.ticket, thread.last_ticket]).flatten().collect();
        ids.sort_unstable_by_key(|id| std::cmp::Reverse(*id));
        ids.dedup();
        let mut found = if ids.is_empty() { Vec::new() } else { self.tickets_by_id(workspace, &ids)? };
        found.sort_unstable_by_key(|row| std::cmp::Reverse(row.ticket.id));
        Ok(found)
    }

    /// How many tickets wait in each queue that has any.
    pub fn open_ticket_counts(&mut self, workspace: WorkspaceId) -> Result<Vec<(String, i64)>> {
        let sql = "SELECT queue, count(*) FROM tickets WHERE workspace_id = $1 AND state = 'open' GROUP BY queue ORDER BY queue";
        self.query(sql, params![workspace])?.iter().map(|row| Ok((row.text(0)?, row.int(1)?))).collect()
    }

    /// How many tickets of a person are open.
    pub fn open_tickets_of(&mut self, workspace: WorkspaceId, contact: ContactId) -> Result<i64> {
        // A thread has one open ticket at most, and knows which.
        let sql = "SELECT count(ticket_id) FROM conversations WHERE workspace_id = $1 AND contact_id = $2";
        self.query_one(sql, params![workspace, contact])?.int(0)
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
                tickets!("tickets t WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
                params![workspace, before, limit],
            )?,
            (Some(state), None) => self.query(
                tickets!("tickets t WHERE workspace_id = $1 AND state = $2 AND id < $3 ORDER BY id DESC LIMIT $4"),
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
                "tickets t WHERE workspace_id = $1 AND queue = $2 AND state = 'open' AND id < $3 ORDER BY id DESC LIMIT $4"
            )
        }
        TicketState::Resolved => {
            tickets!(
                "tickets t WHERE workspace_id = $1 AND queue = $2 AND state = 'resolved' AND id < $3 ORDER BY id DESC LIMIT $4"
            )
        }
    }
}

/// A ticket at the beginning of a row.
pub(crate) fn read(row: &Row) -> Result<TicketRow> {
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
        assignee: row.opt_id(13)?.map(UserId),
        waiting_since: row.opt_int(14)?,
        first_answered_at: row.opt_int(15)?,
        answered_at: row.opt_int(16)?,
        snoozed: snooze(row)?,
        outcome: row.opt_named(20)?,
        outcome_note: row.opt_text(21)?,
        warned_at: row.opt_int(22)?,
        escalated_at: row.opt_int(23)?,
        score: row.opt_int(24)?,
    })
}

fn snooze(row: &Row) -> Result<Option<Snooze>> {
    if row.opt_int(17)?.is_none() {
        return Ok(None);
    }
    let until = row.opt_int(18)?.filter(|until| *until < crate::desk::NO_END);
    Ok(Some(Snooze { until, record: row.opt_text(19)? }))
}

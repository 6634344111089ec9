//! Matters: from the first message about something to its outcome.

use domain::Category;
use domain::ids::{ContactId, ConversationId, InteractionId, TicketId, WorkspaceId};
use domain::interaction::Outcome;

use crate::{Result, Row, Tx, params};

/// A matter to be opened.
#[derive(Debug, Clone)]
pub struct NewInteraction {
    /// Its id.
    pub id: InteractionId,
    /// Where it goes on.
    pub conversation: ConversationId,
    /// Whose, unless ambiguous.
    pub contact: Option<ContactId>,
    /// The workflow version it stays on.
    pub workflow_version: i64,
    /// When it opened, and what is known of it then.
    pub change: InteractionChange,
}

/// What a message changes in a matter.
#[derive(Debug, Clone)]
pub struct InteractionChange {
    /// When the customer wrote, milliseconds since 1970.
    pub last_inbound_at: i64,
    /// The beginning of what the customer wrote about it.
    pub text: String,
    /// Its type.
    pub kind: Option<String>,
    /// Its category.
    pub category: Option<Category>,
    /// How sure.
    pub confidence: f32,
    /// When the customer was told that it arrived.
    pub acknowledged_at: Option<i64>,
    /// Its ticket.
    pub ticket: Option<TicketId>,
    /// How it ended, if it did at once.
    pub outcome: Option<Outcome>,
}

/// A matter as lists show it.
#[derive(Debug, Clone)]
pub struct InteractionRow {
    /// Its id.
    pub id: InteractionId,
    /// Where it went on.
    pub conversation: ConversationId,
    /// Whose.
    pub contact: Option<ContactId>,
    /// When it opened, milliseconds since 1970.
    pub opened_at: i64,
    /// Its type.
    pub kind: Option<String>,
    /// Its category.
    pub category: Option<Category>,
    /// How sure.
    pub confidence: f64,
    /// The workflow version it is on.
    pub workflow_version: i64,
    /// When the customer was told that it arrived.
    pub acknowledged_at: Option<i64>,
    /// Its ticket.
    pub ticket: Option<TicketId>,
    /// When it ended.
    pub closed_at: Option<i64>,
    /// How it ended.
    pub outcome: Option<Outcome>,
}

impl Tx<'_> {
    /// Opens a matter.
    pub fn add_interaction(&mut self, workspace: WorkspaceId, new: &NewInteraction, now: i64) -> Result<()> {
        let change = &new.change;
        self.put(
            "INSERT INTO interactions (workspace_id, id, conversation_id, contact_id, opened_at, last_inbound_at, text, kind,
                                       category, confidence, workflow_version, acknowledged_at, ticket_id, closed_at, outcome)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            params![
                workspace,
                new.id,
                new.conversation,
                new.contact,
                now,
                change.last_inbound_at,
                &change.text,
                change.kind.as_deref(),
                change.category.map(Category::name),
                f64::from(change.confidence),
                new.workflow_version,
                change.acknowledged_at,
                change.ticket,
                change.outcome.map(|_| now),
                change.outcome.map(Outcome::name)
            ],
        )
    }

    /// Writes down what a further message changed.
    pub fn update_interaction(
        &mut self,
        workspace: WorkspaceId,
        id: InteractionId,
        change: &InteractionChange,
        now: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE interactions SET last_inbound_at = $3, text = $4, kind = $5, category = $6, confidence = $7,
                    acknowledged_at = $8, ticket_id = $9, closed_at = $10, outcome = $11
             WHERE workspace_id = $1 AND id = $2",
            params![
                workspace,
                id,
                change.last_inbound_at,
                &change.text,
                change.kind.as_deref(),
                change.category.map(Category::name),
                f64::from(change.confidence),
                change.acknowledged_at,
                change.ticket,
                change.outcome.map(|_| now),
                change.outcome.map(Outcome::name)
            ],
        )
    }

    /// Ends a matter. Answers whether it was open.
    pub fn close_interaction(
        &mut self,
        workspace: WorkspaceId,
        id: InteractionId,
        outcome: Outcome,
        now: i64,
    ) -> Result<bool> {
        let touched = self.execute(
            "UPDATE interactions SET closed_at = $3, outcome = $4 WHERE workspace_id = $1 AND id = $2 AND closed_at IS NULL",
            params![workspace, id, now, outcome.name()],
        )?;
        Ok(touched == 1)
    }

    /// One matter.
    pub fn interaction(&mut self, workspace: WorkspaceId, id: InteractionId) -> Result<Option<InteractionRow>> {
        let row = self.query_opt(
            "SELECT id, conversation_id, contact_id, opened_at, kind, category, confidence, workflow_version, acknowledged_at,
                    ticket_id, closed_at, outcome
             FROM interactions WHERE workspace_id = $1 AND id = $2",
            params![workspace, id],
        )?;
        row.as_ref().map(read).transpose()
    }

    /// The matters of these ids, as far as there are any.
    pub fn interactions_by_id(&mut self, workspace: WorkspaceId, ids: &[InteractionId]) -> Result<Vec<InteractionRow>> {
        let rows = self.query(
            "SELECT id, conversation_id, contact_id, opened_at, kind, category, confidence, workflow_version, acknowledged_at,
                    ticket_id, closed_at, outcome
             FROM interactions WHERE workspace_id = $1 AND id = ANY($2)",
            params![workspace, ids.iter().map(|id| id.0).collect::<Vec<_>>()],
        )?;
        rows.iter().map(read).collect()
    }

    /// A page of matters, the newest first. `before` is the last id of the page before.
    pub fn interactions(
        &mut self,
        workspace: WorkspaceId,
        before: Option<InteractionId>,
        limit: i64,
    ) -> Result<Vec<InteractionRow>> {
        let rows = self.query(
            "SELECT id, conversation_id, contact_id, opened_at, kind, category, confidence, workflow_version, acknowledged_at,
                    ticket_id, closed_at, outcome
             FROM interactions WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
            params![workspace, before.map_or(uuid::Uuid::max(), |id| id.0), limit],
        )?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<InteractionRow> {
    Ok(InteractionRow {
        id: InteractionId(row.id(0)?),
        conversation: ConversationId(row.id(1)?),
        contact: row.opt_id(2)?.map(ContactId),
        opened_at: row.int(3)?,
        kind: row.opt_text(4)?,
        category: row.opt_named(5)?,
        confidence: row.real(6)?,
        workflow_version: row.int(7)?,
        acknowledged_at: row.opt_int(8)?,
        ticket: row.opt_id(9)?.map(TicketId),
        closed_at: row.opt_int(10)?,
        outcome: row.opt_named(11)?,
    })
}

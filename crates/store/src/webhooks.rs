//! What the platform posted: raw bodies, what has had its effect, and what belongs to no conversation. And the timeline's events.

use domain::ids::{BodyId, ContactId, ConversationId, EventId, NoticeId, WorkspaceId};
use domain::interaction::Step;

use crate::tx::Question;
use crate::{Dialect, Result, Row, StoreError, Tx, params};

/// Something from the platform that belongs to no conversation.
#[derive(Debug, Clone)]
pub struct NoticeRow {
    /// Its id.
    pub id: NoticeId,
    /// Milliseconds since 1970.
    pub received_at: i64,
    /// `unclaimed_number`, `unknown_field`, `malformed`, `platform_error`, `account`.
    pub kind: String,
    /// The number or the field.
    pub subject: String,
    /// In a sentence.
    pub detail: String,
    /// As it was posted, JSON.
    pub raw: String,
}

/// An entry of a contact's timeline that is not a message.
#[derive(Debug, Clone)]
pub struct EventRow {
    /// Its id.
    pub id: EventId,
    /// Whose timeline.
    pub contact: ContactId,
    /// The thread it concerns.
    pub conversation: Option<ConversationId>,
    /// Milliseconds since 1970.
    pub at: i64,
    /// Who did it: a key's name, `automation`, `whatsapp`.
    pub by: String,
    /// What.
    pub step: Step,
}

impl Tx<'_> {
    /// Claims an effect. `false`: it took place before, and must not again. Meta's time stands in front because it is the same on every
    /// redelivery and keeps the keys of a day side by side on disk.
    pub fn claim_effect(&mut self, workspace: WorkspaceId, at: i64, key: &[u8]) -> Result<bool> {
        let sql = "INSERT INTO effects (workspace_id, at, key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        Ok(self.execute(sql, params![workspace, at, key])? == 1)
    }

    /// The same for a unit that holds a lock which everybody else who claims this effect needs too: then the answer can be had before
    /// the claim is written, and the claim travels with the other writes. Without that lock the later of two fails.
    pub fn claim_locked_effect(&mut self, workspace: WorkspaceId, at: i64, key: &[u8]) -> Result<bool> {
        if self.dialect() == Dialect::Sqlite {
            return self.claim_effect(workspace, at, key);
        }
        if !self.ask(effect(workspace, at, key))?.is_empty() {
            return Ok(false);
        }
        let sql = "INSERT INTO effects (workspace_id, at, key) VALUES ($1, $2, $3)";
        self.put(sql, params![workspace, at, key])?;
        Ok(true)
    }

    /// Keeps a webhook body as it was posted.
    pub fn add_body(&mut self, workspace: WorkspaceId, id: BodyId, body: &[u8], now: i64) -> Result<()> {
        self.put(
            "INSERT INTO webhook_bodies (workspace_id, id, received_at, body) VALUES ($1, $2, $3, $4)",
            params![workspace, id, now, body],
        )
    }

    /// A webhook body as it was posted.
    pub fn body(&mut self, workspace: WorkspaceId, id: BodyId) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT body FROM webhook_bodies WHERE workspace_id = $1 AND id = $2";
        self.query_opt(sql, params![workspace, id])?.map(|row| row.bytes(0)).transpose()
    }

    /// Keeps something that belongs to no conversation.
    pub fn add_notice(&mut self, workspace: WorkspaceId, notice: &NoticeRow) -> Result<()> {
        self.put(
            "INSERT INTO notices (workspace_id, id, received_at, kind, subject, detail, raw) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            params![
                workspace,
                notice.id,
                notice.received_at,
                &notice.kind,
                &notice.subject,
                &notice.detail,
                &notice.raw
            ],
        )
    }

    /// A page of such things, the newest first. `before` is the last id of the page before.
    pub fn notices(&mut self, workspace: WorkspaceId, before: Option<NoticeId>, limit: i64) -> Result<Vec<NoticeRow>> {
        let rows = self.query(
            "SELECT id, received_at, kind, subject, detail, raw FROM notices
             WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
            params![workspace, before.map_or(uuid::Uuid::max(), |id| id.0), limit],
        )?;
        rows.iter().map(notice).collect()
    }

    /// Such things of these ids, as far as there are any.
    pub fn notices_by_id(&mut self, workspace: WorkspaceId, ids: &[NoticeId]) -> Result<Vec<NoticeRow>> {
        let rows = self.query(
            "SELECT id, received_at, kind, subject, detail, raw FROM notices WHERE workspace_id = $1 AND id = ANY($2)",
            params![workspace, ids.iter().map(|id| id.0).collect::<Vec<_>>()],
        )?;
        rows.iter().map(notice).collect()
    }

    /// Writes into a contact's timeline.
    pub fn add_event(&mut self, workspace: WorkspaceId, event: &EventRow) -> Result<()> {
        let step = serde_json::to_string(&event.step).map_err(|error| StoreError::Unexpected(error.to_string()))?;
        self.put(
            "INSERT INTO events (workspace_id, contact_id, id, conversation_id, at, actor, step) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            params![workspace, event.contact, event.id, event.conversation, event.at, &event.by, step],
        )
    }

    /// The latest events of a contact, oldest first.
    pub fn events(&mut self, workspace: WorkspaceId, contact: ContactId, limit: i64) -> Result<Vec<EventRow>> {
        let rows = self.query(
            "SELECT id, contact_id, conversation_id, at, actor, step FROM events
             WHERE workspace_id = $1 AND contact_id = $2 ORDER BY id DESC LIMIT $3",
            params![workspace, contact, limit],
        )?;
        let event = |row: &Row| {
            Ok(EventRow {
                id: EventId(row.id(0)?),
                contact: ContactId(row.id(1)?),
                conversation: row.opt_id(2)?.map(ConversationId),
                at: row.int(3)?,
                by: row.text(4)?,
                step: serde_json::from_str(&row.text(5)?).map_err(|error| StoreError::Unexpected(error.to_string()))?,
            })
        };
        rows.iter().rev().map(event).collect()
    }
}

fn notice(row: &Row) -> Result<NoticeRow> {
    Ok(NoticeRow {
        id: NoticeId(row.id(0)?),
        received_at: row.int(1)?,
        kind: row.text(2)?,
        subject: row.text(3)?,
        detail: row.text(4)?,
        raw: row.text(5)?,
    })
}

pub(crate) fn effect(workspace: WorkspaceId, at: i64, key: &[u8]) -> Question {
    let sql = "SELECT 1 FROM effects WHERE workspace_id = $1 AND at = $2 AND key = $3";
    Question { sql, params: params![workspace, at, key] }
}

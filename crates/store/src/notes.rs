//! What people say to each other beside a conversation, and whom it calls.

use domain::desk::CallReason;
use domain::ids::{ConversationId, EventId, UserId, WorkspaceId};

use crate::{Result, Row, StoreError, Tx, params};

/// A note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteRow {
    /// Its id.
    pub id: EventId,
    /// Beside which thread.
    pub conversation: ConversationId,
    /// Who wrote it, by name.
    pub by: String,
    /// Who, if they signed in.
    pub author: Option<UserId>,
    /// What; nothing once it was deleted.
    pub text: String,
    /// Whom it calls.
    pub mentions: Vec<UserId>,
    /// When, milliseconds since 1970.
    pub at: i64,
    /// When it was deleted.
    pub deleted_at: Option<i64>,
}

/// Somebody who is called to a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallRow {
    /// Its id.
    pub id: EventId,
    /// Who.
    pub user: UserId,
    /// To which.
    pub conversation: ConversationId,
    /// Why.
    pub reason: CallReason,
    /// By whom.
    pub by: String,
    /// When, milliseconds since 1970.
    pub at: i64,
    /// When they looked.
    pub seen_at: Option<i64>,
}

impl Tx<'_> {
    /// Writes a note down.
    pub fn add_note(&mut self, workspace: WorkspaceId, note: &NoteRow) -> Result<()> {
        let mentions: Vec<String> = note.mentions.iter().map(UserId::to_string).collect();
        let mentions = serde_json::to_string(&mentions).map_err(|error| StoreError::Unexpected(error.to_string()))?;
        self.put(
            "INSERT INTO conversation_notes (workspace_id, conversation_id, id, author, author_id, text, mentions, at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            params![workspace, note.conversation, note.id, &note.by, note.author, &note.text, mentions, note.at],
        )
    }

    /// Deletes a note: that there was one stays.
    pub fn delete_note(
        &mut self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        id: EventId,
        now: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE conversation_notes SET text = '', mentions = NULL, deleted_at = $4
             WHERE workspace_id = $1 AND conversation_id = $2 AND id = $3",
            params![workspace, conversation, id, now],
        )
    }

    /// One note.
    pub fn note(
        &mut self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        id: EventId,
    ) -> Result<Option<NoteRow>> {
        let row = self.query_opt(
            "SELECT id, conversation_id, author, author_id, text, mentions, at, deleted_at FROM conversation_notes
             WHERE workspace_id = $1 AND conversation_id = $2 AND id = $3",
            params![workspace, conversation, id],
        )?;
        row.as_ref().map(note).transpose()
    }

    /// The latest notes beside a thread, oldest first.
    pub fn notes(&mut self, workspace: WorkspaceId, conversation: ConversationId, limit: i64) -> Result<Vec<NoteRow>> {
        let rows = self.query(
            "SELECT id, conversation_id, author, author_id, text, mentions, at, deleted_at FROM conversation_notes
             WHERE workspace_id = $1 AND conversation_id = $2 ORDER BY id DESC LIMIT $3",
            params![workspace, conversation, limit],
        )?;
        rows.iter().rev().map(note).collect()
    }

    /// Calls somebody.
    pub fn add_call(&mut self, workspace: WorkspaceId, call: &CallRow) -> Result<()> {
        self.put(
            "INSERT INTO calls (workspace_id, user_id, id, conversation_id, reason, by, at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            params![workspace, call.user, call.id, call.conversation, call.reason.name(), &call.by, call.at],
        )
    }

    /// To what somebody was called, the latest first. `before` is the last id of the page before.
    pub fn calls(
        &mut self,
        workspace: WorkspaceId,
        user: UserId,
        before: Option<EventId>,
        limit: i64,
    ) -> Result<Vec<CallRow>> {
        let rows = self.query(
            "SELECT id, user_id, conversation_id, reason, by, at, seen_at FROM calls
             WHERE workspace_id = $1 AND user_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4",
            params![workspace, user, before.map_or(uuid::Uuid::max(), |id| id.0), limit],
        )?;
        let call = |row: &Row| {
            Ok(CallRow {
                id: EventId(row.id(0)?),
                user: UserId(row.id(1)?),
                conversation: ConversationId(row.id(2)?),
                reason: row.named(3)?,
                by: row.text(4)?,
                at: row.int(5)?,
                seen_at: row.opt_int(6)?,
            })
        };
        rows.iter().map(call).collect()
    }
}

fn note(row: &Row) -> Result<NoteRow> {
    let mentions: Vec<UserId> = row.opt_text(5)?.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    Ok(NoteRow {
        id: EventId(row.id(0)?),
        conversation: ConversationId(row.id(1)?),
        by: row.text(2)?,
        author: row.opt_id(3)?.map(UserId),
        text: row.text(4)?,
        mentions,
        at: row.int(6)?,
        deleted_at: row.opt_int(7)?,
    })
}

//! What people have begun to write, and who is in a conversation at this moment.

use domain::desk::Doing;
use domain::ids::{ConversationId, UserId, WorkspaceId};

use crate::desk::draft;
use crate::{Draft, Result, Tx, params};

/// Somebody in a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceRow {
    /// Where.
    pub conversation: ConversationId,
    /// Who.
    pub user: UserId,
    /// By name.
    pub name: String,
    /// Doing what.
    pub doing: Doing,
}

impl Tx<'_> {
    /// Keeps what somebody has begun to write.
    pub fn put_draft(&mut self, workspace: WorkspaceId, draft: &Draft) -> Result<()> {
        self.put(
            "INSERT INTO drafts (workspace_id, conversation_id, user_id, text, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (workspace_id, conversation_id, user_id) DO UPDATE SET text = excluded.text, at = excluded.at",
            params![workspace, draft.conversation, draft.user, &draft.text, draft.at],
        )
    }

    /// It was sent, or given up. Answers whether there was one.
    pub fn delete_draft(&mut self, workspace: WorkspaceId, conversation: ConversationId, user: UserId) -> Result<bool> {
        let sql = "DELETE FROM drafts WHERE workspace_id = $1 AND conversation_id = $2 AND user_id = $3";
        Ok(self.execute(sql, params![workspace, conversation, user])? == 1)
    }

    /// What people have begun to write in a thread.
    pub fn drafts(&mut self, workspace: WorkspaceId, conversation: ConversationId) -> Result<Vec<Draft>> {
        let sql =
            "SELECT conversation_id, user_id, text, at FROM drafts WHERE workspace_id = $1 AND conversation_id = $2";
        self.query(sql, params![workspace, conversation])?.iter().map(draft).collect()
    }

    /// Somebody is in a conversation. Machine time.
    pub fn note_presence(&mut self, workspace: WorkspaceId, one: &PresenceRow, machine_now: i64) -> Result<()> {
        self.put(
            "INSERT INTO presence (workspace_id, conversation_id, user_id, name, doing, at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (workspace_id, conversation_id, user_id) DO UPDATE
             SET name = excluded.name, doing = excluded.doing, at = excluded.at",
            params![workspace, one.conversation, one.user, &one.name, one.doing.name(), machine_now],
        )
    }

    /// Somebody left.
    pub fn end_presence(&mut self, workspace: WorkspaceId, conversation: ConversationId, user: UserId) -> Result<()> {
        let sql = "DELETE FROM presence WHERE workspace_id = $1 AND conversation_id = $2 AND user_id = $3";
        self.put(sql, params![workspace, conversation, user])
    }

    /// Who is in which conversation: those who said so after a moment of machine time.
    pub fn presence(&mut self, workspace: WorkspaceId, since: i64) -> Result<Vec<PresenceRow>> {
        let rows = self.query(
            "SELECT conversation_id, user_id, name, doing FROM presence WHERE workspace_id = $1 AND at > $2",
            params![workspace, since],
        )?;
        let mut present = rows
            .iter()
            .map(|row| {
                Ok(PresenceRow {
                    conversation: ConversationId(row.id(0)?),
                    user: UserId(row.id(1)?),
                    name: row.text(2)?,
                    doing: row.named(3)?,
                })
            })
            .collect::<Result<Vec<_>>>()?;
        present.sort_unstable_by_key(|one| (one.conversation, one.user));
        Ok(present)
    }

    /// Forgets who was where before a moment of machine time.
    pub fn forget_presence(&mut self, workspace: WorkspaceId, before: i64) -> Result<()> {
        self.put("DELETE FROM presence WHERE workspace_id = $1 AND at < $2", params![workspace, before])
    }
}

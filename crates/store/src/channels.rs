//! Workspaces and their WhatsApp numbers.

use domain::ids::{ChannelId, WorkspaceId};

use crate::{Result, Row, Tx, params};

/// A WhatsApp business number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Its id here.
    pub id: ChannelId,
    /// Its id at Meta.
    pub phone_number_id: String,
    /// The WhatsApp business account at Meta.
    pub waba_id: String,
    /// The number that customers see.
    pub display_phone_number: String,
    /// Why nothing is sent, if nothing is.
    pub paused_reason: Option<String>,
    /// Why nothing but answers is sent, if that is so.
    pub replies_only_reason: Option<String>,
    /// Machine time, milliseconds, of the latest send that WhatsApp has reported on.
    pub reported_up_to: i64,
}

impl Tx<'_> {
    /// The id of the workspace of that name; made if absent.
    pub fn ensure_workspace(&mut self, fresh: WorkspaceId, name: &str, now: i64) -> Result<WorkspaceId> {
        self.execute(
            "INSERT INTO workspaces (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
            params![fresh, name, now],
        )?;
        Ok(WorkspaceId(self.query_one("SELECT id FROM workspaces WHERE name = $1", params![name])?.id(0)?))
    }

    /// The workspace of that name.
    pub fn workspace_named(&mut self, name: &str) -> Result<Option<WorkspaceId>> {
        let row = self.query_opt("SELECT id FROM workspaces WHERE name = $1", params![name])?;
        row.map(|row| Ok(WorkspaceId(row.id(0)?))).transpose()
    }

    /// The name of a workspace, and when it was made.
    pub fn workspace(&mut self, id: WorkspaceId) -> Result<Option<(String, i64)>> {
        let row = self.query_opt("SELECT name, created_at FROM workspaces WHERE id = $1", params![id])?;
        row.map(|row| Ok((row.text(0)?, row.int(1)?))).transpose()
    }

    /// Every workspace with its name.
    pub fn workspaces(&mut self) -> Result<Vec<(WorkspaceId, String)>> {
        let rows = self.query("SELECT id, name FROM workspaces ORDER BY id", params![])?;
        rows.iter().map(|row| Ok((WorkspaceId(row.id(0)?), row.text(1)?))).collect()
    }

    /// The channel of `channel.phone_number_id`, made or brought up to date. A number that belongs to another workspace stays there:
    /// the answer then names that workspace.
    pub fn ensure_channel(&mut self, channel: &Channel, now: i64) -> Result<Channel> {
        self.execute(
            "INSERT INTO channels (workspace_id, id, phone_number_id, waba_id, display_phone_number, created_at)
             VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (phone_number_id) DO UPDATE
             SET waba_id = excluded.waba_id, display_phone_number = excluded.display_phone_number
             WHERE channels.workspace_id = excluded.workspace_id",
            params![
                channel.workspace,
                channel.id,
                &channel.phone_number_id,
                &channel.waba_id,
                &channel.display_phone_number,
                now
            ],
        )?;
        let row = self.query_one(
            "SELECT workspace_id, id, phone_number_id, waba_id, display_phone_number, paused_reason, reported_up_to, replies_only_reason
             FROM channels WHERE phone_number_id = $1",
            params![&channel.phone_number_id],
        )?;
        read(&row)
    }

    /// The channels of a workspace.
    pub fn channels(&mut self, workspace: WorkspaceId) -> Result<Vec<Channel>> {
        let rows = self.query(
            "SELECT workspace_id, id, phone_number_id, waba_id, display_phone_number, paused_reason, reported_up_to, replies_only_reason
             FROM channels WHERE workspace_id = $1 ORDER BY id",
            params![workspace],
        )?;
        rows.iter().map(read).collect()
    }

    /// Stops, or with `None` resumes, the sends of a channel.
    pub fn pause_channel(&mut self, workspace: WorkspaceId, id: ChannelId, reason: Option<&str>) -> Result<bool> {
        let sql = "UPDATE channels SET paused_reason = $3 WHERE workspace_id = $1 AND id = $2";
        Ok(self.execute(sql, params![workspace, id, reason])? == 1)
    }

    /// Lets only answers leave a channel, or with `None` everything again.
    pub fn limit_to_replies(&mut self, workspace: WorkspaceId, id: ChannelId, reason: Option<&str>) -> Result<bool> {
        let sql = "UPDATE channels SET replies_only_reason = $3 WHERE workspace_id = $1 AND id = $2";
        Ok(self.execute(sql, params![workspace, id, reason])? == 1)
    }

    /// Notes that reports arrive: one on a send of that time did.
    pub fn note_reports(&mut self, workspace: WorkspaceId, id: ChannelId, up_to: i64) -> Result<()> {
        self.put(
            "UPDATE channels SET reported_up_to = $3 WHERE workspace_id = $1 AND id = $2 AND reported_up_to < $3",
            params![workspace, id, up_to],
        )
    }
}

fn read(row: &Row) -> Result<Channel> {
    Ok(Channel {
        workspace: WorkspaceId(row.id(0)?),
        id: ChannelId(row.id(1)?),
        phone_number_id: row.text(2)?,
        waba_id: row.text(3)?,
        display_phone_number: row.text(4)?,
        paused_reason: row.opt_text(5)?,
        reported_up_to: row.int(6)?,
        replies_only_reason: row.opt_text(7)?,
    })
}

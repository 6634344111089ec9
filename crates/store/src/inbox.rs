//! Parts of webhook bodies that wait: what failed, and what must not overtake it.

use domain::ids::{BodyId, ChannelId, WorkId, WorkspaceId};

use crate::tx::Question;
use crate::{Result, Row, Tx, params};

/// A part to be processed later.
#[derive(Debug, Clone)]
pub struct NewWork {
    /// Its id; the order of ids is the order of arrival.
    pub id: WorkId,
    /// The body it came in.
    pub body: BodyId,
    /// The number of ours that it came to.
    pub channel: ChannelId,
    /// The webhook field it came under.
    pub field: String,
    /// The item itself, JSON.
    pub part: String,
    /// The match key of the sender's phone.
    pub sender_phone: Option<String>,
    /// The sender's user id.
    pub sender_user: Option<String>,
    /// Why it waits.
    pub error: Option<String>,
}

/// A part that waits, or that was given up on until a person looks.
#[derive(Debug, Clone)]
pub struct WorkRow {
    /// Whose.
    pub workspace: WorkspaceId,
    /// The part.
    pub work: NewWork,
    /// Whether it was given up on.
    pub quarantined: bool,
    /// Tries so far.
    pub attempts: i64,
}

impl Tx<'_> {
    /// Puts a part aside.
    pub fn add_work(&mut self, workspace: WorkspaceId, new: &NewWork, machine_now: i64) -> Result<()> {
        self.put(
            "INSERT INTO work (workspace_id, id, body_id, channel_id, part, field, sender_phone, sender_user, state, attempts,
                               error, not_before)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'open', 0, $9, $10)",
            params![
                workspace,
                new.id,
                new.body,
                new.channel,
                &new.part,
                &new.field,
                new.sender_phone.as_deref(),
                new.sender_user.as_deref(),
                new.error.as_deref(),
                machine_now
            ],
        )
    }

    /// Whether something of this sender waits; then what comes now waits behind it.
    pub fn has_open_work(&mut self, workspace: WorkspaceId, phone: Option<&str>, user: Option<&str>) -> Result<bool> {
        Ok(!self.ask(open_work(workspace, phone, user))?.is_empty())
    }

    /// Parts that are due, the oldest first, and of each sender only the oldest.
    pub fn due_work(&mut self, machine_now: i64, limit: i64) -> Result<Vec<WorkRow>> {
        let rows = self.query(
            "SELECT w.workspace_id, w.id, w.body_id, w.channel_id, w.field, w.part, w.sender_phone, w.sender_user, w.error, w.state, w.attempts
             FROM work w
             WHERE w.state = 'open' AND w.not_before <= $1 AND NOT EXISTS
               (SELECT 1 FROM work e WHERE e.workspace_id = w.workspace_id AND coalesce(e.state, '') = 'open' AND e.id < w.id
                  AND e.sender_phone = w.sender_phone)
               AND NOT EXISTS
               (SELECT 1 FROM work e WHERE e.workspace_id = w.workspace_id AND coalesce(e.state, '') = 'open' AND e.id < w.id
                  AND e.sender_user = w.sender_user)
             ORDER BY w.not_before, w.id LIMIT $2",
            params![machine_now, limit],
        )?;
        rows.iter().map(read).collect()
    }

    /// Machine time at which the next part is due, if any waits; of each sender only the oldest counts.
    pub fn next_due_work(&mut self) -> Result<Option<i64>> {
        let sql = "SELECT w.not_before FROM work w WHERE w.state = 'open' AND NOT EXISTS
               (SELECT 1 FROM work e WHERE e.workspace_id = w.workspace_id AND coalesce(e.state, '') = 'open' AND e.id < w.id
                  AND e.sender_phone = w.sender_phone)
               AND NOT EXISTS
               (SELECT 1 FROM work e WHERE e.workspace_id = w.workspace_id AND coalesce(e.state, '') = 'open' AND e.id < w.id
                  AND e.sender_user = w.sender_user)
             ORDER BY w.not_before LIMIT 1";
        self.query_opt(sql, params![])?.map(|row| row.int(0)).transpose()
    }

    /// Whether a part still waits; nobody else takes it until this transaction ends.
    pub fn claim_work(&mut self, workspace: WorkspaceId, id: WorkId) -> Result<bool> {
        let sql = "SELECT 1 FROM work WHERE workspace_id = $1 AND id = $2 AND state = 'open' FOR UPDATE";
        Ok(self.query_opt(sql, params![workspace, id])?.is_some())
    }

    /// A part has been processed.
    pub fn finish_work(&mut self, workspace: WorkspaceId, id: WorkId) -> Result<()> {
        self.put("DELETE FROM work WHERE workspace_id = $1 AND id = $2", params![workspace, id])
    }

    /// A part failed once more: it waits, or is given up on until a person replays it.
    pub fn fail_work(
        &mut self,
        workspace: WorkspaceId,
        id: WorkId,
        error: &str,
        give_up: bool,
        not_before: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE work SET attempts = attempts + 1, error = $3, state = $4, not_before = $5 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, error, if give_up { "quarantined" } else { "open" }, not_before],
        )
    }

    /// A person lets a part that was given up on try again. Answers whether there was one.
    pub fn replay_work(&mut self, workspace: WorkspaceId, id: WorkId, machine_now: i64) -> Result<bool> {
        let touched = self.execute(
            "UPDATE work SET state = 'open', attempts = 0, not_before = $3 WHERE workspace_id = $1 AND id = $2 AND state = 'quarantined'",
            params![workspace, id, machine_now],
        )?;
        Ok(touched == 1)
    }

    /// A page of the parts that wait or were given up on, the oldest first.
    pub fn work(&mut self, workspace: WorkspaceId, after: Option<WorkId>, limit: i64) -> Result<Vec<WorkRow>> {
        let rows = self.query(
            "SELECT workspace_id, id, body_id, channel_id, field, part, sender_phone, sender_user, error, state, attempts
             FROM work WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3",
            params![workspace, after.map_or(uuid::Uuid::nil(), |id| id.0), limit],
        )?;
        rows.iter().map(read).collect()
    }

    /// How many parts wait, and how many were given up on, over all workspaces.
    pub fn work_counts(&mut self) -> Result<(i64, i64)> {
        let rows = self.query("SELECT state, count(*) FROM work WHERE state <> 'none' GROUP BY state", params![])?;
        let mut counts = (0, 0);
        for row in &rows {
            if row.text(0)? == "open" { counts.0 = row.int(1)? } else { counts.1 = row.int(1)? }
        }
        Ok(counts)
    }
}

/// Whether something of a sender waits. `coalesce` keeps plans from the index of what is due, which was empty when it was counted.
pub(crate) fn open_work(workspace: WorkspaceId, phone: Option<&str>, user: Option<&str>) -> Question {
    let sql = "SELECT 1 FROM work WHERE workspace_id = $1 AND coalesce(state, '') = 'open' AND sender_phone = $2
         UNION ALL SELECT 1 FROM work WHERE workspace_id = $1 AND coalesce(state, '') = 'open' AND sender_user = $3 LIMIT 1";
    Question { sql, params: params![workspace, phone, user] }
}

fn read(row: &Row) -> Result<WorkRow> {
    Ok(WorkRow {
        workspace: WorkspaceId(row.id(0)?),
        work: NewWork {
            id: WorkId(row.id(1)?),
            body: BodyId(row.id(2)?),
            channel: ChannelId(row.id(3)?),
            field: row.text(4)?,
            part: row.text(5)?,
            sender_phone: row.opt_text(6)?,
            sender_user: row.opt_text(7)?,
            error: row.opt_text(8)?,
        },
        quarantined: row.text(9)? == "quarantined",
        attempts: row.int(10)?,
    })
}

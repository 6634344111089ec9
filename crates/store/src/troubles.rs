//! What is wrong at this moment, and what has to be counted to see it.

use domain::ids::{ChannelId, WorkspaceId};
use domain::trouble::{Course, TroubleKind};

use crate::{Result, Row, Tx, params};

/// Nobody needs a count beyond that.
const COUNTED: i64 = 10_000;

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TroubleRow {
    /// What.
    pub kind: TroubleKind,
    /// With what: a number, a disk; empty where there is but one.
    pub subject: String,
    /// What was seen.
    pub detail: String,
    /// Since when, and what was told.
    pub course: Course,
    /// When somebody looked last.
    pub seen_at: i64,
}

/// How much WhatsApp posted about a number on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChannelDay {
    /// Which, since 1970.
    pub day: i64,
    /// So many bodies.
    pub heard: i64,
    /// Machine time of the last of them.
    pub heard_at: i64,
}

impl Tx<'_> {
    /// Takes a look upon oneself, unless another node looked since `before`. Machine time.
    pub fn take_look(&mut self, workspace: WorkspaceId, what: &str, now: i64, before: i64) -> Result<bool> {
        let taken = self.execute(
            "INSERT INTO looks (workspace_id, what, at) VALUES ($1, $2, $3)
             ON CONFLICT (workspace_id, what) DO UPDATE SET at = excluded.at WHERE looks.at <= $4",
            params![workspace, what, now, before],
        )?;
        Ok(taken == 1)
    }

    /// What is wrong, the longest first.
    pub fn troubles(&mut self, workspace: WorkspaceId) -> Result<Vec<TroubleRow>> {
        let rows = self.query(
            "SELECT kind, subject, detail, began_at, seen_at, gone_at, told_on FROM troubles
             WHERE workspace_id = $1 AND kind >= $2 ORDER BY kind, subject",
            params![workspace, ""],
        )?;
        let mut troubles = rows.iter().map(trouble).collect::<Result<Vec<_>>>()?;
        troubles.sort_by_key(|row| row.course.began_at);
        Ok(troubles)
    }

    /// One of them.
    pub fn trouble(&mut self, workspace: WorkspaceId, kind: TroubleKind, subject: &str) -> Result<Option<TroubleRow>> {
        let row = self.query_opt(
            "SELECT kind, subject, detail, began_at, seen_at, gone_at, told_on FROM troubles
             WHERE workspace_id = $1 AND kind = $2 AND subject = $3",
            params![workspace, kind.name(), subject],
        )?;
        row.as_ref().map(trouble).transpose()
    }

    /// Keeps what is wrong.
    pub fn put_trouble(&mut self, workspace: WorkspaceId, row: &TroubleRow) -> Result<()> {
        self.execute(
            "INSERT INTO troubles (workspace_id, kind, subject, detail, began_at, seen_at, gone_at, told_on)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (workspace_id, kind, subject) DO UPDATE
             SET detail = excluded.detail, began_at = excluded.began_at, seen_at = excluded.seen_at, gone_at = excluded.gone_at,
                 told_on = excluded.told_on",
            params![
                workspace,
                row.kind.name(),
                &row.subject,
                &row.detail,
                row.course.began_at,
                row.seen_at,
                row.course.gone_at,
                row.course.told_on
            ],
        )
        .map(drop)
    }

    /// It is over.
    pub fn end_trouble(&mut self, workspace: WorkspaceId, kind: TroubleKind, subject: &str) -> Result<()> {
        let sql = "DELETE FROM troubles WHERE workspace_id = $1 AND kind = $2 AND subject = $3";
        self.put(sql, params![workspace, kind.name(), subject])
    }

    /// WhatsApp posted so much about a number.
    pub fn note_heard(
        &mut self,
        workspace: WorkspaceId,
        channel: ChannelId,
        day: i64,
        heard: i64,
        at: i64,
    ) -> Result<()> {
        self.execute(
            "INSERT INTO channel_days (workspace_id, channel_id, day, heard, heard_at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (workspace_id, channel_id, day) DO UPDATE
             SET heard = channel_days.heard + excluded.heard, heard_at = excluded.heard_at",
            params![workspace, channel, day, heard, at],
        )
        .map(drop)
    }

    /// What WhatsApp posted about a number on the last days, the latest first.
    pub fn channel_days(
        &mut self,
        workspace: WorkspaceId,
        channel: ChannelId,
        since: i64,
        limit: i64,
    ) -> Result<Vec<ChannelDay>> {
        let rows = self.query(
            "SELECT day, heard, heard_at FROM channel_days WHERE workspace_id = $1 AND channel_id = $2 AND day >= $3
             ORDER BY day DESC LIMIT $4",
            params![workspace, channel, since, limit],
        )?;
        rows.iter().map(|row| Ok(ChannelDay { day: row.int(0)?, heard: row.int(1)?, heard_at: row.int(2)? })).collect()
    }

    /// Forgets the days before.
    pub fn forget_channel_days(&mut self, workspace: WorkspaceId, channel: ChannelId, before: i64) -> Result<()> {
        let sql = "DELETE FROM channel_days WHERE workspace_id = $1 AND channel_id = $2 AND day < $3";
        self.put(sql, params![workspace, channel, before])
    }

    /// How much of what came in waits to be worked off, and of what is to leave waits to leave, since before a moment of machine time.
    pub fn overdue_work(&mut self, workspace: WorkspaceId, before: i64) -> Result<(i64, i64)> {
        let inbound = self.query_one(
            "SELECT count(*) FROM (SELECT w.workspace_id AS whose FROM work w WHERE w.state = 'open' AND w.not_before <= $2
               ORDER BY w.not_before, w.id LIMIT $3) reached WHERE reached.whose = $1",
            params![workspace, before, COUNTED],
        )?;
        // What WhatsApp does not take for now is put off, again and again: what counts is when it was queued.
        let outbound = self.query_one(
            "SELECT count(*) FROM (SELECT o.workspace_id AS whose, o.channel_id FROM outbox o
               WHERE o.state = 'queued' AND o.not_before <= $4 AND o.created_at <= $2
               ORDER BY o.not_before, o.id LIMIT $3) reached
             JOIN channels c ON c.workspace_id = $1 AND c.id = reached.channel_id
             WHERE reached.whose = $1 AND c.paused_reason IS NULL",
            params![workspace, before, COUNTED, i64::MAX],
        )?;
        Ok((inbound.int(0)?, outbound.int(0)?))
    }

    /// How many customers wait for longer than they were told, and for the first answer.
    pub fn broken_promises(&mut self, workspace: WorkspaceId) -> Result<i64> {
        let sql = "SELECT count(*) FROM (SELECT 1 FROM tickets counted WHERE workspace_id = $1 AND place < $2 AND state = 'open'
                     AND snoozed_at IS NULL AND first_answered_at IS NULL AND escalated_at IS NOT NULL LIMIT $3) reached";
        self.query_one(sql, params![workspace, 1_i64 << 52, COUNTED])?.int(0)
    }
}

fn trouble(row: &Row) -> Result<TroubleRow> {
    Ok(TroubleRow {
        kind: row.named(0)?,
        subject: row.text(1)?,
        detail: row.text(2)?,
        course: Course { began_at: row.int(3)?, gone_at: row.opt_int(5)?, told_on: row.int(6)? },
        seen_at: row.int(4)?,
    })
}

//! Word of trouble that goes out, a row for each person who is told.

use domain::ids::{AlertId, WorkspaceId};
use domain::trouble::{AlertState, AlertWay, Phase, TroubleKind};

use crate::{Result, Row, Tx, params};

/// What somebody is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertRow {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Its id.
    pub id: AlertId,
    /// Of what trouble.
    pub kind: TroubleKind,
    /// With what.
    pub subject: String,
    /// What of it.
    pub phase: Phase,
    /// On which day, since 1970.
    pub day: i64,
    /// How.
    pub way: AlertWay,
    /// An address, or a number.
    pub recipient: String,
    /// What was seen.
    pub detail: String,
    /// When the trouble began, milliseconds since 1970.
    pub began_at: i64,
    /// The moment that it tells of.
    pub at: i64,
    /// How far it has come.
    pub state: AlertState,
    /// How often it was tried.
    pub attempts: i64,
    /// Why it did not leave, the last time.
    pub error: Option<String>,
}

macro_rules! alerts {
    ($rest:literal) => {
        concat!(
            "SELECT workspace_id, id, kind, subject, phase, day, way, recipient, detail, began_at, at, state, attempts, error FROM alerts ",
            $rest
        )
    };
}

impl Tx<'_> {
    /// Has somebody told, unless they are told of that already.
    pub fn add_alert(&mut self, new: &AlertRow, machine_now: i64) -> Result<()> {
        self.execute(
            "INSERT INTO alerts (workspace_id, id, kind, subject, phase, day, way, recipient, detail, began_at, at, state, attempts, not_before)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'waiting', 0, $12) ON CONFLICT DO NOTHING",
            params![
                new.workspace,
                new.id,
                new.kind.name(),
                &new.subject,
                new.phase.name(),
                new.day,
                new.way.name(),
                &new.recipient,
                &new.detail,
                new.began_at,
                new.at,
                machine_now
            ],
        )
        .map(drop)
    }

    /// Takes what is due, for as long as a try may take; what another node has locked is passed over.
    pub fn take_alerts(&mut self, machine_now: i64, lease_until: i64, limit: i64) -> Result<Vec<AlertRow>> {
        let due = self.query(
            alerts!(
                "WHERE state = 'waiting' AND not_before <= $1 ORDER BY not_before, id LIMIT $2 FOR UPDATE SKIP LOCKED"
            ),
            params![machine_now, limit],
        )?;
        let due = due.iter().map(read).collect::<Result<Vec<_>>>()?;
        for alert in &due {
            self.put(
                "UPDATE alerts SET not_before = $3, attempts = attempts + 1 WHERE workspace_id = $1 AND id = $2",
                params![alert.workspace, alert.id, lease_until],
            )?;
        }
        Ok(due)
    }

    /// Whether anything is due.
    pub fn has_due_alerts(&mut self, machine_now: i64) -> Result<bool> {
        let sql = "SELECT not_before FROM alerts WHERE state = 'waiting' AND not_before <= $1 ORDER BY not_before, id LIMIT 1";
        Ok(self.query_opt(sql, params![machine_now])?.is_some())
    }

    /// What came of a try.
    pub fn settle_alert(
        &mut self,
        workspace: WorkspaceId,
        id: AlertId,
        state: AlertState,
        error: Option<&str>,
        not_before: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE alerts SET state = $3, error = $4, not_before = $5 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, state.name(), error, not_before],
        )
    }

    /// The latest words of trouble, the newest first.
    pub fn alerts(&mut self, workspace: WorkspaceId, limit: i64) -> Result<Vec<AlertRow>> {
        let rows = self.query(
            alerts!("WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
            params![workspace, uuid::Uuid::max(), limit],
        )?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &Row) -> Result<AlertRow> {
    Ok(AlertRow {
        workspace: WorkspaceId(row.id(0)?),
        id: AlertId(row.id(1)?),
        kind: row.named(2)?,
        subject: row.text(3)?,
        phase: row.named(4)?,
        day: row.int(5)?,
        way: row.named(6)?,
        recipient: row.text(7)?,
        detail: row.text(8)?,
        began_at: row.int(9)?,
        at: row.int(10)?,
        state: row.named(11)?,
        attempts: row.int(12)?,
        error: row.opt_text(13)?,
    })
}

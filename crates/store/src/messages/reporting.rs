//! What a report does to the message that it is about.

use domain::ids::{ConversationId, SendId, WorkspaceId};

use super::{Applied, Report};
use crate::tx::Question;
use crate::{Ahead, Dialect, Result, Tx, params};

/// A report, and the message that it is about.
#[derive(Debug, Clone, Copy)]
pub struct Reported<'a> {
    /// The thread of the message.
    pub conversation: ConversationId,
    /// Its place in it.
    pub seq: i64,
    /// Its send.
    pub send: SendId,
    /// What is said.
    pub report: &'a Report,
}

/// Writes a report down.
macro_rules! note_report {
    ($ending:literal) => {
        concat!(
            "UPDATE messages SET
                reports = coalesce(reports, '') || $5,
                wamid = coalesce(wamid, $6),
                error_code = CASE WHEN progress < $7 THEN $8 ELSE error_code END,
                error_text = CASE WHEN progress < $7 THEN $9 ELSE error_text END,
                progress = CASE WHEN progress < $7 THEN $7 ELSE progress END,
                price_category = coalesce($10, price_category),
                price_type = coalesce($11, price_type),
                price_micros = coalesce($12, price_micros)
             WHERE workspace_id = $1 AND conversation_id = $2 AND seq = $3 AND send_id = $4
               AND coalesce(reports, '') NOT LIKE '%' || $5 || '%' ",
            $ending
        )
    };
}

impl Tx<'_> {
    /// Takes a report into account: progress only moves up, every report is kept, one that arrived before changes nothing.
    /// Answers what it did.
    pub fn apply_report(
        &mut self,
        workspace: WorkspaceId,
        conversation: ConversationId,
        seq: i64,
        send: SendId,
        report: &Report,
    ) -> Result<Applied> {
        let reported = Reported { conversation, seq, send, report };
        let progress = match self.dialect() {
            Dialect::Sqlite => self.note_at_once(workspace, &reported)?,
            Dialect::Postgres => self.note_with_others(workspace, &reported)?,
        };
        Ok(match progress {
            None => Applied::Nothing,
            Some(progress) if progress == report.progress.rank() => Applied::Moved,
            Some(_) => Applied::Noted,
        })
    }

    fn note_at_once(&mut self, workspace: WorkspaceId, reported: &Reported<'_>) -> Result<Option<i64>> {
        let noted = self.query_opt(note_report!("RETURNING progress"), params_of(workspace, reported))?;
        noted.map(|row| row.int(0)).transpose()
    }

    /// Asks for many at once, where that is foreseen, and writes with many others.
    fn note_with_others(&mut self, workspace: WorkspaceId, reported: &Reported<'_>) -> Result<Option<i64>> {
        let stands = self.ask(stand_of(workspace, reported))?;
        let Some(row) = stands.first() else { return Ok(None) };
        let (progress, was_known) = (row.int(1)?, row.int(2)? == 1);
        if was_known {
            return Ok(None);
        }
        self.put(note_report!(""), params_of(workspace, reported))?;
        Ok(Some(progress.max(reported.report.progress.rank())))
    }

    /// Asks in one trip what applying these reports begins with.
    pub fn foresee_reports(&mut self, ahead: impl FnOnce() -> Ahead) -> Result<()> {
        self.foresee(|| ahead().0)
    }
}

impl Ahead {
    /// For a unit that begins with these reports. The row of the outbox comes before the message, as whoever settles a send takes them:
    /// two in another order would wait for each other.
    pub fn of_reports(workspace: WorkspaceId, reports: &[Reported<'_>]) -> Ahead {
        let about = |reported: &Reported<'_>| {
            let sql = "SELECT id FROM outbox WHERE workspace_id = $1 AND id = $2 FOR UPDATE";
            [Question { sql, params: params![workspace, reported.send] }, stand_of(workspace, reported)]
        };
        Ahead(reports.iter().flat_map(about).collect())
    }
}

/// How far a message is, and whether this report is among those that it has. The send comes first: by it a later unit of the same
/// commit is seen to be about the same message.
fn stand_of(workspace: WorkspaceId, reported: &Reported<'_>) -> Question {
    let sql = "SELECT send_id, progress, CASE WHEN coalesce(reports, '') LIKE '%' || $5 || '%' THEN 1 ELSE 0 END FROM messages
         WHERE workspace_id = $1 AND conversation_id = $2 AND seq = $3 AND send_id = $4 FOR UPDATE";
    let Reported { conversation, seq, send, report } = reported;
    Question { sql, params: params![workspace, *conversation, *seq, *send, note_of(report)] }
}

fn params_of(workspace: WorkspaceId, reported: &Reported<'_>) -> Vec<crate::Value> {
    let Reported { conversation, seq, send, report } = reported;
    params![
        workspace,
        *conversation,
        *seq,
        *send,
        note_of(report),
        &report.wamid,
        report.progress.rank(),
        report.error_code,
        report.error_text.as_deref(),
        report.price_category.as_deref(),
        report.price_type.as_deref(),
        report.price_micros
    ]
}

fn note_of(report: &Report) -> String {
    format!("{}@{};", report.progress, report.at)
}

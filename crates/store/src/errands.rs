//! What machines outside are asked about messages: who is due, and what became of it. The times of waits are machine time.

use domain::errand::{Became, Errand};
use domain::ids::{ConversationId, WorkspaceId};

use crate::{Result, Row, Tx, params};

/// A message about which a machine outside is to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrandKey {
    /// Its thread.
    pub conversation: ConversationId,
    /// Its place in the thread.
    pub seq: i64,
    /// For what.
    pub what: Errand,
}

/// One that is due.
#[derive(Debug, Clone, Copy)]
pub struct DueErrand {
    /// Whose.
    pub workspace: WorkspaceId,
    /// About which message.
    pub key: ErrandKey,
    /// Tries so far.
    pub attempts: i64,
}

/// How an errand ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrandEnd {
    /// As what.
    pub became: Became,
    /// The name of the model.
    pub model: String,
    /// What it said, or why there was no answer.
    pub said: String,
    /// How long it took, in milliseconds.
    pub ms: i64,
}

impl Tx<'_> {
    /// Records that a machine outside is to be asked about a message. Saying so twice is as good as once.
    pub fn add_errand(&mut self, workspace: WorkspaceId, key: ErrandKey, machine_now: i64) -> Result<()> {
        self.put(
            "INSERT INTO errands (workspace_id, conversation_id, seq, what, attempts, not_before) VALUES ($1, $2, $3, $4, 0, $5)
             ON CONFLICT (workspace_id, conversation_id, seq, what) DO NOTHING",
            params![workspace, key.conversation, key.seq, key.what.name(), machine_now],
        )
    }

    /// When the next errand is due, if any waits.
    pub fn next_errand(&mut self) -> Result<Option<i64>> {
        let sql = "SELECT not_before FROM errands WHERE not_before <= $1 ORDER BY not_before LIMIT 1";
        self.query_opt(sql, params![i64::MAX])?.map(|row| row.int(0)).transpose()
    }

    /// Errands that are due. They stay locked until this transaction ends; what another node has locked is passed over.
    pub fn due_errands(&mut self, machine_now: i64, limit: i64) -> Result<Vec<DueErrand>> {
        let rows = self.query(
            "SELECT workspace_id, conversation_id, seq, what, attempts FROM errands
             WHERE not_before <= $1 ORDER BY not_before LIMIT $2 FOR UPDATE SKIP LOCKED",
            params![machine_now, limit],
        )?;
        rows.iter().map(due).collect()
    }

    /// How often a machine was asked on a day, in days since 1970.
    pub fn errands_on(&mut self, workspace: WorkspaceId, what: Errand, day: i64) -> Result<i64> {
        let row = self.query_one(
            "SELECT CAST(coalesce(sum(attempts), 0) AS BIGINT) FROM errands
             WHERE workspace_id = $1 AND what = $2 AND asked_on = $3",
            params![workspace, what.name(), day],
        )?;
        row.int(0)
    }

    /// A machine is about to be asked, at `now`; if nobody says until `until` what came of it, it may be asked again.
    pub fn begin_errand(
        &mut self,
        workspace: WorkspaceId,
        key: ErrandKey,
        day: i64,
        now: i64,
        until: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE errands SET attempts = attempts + 1, asked_on = $5, asked_at = $6, not_before = $7
             WHERE workspace_id = $1 AND conversation_id = $2 AND seq = $3 AND what = $4",
            params![workspace, key.conversation, key.seq, key.what.name(), day, now, until],
        )
    }

    /// It is to be asked once more, not before a moment. A try that is not the latest changes nothing.
    pub fn put_off_errand(
        &mut self,
        workspace: WorkspaceId,
        key: ErrandKey,
        attempt: i64,
        not_before: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE errands SET not_before = $6
             WHERE workspace_id = $1 AND conversation_id = $2 AND seq = $3 AND what = $4 AND attempts = $5
               AND became IS NULL",
            params![workspace, key.conversation, key.seq, key.what.name(), attempt, not_before],
        )
    }

    /// It is over. Answers whether it was not before, and whether this was its latest try.
    pub fn end_errand(
        &mut self,
        workspace: WorkspaceId,
        key: ErrandKey,
        attempt: i64,
        end: &ErrandEnd,
    ) -> Result<bool> {
        let touched = self.execute(
            "UPDATE errands SET not_before = NULL, became = $6, model = $7, said = $8, ms = $9
             WHERE workspace_id = $1 AND conversation_id = $2 AND seq = $3 AND what = $4 AND attempts = $5
               AND became IS NULL",
            params![
                workspace,
                key.conversation,
                key.seq,
                key.what.name(),
                attempt,
                end.became.name(),
                &end.model,
                &end.said,
                end.ms
            ],
        )?;
        Ok(touched == 1)
    }
}

fn due(row: &Row) -> Result<DueErrand> {
    let key = ErrandKey { conversation: ConversationId(row.id(1)?), seq: row.int(2)?, what: row.named(3)? };
    Ok(DueErrand { workspace: WorkspaceId(row.id(0)?), key, attempts: row.int(4)? })
}

//! Answers that are kept, so that a request that comes again has no second effect.

use domain::ids::WorkspaceId;

use crate::{Result, Tx, params};

/// Stands for the status of an answer that is not there yet: somebody works on it.
const UNDER_WAY: i64 = 0;
/// The same, and nobody works on it any more: whether it had its effect is not known.
const UNSURE: i64 = 1;

/// A request that was answered under a key of its caller's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// A hash of what was asked.
    pub request: Vec<u8>,
    /// The status of the answer.
    pub status: i64,
    /// Its body.
    pub body: String,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeptKey {
    /// It was answered.
    Answered(KeptAnswer),
    /// It was taken for a request that reaches beyond this database, and has no answer.
    Taken {
        /// A hash of what was asked.
        request: Vec<u8>,
        /// Since when somebody works on it, machine time; none if its effect is not known and nobody works on it.
        since: Option<i64>,
    },
}

impl KeptKey {
    /// A hash of what was asked.
    pub fn request(&self) -> &[u8] {
        match self {
            KeptKey::Answered(KeptAnswer { request, .. }) | KeptKey::Taken { request, .. } => request,
        }
    }
}

impl Tx<'_> {
    /// What is known of a key.
    pub fn kept_key(&mut self, workspace: WorkspaceId, key: &str) -> Result<Option<KeptKey>> {
        let sql = "SELECT request, status, body, created_at FROM idempotency_keys WHERE workspace_id = $1 AND key = $2";
        let Some(row) = self.query_opt(sql, params![workspace, key])? else { return Ok(None) };
        let request = row.bytes(0)?;
        Ok(Some(match row.int(1)? {
            UNDER_WAY => KeptKey::Taken { request, since: Some(row.int(3)?) },
            UNSURE => KeptKey::Taken { request, since: None },
            status => KeptKey::Answered(KeptAnswer { request, status, body: row.text(2)? }),
        }))
    }

    /// Takes a key for a request that reaches beyond this database, before it does.
    pub fn take_key(&mut self, workspace: WorkspaceId, key: &str, request: &[u8], machine_now: i64) -> Result<()> {
        let taken = KeptAnswer { request: request.to_vec(), status: UNDER_WAY, body: String::new() };
        self.keep_answer(workspace, key, &taken, machine_now)
    }

    /// Nobody works on the request of a taken key any more, and whether it had its effect is not known.
    pub fn leave_key(&mut self, workspace: WorkspaceId, key: &str) -> Result<()> {
        let sql = "UPDATE idempotency_keys SET status = $3 WHERE workspace_id = $1 AND key = $2 AND status = $4";
        self.put(sql, params![workspace, key, UNSURE, UNDER_WAY])
    }

    /// The request of a taken key had no effect: the key is as good as new.
    pub fn free_key(&mut self, workspace: WorkspaceId, key: &str) -> Result<()> {
        let sql = "DELETE FROM idempotency_keys WHERE workspace_id = $1 AND key = $2 AND status = $3";
        self.put(sql, params![workspace, key, UNDER_WAY])
    }

    /// Keeps an answer, in the transaction of what it tells.
    pub fn keep_answer(
        &mut self,
        workspace: WorkspaceId,
        key: &str,
        answer: &KeptAnswer,
        machine_now: i64,
    ) -> Result<()> {
        self.put(
            "INSERT INTO idempotency_keys (workspace_id, key, request, status, body, created_at) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (workspace_id, key) DO UPDATE
             SET status = excluded.status, body = excluded.body, created_at = excluded.created_at",
            params![workspace, key, &*answer.request, answer.status, &answer.body, machine_now],
        )
    }

    /// Forgets up to `limit` answers from before a moment. Answers how many they were.
    pub fn forget_answers(&mut self, before: i64, limit: i64) -> Result<u64> {
        self.execute(
            "DELETE FROM idempotency_keys WHERE (workspace_id, key) IN
               (SELECT workspace_id, key FROM idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
            params![before, limit],
        )
    }
}

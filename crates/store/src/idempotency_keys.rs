//! Answers that are kept, so that a request that comes again has no second effect.

use domain::ids::WorkspaceId;

use crate::{Result, Tx, params};

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

impl Tx<'_> {
    /// The answer that was given under a key.
    pub fn kept_answer(&mut self, workspace: WorkspaceId, key: &str) -> Result<Option<KeptAnswer>> {
        let sql = "SELECT request, status, body FROM idempotency_keys WHERE workspace_id = $1 AND key = $2";
        let row = self.query_opt(sql, params![workspace, key])?;
        row.map(|row| Ok(KeptAnswer { request: row.bytes(0)?, status: row.int(1)?, body: row.text(2)? })).transpose()
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
            "INSERT INTO idempotency_keys (workspace_id, key, request, status, body, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
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

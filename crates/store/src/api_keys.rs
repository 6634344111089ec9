//! Keys of the API. Only their hashes are kept.

use domain::ids::{KeyId, WorkspaceId};

use crate::{Result, Tx, params};

impl Tx<'_> {
    /// Keeps a new key.
    pub fn add_key(&mut self, workspace: WorkspaceId, id: KeyId, name: &str, hash: &[u8], now: i64) -> Result<()> {
        self.put(
            "INSERT INTO api_keys (workspace_id, id, name, hash, created_at) VALUES ($1, $2, $3, $4, $5)",
            params![workspace, id, name, hash, now],
        )
    }

    /// Whose key this is, if it is one and has not been revoked: the workspace and the key's name.
    pub fn key_owner(&mut self, hash: &[u8]) -> Result<Option<(WorkspaceId, String)>> {
        let sql = "SELECT workspace_id, name FROM api_keys WHERE hash = $1 AND revoked_at IS NULL";
        let row = self.query_opt(sql, params![hash])?;
        row.map(|row| Ok((WorkspaceId(row.id(0)?), row.text(1)?))).transpose()
    }
}

//! Keys of the API. Only their hashes are kept.

use domain::ids::{KeyId, WorkspaceId};
use domain::scope::Scopes;

use crate::{Result, Row, Tx, params};

/// A key to be kept.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// Its id.
    pub id: KeyId,
    /// What it is for, as the timeline calls it.
    pub name: String,
    /// The hash of the key.
    pub hash: Vec<u8>,
    /// What it may do.
    pub scopes: Scopes,
    /// From when on it opens nothing, milliseconds since 1970.
    pub expires_at: Option<i64>,
}

/// A key as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// Whose.
    pub workspace: WorkspaceId,
    /// Its id.
    pub id: KeyId,
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// From when on it opens nothing.
    pub expires_at: Option<i64>,
    /// When it was last used, to the hour.
    pub last_used_at: Option<i64>,
    /// When it was revoked.
    pub revoked_at: Option<i64>,
}

impl KeyRow {
    /// Whether it opens anything at this moment.
    pub fn opens(&self, now: i64) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

impl Tx<'_> {
    /// Keeps a new key.
    pub fn add_key(&mut self, workspace: WorkspaceId, new: &NewKey, now: i64) -> Result<()> {
        self.put(
            "INSERT INTO api_keys (workspace_id, id, name, hash, scopes, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
            params![workspace, new.id, &new.name, &*new.hash, new.scopes.to_string(), now, new.expires_at],
        )
    }

    /// The key of this hash, if it has not been revoked.
    pub fn key_of_hash(&mut self, hash: &[u8]) -> Result<Option<KeyRow>> {
        let row = self.query_opt(
            "SELECT workspace_id, id, name, scopes, created_at, expires_at, last_used_at, revoked_at
             FROM api_keys WHERE hash = $1 AND revoked_at IS NULL",
            params![hash],
        )?;
        row.as_ref().map(read).transpose()
    }

    /// One key.
    pub fn key(&mut self, workspace: WorkspaceId, id: KeyId) -> Result<Option<KeyRow>> {
        let row = self.query_opt(
            "SELECT workspace_id, id, name, scopes, created_at, expires_at, last_used_at, revoked_at
             FROM api_keys WHERE workspace_id = $1 AND id = $2",
            params![workspace, id],
        )?;
        row.as_ref().map(read).transpose()
    }

    /// A page of keys, the newest first, with those that were revoked. `before` is the last id of the page before.
    pub fn keys(&mut self, workspace: WorkspaceId, before: Option<KeyId>, limit: i64) -> Result<Vec<KeyRow>> {
        let rows = self.query(
            "SELECT workspace_id, id, name, scopes, created_at, expires_at, last_used_at, revoked_at
             FROM api_keys WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3",
            params![workspace, before.map_or(uuid::Uuid::max(), |id| id.0), limit],
        )?;
        rows.iter().map(read).collect()
    }

    /// A key opens nothing any more. Answers whether there is such a key; one that was revoked stays as it is.
    pub fn revoke_key(&mut self, workspace: WorkspaceId, id: KeyId, now: i64) -> Result<bool> {
        let sql = "UPDATE api_keys SET revoked_at = coalesce(revoked_at, $3) WHERE workspace_id = $1 AND id = $2";
        Ok(self.execute(sql, params![workspace, id, now])? == 1)
    }

    /// Notes that a key is in use.
    pub fn note_key_use(&mut self, workspace: WorkspaceId, id: KeyId, now: i64) -> Result<()> {
        let sql = "UPDATE api_keys SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2";
        self.put(sql, params![workspace, id, now])
    }
}

fn read(row: &Row) -> Result<KeyRow> {
    Ok(KeyRow {
        workspace: WorkspaceId(row.id(0)?),
        id: KeyId(row.id(1)?),
        name: row.text(2)?,
        scopes: row.named(3)?,
        created_at: row.int(4)?,
        expires_at: row.opt_int(5)?,
        last_used_at: row.opt_int(6)?,
        revoked_at: row.opt_int(7)?,
    })
}

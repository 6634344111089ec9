//! What tells this database from a copy of it.

use crate::{Result, Tx, params};

/// The database's own facts.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Changes when a backup is restored; sends queued under another epoch are held.
    pub epoch: i64,
    /// Authenticates the ids that travel through Meta.
    pub mac_key: Vec<u8>,
}

impl Tx<'_> {
    /// The instance, made from `fresh_key` at the first start.
    pub fn instance(&mut self, fresh_key: &[u8], now: i64) -> Result<Instance> {
        self.execute(
            "INSERT INTO instance (one, epoch, mac_key, created_at) VALUES (1, 1, $1, $2) ON CONFLICT DO NOTHING",
            params![fresh_key, now],
        )?;
        let row = self.query_one("SELECT epoch, mac_key FROM instance WHERE one = 1", params![])?;
        Ok(Instance { epoch: row.int(0)?, mac_key: row.bytes(1)? })
    }

    /// Proves that the database can commit.
    pub fn prove_commit(&mut self, now: i64) -> Result<()> {
        self.execute("UPDATE instance SET created_at = created_at WHERE one = 1 AND created_at <= $1", params![now])
            .map(drop)
    }
}

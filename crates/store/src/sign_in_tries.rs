//! Tries to sign in that were in vain, by account and by address. They concern no workspace yet.

use crate::{Result, Tx, params};

/// The tries that were made in a row for one account or from one address.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TriesRow {
    /// How many.
    pub tries: i64,
    /// When the last one was, machine time.
    pub last_at: i64,
    /// Until when there is no other.
    pub blocked_until: i64,
}

impl Tx<'_> {
    /// What was tried, and nobody else counts meanwhile.
    pub fn sign_in_tries(&mut self, whose: &[u8]) -> Result<TriesRow> {
        let row = self.query_opt(
            "SELECT tries, last_at, blocked_until FROM sign_in_tries WHERE whose = $1 FOR UPDATE",
            params![whose],
        )?;
        let Some(row) = row else { return Ok(TriesRow::default()) };
        Ok(TriesRow { tries: row.int(0)?, last_at: row.int(1)?, blocked_until: row.int(2)? })
    }

    /// Counts on.
    pub fn set_sign_in_tries(&mut self, whose: &[u8], tries: TriesRow) -> Result<()> {
        self.execute(
            "INSERT INTO sign_in_tries (whose, tries, last_at, blocked_until) VALUES ($1, $2, $3, $4)
             ON CONFLICT (whose) DO UPDATE SET tries = excluded.tries, last_at = excluded.last_at,
               blocked_until = excluded.blocked_until",
            params![whose, tries.tries, tries.last_at, tries.blocked_until],
        )
        .map(drop)
    }

    /// Forgets what was tried: the right password came.
    pub fn clear_sign_in_tries(&mut self, whose: &[u8]) -> Result<()> {
        self.execute("DELETE FROM sign_in_tries WHERE whose = $1", params![whose]).map(drop)
    }

    /// The same of all whose name begins so.
    pub fn clear_sign_in_tries_beginning(&mut self, beginning: &[u8]) -> Result<()> {
        let end = [beginning, &[u8::MAX; 17]].concat(); // after an address of 16 bytes
        let sql = "DELETE FROM sign_in_tries WHERE whose >= $1 AND whose < $2";
        self.execute(sql, params![beginning, &*end]).map(drop)
    }

    /// Forgets tries whose last one was before then.
    pub fn forget_sign_in_tries(&mut self, before: i64) -> Result<u64> {
        self.execute("DELETE FROM sign_in_tries WHERE last_at < $1", params![before])
    }
}

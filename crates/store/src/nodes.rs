//! The nodes at work on this database. Times are machine time.

use uuid::Uuid;

use crate::{Result, Tx, params};

/// Who takes work, and whom it may take it from.
#[derive(Debug, Clone, Copy)]
pub struct Keeper {
    /// The node.
    pub node: Uuid,
    /// Whether no other node can be at work, since only one process can use this database.
    pub alone: bool,
    /// A node that was not seen since is dead.
    pub seen_since: i64,
}

impl Tx<'_> {
    /// A node says that it is at work.
    pub fn note_node(&mut self, node: Uuid, machine_now: i64) -> Result<()> {
        self.execute(
            "INSERT INTO nodes (id, seen_at) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at",
            params![node, machine_now],
        )
        .map(drop)
    }

    /// The nodes that were seen since.
    pub fn nodes_seen(&mut self, since: i64) -> Result<Vec<Uuid>> {
        let rows = self.query("SELECT id FROM nodes WHERE seen_at >= $1", params![since])?;
        rows.iter().map(|row| row.id(0)).collect()
    }

    /// A node has ended in good order.
    pub fn remove_node(&mut self, node: Uuid) -> Result<()> {
        self.execute("DELETE FROM nodes WHERE id = $1", params![node]).map(drop)
    }

    /// Forgets nodes that were not seen since.
    pub fn forget_nodes(&mut self, since: i64) -> Result<()> {
        self.execute("DELETE FROM nodes WHERE seen_at < $1", params![since]).map(drop)
    }
}

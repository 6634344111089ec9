//! The log of changes, in the order of their commits: what other systems follow. Times here are machine time.

mod compact;

use domain::change::Change;
use domain::ids::WorkspaceId;

use crate::{Dialect, Result, Tx, params};

pub(crate) use compact::{pack, unpack};

/// A place in the log of a workspace. What is committed later has a higher one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// The transaction, on PostgreSQL; 0 on SQLite.
    pub txid: i64,
    /// The row.
    pub seq: i64,
    /// The change within the row, from 1 on.
    pub place: i64,
}

/// A change as the log has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeRow {
    /// Its place.
    pub position: Position,
    /// When it was recorded, milliseconds since 1970.
    pub at: i64,
    /// What became of what.
    pub change: Change,
}

/// What one look into the log found.
#[derive(Debug, Clone, Default)]
pub struct Stretch {
    /// The changes.
    pub changes: Vec<ChangeRow>,
    /// Up to where the log was read.
    pub up_to: Position,
    /// Whether there may be more behind it.
    pub more: bool,
}

impl Tx<'_> {
    /// Appends what one unit of work changed, in one row; nothing for nothing.
    pub fn add_changes(&mut self, workspace: WorkspaceId, changes: &[Change], machine_now: i64) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let sql = match self.dialect() {
            // One writer: the next number is that of the next commit. The last row is never removed, so no number comes twice.
            Dialect::Sqlite => {
                "INSERT INTO changes (workspace_id, txid, seq, at, events)
                 VALUES ($1, 0, 1 + coalesce((SELECT max(seq) FROM changes WHERE workspace_id = $1 AND txid = 0), 0), $2, $3)"
            }
            // The columns know the transaction and draw the number.
            Dialect::Postgres => "INSERT INTO changes (workspace_id, at, events) VALUES ($1, $2, $3)",
        };
        self.put(sql, params![workspace, machine_now, pack(changes)])
    }

    /// What was committed behind a place, out of at most `rows` rows.
    pub fn changes(&mut self, workspace: WorkspaceId, after: Position, rows: i64) -> Result<Stretch> {
        let found = self.query(self.log_from(), params![workspace, after.txid, after.seq, rows])?;
        let mut stretch = Stretch { up_to: after, more: found.len() as i64 == rows, ..Stretch::default() };
        for row in &found {
            let (txid, seq, at) = (row.int(0)?, row.int(1)?, row.int(2)?);
            for (place, change) in (1..).zip(unpack(&row.bytes(3)?)?) {
                let position = Position { txid, seq, place };
                if after < position {
                    stretch.changes.push(ChangeRow { position, at, change });
                    stretch.up_to = position;
                }
            }
        }
        Ok(stretch)
    }

    /// A transaction that began before others may commit after them, with lower numbers. Behind the oldest one that is still open the
    /// log is not complete yet, and is not shown: a reader that went past it would never see what was missing.
    fn log_from(&self) -> &'static str {
        match self.dialect() {
            Dialect::Sqlite => {
                "SELECT txid, seq, at, events FROM changes WHERE workspace_id = $1 AND (txid, seq) >= ($2, $3)
                 ORDER BY txid, seq LIMIT $4"
            }
            Dialect::Postgres => {
                "SELECT txid, seq, at, events FROM changes WHERE workspace_id = $1 AND (txid, seq) >= ($2, $3)
                   AND txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                 ORDER BY txid, seq LIMIT $4"
            }
        }
    }

    /// The end of the log: whoever follows from here on hears only what comes.
    pub fn end_of_changes(&mut self, workspace: WorkspaceId) -> Result<Position> {
        let sql = match self.dialect() {
            Dialect::Sqlite => {
                "SELECT txid, seq, events FROM changes WHERE workspace_id = $1 ORDER BY txid DESC, seq DESC LIMIT 1"
            }
            Dialect::Postgres => {
                "SELECT txid, seq, events FROM changes
                 WHERE workspace_id = $1 AND txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                 ORDER BY txid DESC, seq DESC LIMIT 1"
            }
        };
        let Some(row) = self.query_opt(sql, params![workspace])? else { return Ok(Position::default()) };
        Ok(Position { txid: row.int(0)?, seq: row.int(1)?, place: unpack(&row.bytes(2)?)?.len() as i64 })
    }

    /// Where the log begins, if something was cut off before it: whoever has read less has missed something.
    pub fn changes_cut_at(&mut self, workspace: WorkspaceId) -> Result<Option<Position>> {
        let sql = "SELECT txid, seq, length(events) FROM changes WHERE workspace_id = $1 ORDER BY txid, seq LIMIT 1";
        let Some(row) = self.query_opt(sql, params![workspace])? else { return Ok(None) };
        let cut_at = Position { txid: row.int(0)?, seq: row.int(1)?, place: 0 };
        Ok((row.int(2)? == 0).then_some(cut_at))
    }

    /// Cuts off what is older than `before`, of at most `rows` rows; the last of them stays, empty, as the mark. Answers how many went.
    pub fn cut_changes(&mut self, workspace: WorkspaceId, before: i64, rows: i64) -> Result<u64> {
        let oldest = "SELECT txid, seq, at FROM changes WHERE workspace_id = $1 ORDER BY txid, seq LIMIT $2";
        let mut mark = None;
        for row in self.query(oldest, params![workspace, rows])? {
            if before <= row.int(2)? {
                break;
            }
            mark = Some((row.int(0)?, row.int(1)?));
        }
        let Some((txid, seq)) = mark else { return Ok(0) };
        self.put(
            "UPDATE changes SET events = $4 WHERE workspace_id = $1 AND txid = $2 AND seq = $3",
            params![workspace, txid, seq, Vec::<u8>::new()],
        )?;
        let sql = "DELETE FROM changes WHERE workspace_id = $1 AND (txid, seq) < ($2, $3)";
        self.execute(sql, params![workspace, txid, seq])
    }
}

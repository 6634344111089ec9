//! How a queue stands.

use domain::ids::WorkspaceId;

use crate::{Result, Tx, params};

/// The promises of so many tickets are looked at, the latest of those that are done and of those that are open.
const LATEST: i64 = 200;

/// How a queue stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueStanding {
    /// Since when the customer waits who waits longest, if anybody does.
    pub waiting_since: Option<i64>,
    /// Of the latest tickets, those that a person answered by the promised time.
    pub kept: i64,
    /// Of the latest tickets, those of which it is known whether somebody did.
    pub judged: i64,
}

impl QueueStanding {
    /// How many of a hundred promises were kept; nothing before the first.
    pub fn kept_percent(&self) -> Option<i64> {
        (0 < self.judged).then(|| (self.kept * 100 + self.judged / 2) / self.judged)
    }
}

macro_rules! promises {
    ($state:literal) => {
        concat!(
            "SELECT CAST(coalesce(sum(CASE WHEN coalesce(first_answered_at, resolved_at) <= due_at THEN 1 ELSE 0 END), 0) AS BIGINT),
                    CAST(coalesce(sum(CASE WHEN coalesce(first_answered_at, resolved_at) <= due_at OR due_at <= $3 THEN 1 ELSE 0 END), 0) AS BIGINT)
             FROM (SELECT due_at, first_answered_at, resolved_at FROM tickets counted
                   WHERE workspace_id = $1 AND queue = $2 AND state = '",
            $state,
            "' ORDER BY id DESC LIMIT $4) reached"
        )
    };
}

impl Tx<'_> {
    /// How a queue stands at `now`.
    pub fn queue_standing(&mut self, workspace: WorkspaceId, queue: &str, now: i64) -> Result<QueueStanding> {
        let waiting = self.query_opt(
            "SELECT waiting_since FROM tickets WHERE workspace_id = $1 AND queue = $2 AND state = 'open' AND snoozed_at IS NULL
               AND place > $3 AND place < $4 ORDER BY place LIMIT 1",
            params![workspace, queue, i64::MIN, 1_i64 << 52],
        )?;
        let mut standing = QueueStanding {
            waiting_since: waiting.map_or(Ok(None), |row| row.opt_int(0))?,
            ..QueueStanding::default()
        };
        for sql in [promises!("open"), promises!("resolved")] {
            let row = self.query_one(sql, params![workspace, queue, now, LATEST])?;
            standing.kept += row.int(0)?;
            standing.judged += row.int(1)?;
        }
        Ok(standing)
    }
}

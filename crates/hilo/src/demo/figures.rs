//! The strip of figures: counted, at every look, over all that the database has.

use domain::ids::WorkspaceId;
use store::{Result, Tx, params};

/// How the business stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Messages, in and out.
    pub messages: i64,
    /// People.
    pub people: i64,
    /// Tickets that wait.
    pub open: i64,
    /// Tickets that are done.
    pub resolved: i64,
    /// Tickets answered by the promised time.
    pub kept: i64,
    /// Tickets of which it is known whether they were.
    pub judged: i64,
}

impl Figures {
    /// How many of a hundred promises were kept; nothing before the first.
    pub fn kept_percent(&self) -> Option<i64> {
        (0 < self.judged).then(|| (self.kept * 100 + self.judged / 2) / self.judged)
    }

    /// Counts. The demo is small, and a demo's alone may read whole tables.
    pub(crate) fn count(tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> Result<Figures> {
        let number = |tx: &mut Tx<'_>, sql| tx.query_one(sql, params![workspace])?.int(0);
        let tickets = tx.query_one(
            "SELECT coalesce(sum(CASE WHEN state = 'open' THEN 1 ELSE 0 END), 0),
                    coalesce(sum(CASE WHEN state = 'open' THEN 0 ELSE 1 END), 0),
                    coalesce(sum(kept), 0),
                    coalesce(sum(CASE WHEN kept = 1 OR due_at <= $2 THEN 1 ELSE 0 END), 0)
             FROM (SELECT t.state, t.due_at,
                          CASE WHEN t.resolved_at <= t.due_at
                                 OR EXISTS (SELECT 1 FROM messages m
                                            WHERE m.workspace_id = t.workspace_id AND m.conversation_id = t.conversation_id
                                              AND m.author = 'agent' AND m.recorded_at >= t.created_at AND m.recorded_at <= t.due_at)
                               THEN 1 ELSE 0 END AS kept
                   FROM tickets t WHERE t.workspace_id = $1) judged",
            params![workspace, now],
        )?;
        Ok(Figures {
            messages: number(tx, "SELECT count(*) FROM messages WHERE workspace_id = $1")?,
            people: number(tx, "SELECT count(*) FROM contacts WHERE workspace_id = $1")?,
            open: tickets.int(0)?,
            resolved: tickets.int(1)?,
            kept: tickets.int(2)?,
            judged: tickets.int(3)?,
        })
    }
}

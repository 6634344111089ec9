//! How a business stands, counted at a look: as far as counting stays quick, and no further.

use domain::ids::WorkspaceId;

use crate::{Result, Tx, params};

/// Up to here is counted.
const FARTHEST: i64 = 10_000;
/// The promises of so many tickets are looked at, the latest.
const LATEST: i64 = 200;

/// How a business stands.
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
    /// Of the latest tickets, those that a person answered by the promised time.
    pub kept: i64,
    /// Of the latest tickets, those of which it is known whether somebody did.
    pub judged: i64,
}

impl Figures {
    /// How many of a hundred promises were kept; nothing before the first.
    pub fn kept_percent(&self) -> Option<i64> {
        (0 < self.judged).then(|| (self.kept * 100 + self.judged / 2) / self.judged)
    }
}

impl Tx<'_> {
    /// Counts, as of `now`. Of a large workspace these are the figures of a part of it.
    pub fn figures(&mut self, workspace: WorkspaceId, now: i64) -> Result<Figures> {
        let messages = "SELECT CAST(coalesce(sum(next_seq - 1), 0) AS BIGINT)
             FROM (SELECT next_seq FROM conversations counted WHERE workspace_id = $1 LIMIT $2) reached";
        let people = "SELECT count(*) FROM (SELECT id FROM contacts counted WHERE workspace_id = $1 LIMIT $2) reached";
        let resolved = "SELECT count(*)
             FROM (SELECT id FROM tickets counted WHERE workspace_id = $1 AND state = 'resolved' LIMIT $2) reached";
        let mut counted = |sql| self.query_one(sql, params![workspace, FARTHEST])?.int(0);
        let (messages, people, resolved) = (counted(messages)?, counted(people)?, counted(resolved)?);
        let open = self.open_ticket_counts(workspace)?.iter().map(|(_, tickets)| tickets).sum();
        let (kept, judged) = self.promises(workspace, now)?;
        Ok(Figures { messages, people, open, resolved, kept, judged })
    }

    /// How many of the latest promises were kept, and of how many that is known.
    fn promises(&mut self, workspace: WorkspaceId, now: i64) -> Result<(i64, i64)> {
        let row = self.query_one(
            "SELECT CAST(coalesce(sum(kept), 0) AS BIGINT),
                    CAST(coalesce(sum(CASE WHEN kept = 1 OR due_at <= $2 THEN 1 ELSE 0 END), 0) AS BIGINT)
             FROM (SELECT t.due_at,
                          CASE WHEN t.resolved_at <= t.due_at
                                 OR EXISTS (SELECT 1 FROM messages m
                                            WHERE m.workspace_id = t.workspace_id AND m.conversation_id = t.conversation_id
                                              AND m.author = 'agent' AND m.recorded_at >= t.created_at AND m.recorded_at <= t.due_at)
                               THEN 1 ELSE 0 END AS kept
                   FROM (SELECT workspace_id, due_at, created_at, resolved_at, conversation_id FROM tickets counted
                         WHERE workspace_id = $1 ORDER BY id DESC LIMIT $3) t) judged",
            params![workspace, now, LATEST],
        )?;
        Ok((row.int(0)?, row.int(1)?))
    }
}

//! Messages on their way out. Times here are machine time: they are waits and leases, not dates.

use domain::delivery::{Address, Progress, Purpose, SendState};
use domain::ids::{ChannelId, ConversationId, SendId, WorkspaceId};
use uuid::Uuid;

use crate::{Keeper, Result, Row, Tx, params};

/// A message to be sent.
#[derive(Debug, Clone)]
pub struct NewSend {
    /// Its id.
    pub id: SendId,
    /// The instance epoch it was decided under.
    pub epoch: i64,
    /// With which number of ours.
    pub channel: ChannelId,
    /// To whom: the address that the thread is pinned to.
    pub conversation: ConversationId,
    /// The message in the thread.
    pub seq: i64,
    /// Why.
    pub purpose: Purpose,
    /// What, JSON.
    pub payload: String,
}

/// A send that is due, with everything its guards look at.
#[derive(Debug, Clone)]
pub struct Sending {
    /// Whose.
    pub workspace: WorkspaceId,
    /// The send.
    pub send: NewSend,
    /// Attempts so far.
    pub attempt: i64,
    /// The thread's phone.
    pub phone: Option<String>,
    /// The thread's user id.
    pub user_id: Option<String>,
    /// Until when free text may be sent, business time.
    pub window_until: i64,
    /// Since when a person answers.
    pub person_since: Option<i64>,
    /// Whether its matter is the open one: an acknowledgement of a closed matter tells nothing.
    pub matter_open: bool,
    /// Whether the contact asked for no more messages after it was queued.
    pub opted_out_since: bool,
    /// Whether the contact wants no messages that they did not ask for.
    pub opted_out: bool,
    /// Until when WhatsApp spares the contact marketing, business time.
    pub no_marketing_until: Option<i64>,
    /// Whether the contact was erased.
    pub erased: bool,
    /// Whether the contact's number may be somebody else's.
    pub doubted: bool,
    /// Whether the thread could be of several people, so that nobody knows what its person wishes.
    pub of_nobody: bool,
    /// Why the number sends nothing but answers, if that is so.
    pub replies_only: Option<String>,
}

/// Where a send stands after an attempt.
#[derive(Debug, Clone, Copy)]
pub struct NextStand<'a> {
    /// Which attempt that was.
    pub attempt: i64,
    /// Its state.
    pub state: SendState,
    /// Why.
    pub reason: &'a str,
    /// Meta's code, if it refused.
    pub code: Option<i64>,
    /// Machine time before which it does not leave again.
    pub not_before: i64,
}

/// A row of the outbox as lists show it.
#[derive(Debug, Clone)]
pub struct OutboxRow {
    /// The send.
    pub send: NewSend,
    /// Where it stands.
    pub state: SendState,
    /// Why it stands there.
    pub reason: Option<String>,
    /// Meta's code, if it refused.
    pub code: Option<i64>,
    /// Attempts so far.
    pub attempt: i64,
    /// Machine time before which it does not leave.
    pub not_before: i64,
    /// To which of the addresses of its thread the last attempt went.
    pub sent_to: Option<Address>,
    /// WhatsApp's id, once it has one.
    pub wamid: Option<String>,
    /// When it was queued.
    pub created_at: i64,
    /// When it last changed.
    pub changed_at: i64,
}

/// The sends of a condition, as `read` takes them.
macro_rules! sends {
    ($from:literal) => {
        concat!(
            "SELECT id, epoch, channel_id, conversation_id, seq, purpose, payload, state, reason, attempt, wamid, created_at, \
             changed_at, not_before, code, sent_to FROM ",
            $from
        )
    };
}

impl Tx<'_> {
    /// Queues a message.
    pub fn add_send(&mut self, workspace: WorkspaceId, new: &NewSend, machine_now: i64) -> Result<()> {
        self.put(
            "INSERT INTO outbox (workspace_id, id, epoch, channel_id, conversation_id, seq, purpose, payload, state, not_before,
                                 attempt, created_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'queued', $9, 0, $9, $9)",
            params![
                workspace,
                new.id,
                new.epoch,
                new.channel,
                new.conversation,
                new.seq,
                new.purpose.name(),
                &new.payload,
                machine_now
            ],
        )
    }

    /// Keeps a send that has just been queued back until a moment of machine time: so long it can be taken back.
    pub fn hold_send(&mut self, workspace: WorkspaceId, id: SendId, until: i64) -> Result<()> {
        let sql = "UPDATE outbox SET not_before = $3 WHERE workspace_id = $1 AND id = $2 AND state = 'queued'";
        self.put(sql, params![workspace, id, until])
    }

    /// Sends that are due, the oldest first; of each thread only the first that is not done, so that their order is kept.
    /// They stay locked until this transaction ends; what another node has locked is passed over.
    pub fn due_sends(&mut self, machine_now: i64, limit: i64) -> Result<Vec<Sending>> {
        let rows = self.query(
            "SELECT o.workspace_id, o.id, o.epoch, o.channel_id, o.conversation_id, o.seq, o.purpose, o.payload, o.attempt,
                    v.phone, v.user_id, v.window_until, v.person_since,
                    CASE WHEN v.interaction_id = m.interaction_id THEN 1 ELSE 0 END,
                    CASE WHEN p.opted_out_at >= m.recorded_at THEN 1 ELSE 0 END,
                    CASE WHEN p.opted_out_at IS NULL THEN 0 ELSE 1 END, p.no_marketing_until,
                    CASE WHEN p.erased_at IS NULL THEN 0 ELSE 1 END, c.replies_only_reason,
                    CASE WHEN p.doubted_at IS NULL THEN 0 ELSE 1 END, CASE WHEN v.contact_id IS NULL THEN 1 ELSE 0 END
             FROM outbox o
             JOIN conversations v ON v.workspace_id = o.workspace_id AND v.id = o.conversation_id
             LEFT JOIN messages m ON m.workspace_id = o.workspace_id AND m.conversation_id = o.conversation_id AND m.seq = o.seq
             LEFT JOIN contacts p ON p.workspace_id = v.workspace_id AND p.id = v.contact_id
             JOIN channels c ON c.workspace_id = o.workspace_id AND c.id = o.channel_id
             WHERE o.state = 'queued' AND o.not_before <= $1 AND c.paused_reason IS NULL
               AND NOT EXISTS (SELECT 1 FROM outbox e
                               WHERE e.workspace_id = o.workspace_id AND e.conversation_id = o.conversation_id
                                 AND e.seq < o.seq AND e.state IN ('queued', 'sending'))
             ORDER BY o.not_before, o.id LIMIT $2 FOR UPDATE OF o SKIP LOCKED",
            params![machine_now, limit],
        )?;
        rows.iter().map(sending).collect()
    }

    /// Machine time at which the next send is due, if any waits. One that waits behind another of its thread does not count: to wake
    /// for it before the other is done would be to wake for nothing, again and again.
    pub fn next_due_send(&mut self) -> Result<Option<i64>> {
        let row = self.query_opt(
            "SELECT o.not_before FROM outbox o JOIN channels c ON c.workspace_id = o.workspace_id AND c.id = o.channel_id
             WHERE o.state = 'queued' AND o.not_before <= $1 AND c.paused_reason IS NULL
               AND NOT EXISTS (SELECT 1 FROM outbox p
                               WHERE p.workspace_id = o.workspace_id AND p.conversation_id = o.conversation_id
                                 AND p.seq < o.seq AND p.state IN ('queued', 'sending'))
             ORDER BY o.not_before LIMIT 1",
            // No bound at all, but one by which SQLite finds the index.
            params![i64::MAX],
        )?;
        row.map(|row| row.int(0)).transpose()
    }

    /// Marks a send right before its first byte leaves, to which of the addresses of its thread.
    pub fn mark_sending(
        &mut self,
        workspace: WorkspaceId,
        id: SendId,
        node: Uuid,
        sent_to: Option<Address>,
        lease_until: i64,
        machine_now: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE outbox SET state = 'sending', attempt = attempt + 1, node = $3, lease_until = $4, changed_at = $5, reason = NULL,
                    sent_to = $6
             WHERE workspace_id = $1 AND id = $2 AND coalesce(state, '') = 'queued'", // see `put_off`
            params![workspace, id, node, lease_until, machine_now, sent_to.map(Address::name)],
        )
    }

    /// WhatsApp took it. Nothing happens if a report was faster, or if the send was taken over meanwhile and is unknown:
    /// then the id is noted all the same, since it is true whoever hears it.
    pub fn mark_accepted(&mut self, workspace: WorkspaceId, id: SendId, wamid: &str, machine_now: i64) -> Result<()> {
        self.put(
            "UPDATE outbox SET state = 'accepted', wamid = $3, changed_at = $4, reason = NULL, code = NULL
             WHERE workspace_id = $1 AND id = $2 AND state IN ('sending', 'unknown', 'needs_review')",
            params![workspace, id, wamid, machine_now],
        )
    }

    /// Moves a send of this node out of `sending`; a node that lost its lease moves nothing, nor does what came of an earlier attempt: that
    /// is written a second time if the answer of the first commit was lost, and meanwhile the send may be under way again. Answers
    /// whether it did.
    pub fn settle_sending(
        &mut self,
        workspace: WorkspaceId,
        id: SendId,
        node: Uuid,
        next: &NextStand<'_>,
        machine_now: i64,
    ) -> Result<bool> {
        let touched = self.execute(
            "UPDATE outbox SET state = $4, reason = $5, code = $8, not_before = $6, changed_at = $7
             WHERE workspace_id = $1 AND id = $2 AND node = $3 AND state = 'sending' AND attempt = $9",
            params![
                workspace,
                id,
                node,
                next.state.name(),
                next.reason,
                next.not_before,
                machine_now,
                next.code,
                next.attempt
            ],
        )?;
        Ok(touched == 1)
    }

    /// Keeps back a queued send, or puts it off.
    pub fn put_off(
        &mut self,
        workspace: WorkspaceId,
        id: SendId,
        to: SendState,
        reason: &str,
        not_before: i64,
        machine_now: i64,
    ) -> Result<()> {
        // In plain words the state would be that of the index of what is due, and PostgreSQL, where that was empty when it was counted, would
        // walk through all of it.
        self.put(
            "UPDATE outbox SET state = $3, reason = $4, code = NULL, not_before = $5, changed_at = $6
             WHERE workspace_id = $1 AND id = $2 AND coalesce(state, '') = 'queued'",
            params![workspace, id, to.name(), reason, not_before, machine_now],
        )
    }

    /// Sends that a node marked and then went silent about become unknown: their bytes may have left. That node is not seen any more and
    /// its lease has run out; or it is at work, and has not been able to say what came of them for a minute longer. Answers which.
    pub fn abandon_sends(&mut self, keeper: Keeper, machine_now: i64) -> Result<Vec<(WorkspaceId, SendId)>> {
        let rows = self.query(
            "UPDATE outbox SET state = 'unknown', changed_at = $3,
                    reason = 'the program stopped while it was being sent; WhatsApp may or may not have taken it'
             WHERE state = 'sending' AND (lease_until + 60000 < $3 OR (node <> $1 AND ($2 = 1 OR (lease_until < $3
               AND NOT EXISTS (SELECT 1 FROM nodes n WHERE n.id = outbox.node AND n.seen_at >= $4)))))
             RETURNING workspace_id, id",
            params![keeper.node, i64::from(keeper.alone), machine_now, keeper.seen_since],
        )?;
        rows.iter().map(whose).collect()
    }

    /// Unknown sends that a person has to look at: older than `before`, while reports on later sends of their number arrived. Answers which.
    pub fn review_unknown_sends(&mut self, before: i64, machine_now: i64) -> Result<Vec<(WorkspaceId, SendId)>> {
        let rows = self.query(
            "UPDATE outbox SET state = 'needs_review', changed_at = $2
             WHERE state = 'unknown' AND changed_at < $1 AND EXISTS
               (SELECT 1 FROM channels c WHERE c.workspace_id = outbox.workspace_id AND c.id = outbox.channel_id
                  AND c.reported_up_to > outbox.changed_at)
             RETURNING workspace_id, id",
            params![before, machine_now],
        )?;
        rows.iter().map(whose).collect()
    }

    /// How many sends WhatsApp took before `before` and has not reported on since.
    pub fn silent_sends(&mut self, before: i64) -> Result<i64> {
        let sql = "SELECT count(*) FROM outbox WHERE state = 'accepted' AND changed_at < $1";
        self.query_one(sql, params![before])?.int(0)
    }

    /// A report arrived, so the message itself tells from now on.
    pub fn remove_send(&mut self, workspace: WorkspaceId, id: SendId) -> Result<()> {
        self.put("DELETE FROM outbox WHERE workspace_id = $1 AND id = $2", params![workspace, id])
    }

    /// One send, which nobody else changes until this transaction ends.
    pub fn outbox_row(&mut self, workspace: WorkspaceId, id: SendId) -> Result<Option<OutboxRow>> {
        let row =
            self.query_opt(sends!("outbox WHERE workspace_id = $1 AND id = $2 FOR UPDATE"), params![workspace, id])?;
        row.as_ref().map(read).transpose()
    }

    /// The sends of these ids that are still in the outbox.
    pub fn outbox_by_id(&mut self, workspace: WorkspaceId, ids: &[SendId]) -> Result<Vec<OutboxRow>> {
        let rows = self.query(
            sends!("outbox WHERE workspace_id = $1 AND id = ANY($2)"),
            params![workspace, ids.iter().map(|id| id.0).collect::<Vec<_>>()],
        )?;
        rows.iter().map(read).collect()
    }

    /// The sends of a thread, in their order.
    pub fn sends_of(&mut self, workspace: WorkspaceId, conversation: ConversationId) -> Result<Vec<OutboxRow>> {
        let rows = self.query(
            sends!("outbox WHERE workspace_id = $1 AND conversation_id = $2 ORDER BY seq"),
            params![workspace, conversation],
        )?;
        rows.iter().map(read).collect()
    }

    /// A page of the outbox, the newest first. `before` is the last id of the page before.
    pub fn outbox(&mut self, workspace: WorkspaceId, before: Option<SendId>, limit: i64) -> Result<Vec<OutboxRow>> {
        let rows = self.query(
            sends!("outbox WHERE workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
            params![workspace, before.map_or(Uuid::max(), |id| id.0), limit],
        )?;
        rows.iter().map(read).collect()
    }

    /// The same of one of the states that a person may have to look at; of any other there is nothing.
    pub fn listed_sends(
        &mut self,
        workspace: WorkspaceId,
        state: SendState,
        before: Option<SendId>,
        limit: i64,
    ) -> Result<Vec<OutboxRow>> {
        // In the words of the index, or neither database sees that it may use it.
        let rows = self.query(
            sends!(
                "outbox WHERE workspace_id = $1 AND state = $2 AND id < $3
               AND (state = 'unknown' OR state = 'needs_review' OR state = 'held' OR state = 'dead')
             ORDER BY id DESC LIMIT $4"
            ),
            params![workspace, state.name(), before.map_or(Uuid::max(), |id| id.0), limit],
        )?;
        rows.iter().map(read).collect()
    }

    /// How many sends of a workspace stand in each state that a person may have to look at.
    pub fn listed_send_counts(&mut self, workspace: WorkspaceId) -> Result<Vec<(SendState, i64)>> {
        let rows = self.query(
            "SELECT 'unknown', count(*) FROM outbox WHERE workspace_id = $1 AND state = 'unknown'
             UNION ALL SELECT 'needs_review', count(*) FROM outbox WHERE workspace_id = $1 AND state = 'needs_review'
             UNION ALL SELECT 'held', count(*) FROM outbox WHERE workspace_id = $1 AND state = 'held'
             UNION ALL SELECT 'dead', count(*) FROM outbox WHERE workspace_id = $1 AND state = 'dead'",
            params![workspace],
        )?;
        rows.iter().map(|row| Ok((row.named(0)?, row.int(1)?))).collect()
    }

    /// How many sends stand in each state, over all workspaces.
    pub fn outbox_counts(&mut self) -> Result<Vec<(SendState, i64)>> {
        let rows = self.query("SELECT state, count(*) FROM outbox WHERE state <> 'none' GROUP BY state", params![])?;
        rows.iter().map(|row| Ok((row.named(0)?, row.int(1)?))).collect()
    }

    /// A person lets a held or dead send go, into the present epoch. Answers whether it was one.
    pub fn release_send(&mut self, workspace: WorkspaceId, id: SendId, epoch: i64, machine_now: i64) -> Result<bool> {
        let touched = self.execute(
            "UPDATE outbox SET state = 'queued', reason = NULL, code = NULL, epoch = $3, not_before = $4, changed_at = $4, attempt = 0
             WHERE workspace_id = $1 AND id = $2 AND state IN ('held', 'dead')",
            params![workspace, id, epoch, machine_now],
        )?;
        if touched == 1 {
            self.put(
                "UPDATE messages SET progress = $3, error_code = NULL, error_text = NULL
                 WHERE workspace_id = $1 AND conversation_id = (SELECT conversation_id FROM outbox WHERE workspace_id = $1 AND id = $2)
                   AND seq = (SELECT seq FROM outbox WHERE workspace_id = $1 AND id = $2)",
                params![workspace, id, Progress::Pending.rank()],
            )?;
        }
        Ok(touched == 1)
    }
}

fn whose(row: &Row) -> Result<(WorkspaceId, SendId)> {
    Ok((WorkspaceId(row.id(0)?), SendId(row.id(1)?)))
}

fn new_send(row: &Row, from: usize) -> Result<NewSend> {
    Ok(NewSend {
        id: SendId(row.id(from)?),
        epoch: row.int(from + 1)?,
        channel: ChannelId(row.id(from + 2)?),
        conversation: ConversationId(row.id(from + 3)?),
        seq: row.int(from + 4)?,
        purpose: row.named(from + 5)?,
        payload: row.text(from + 6)?,
    })
}

fn sending(row: &Row) -> Result<Sending> {
    Ok(Sending {
        workspace: WorkspaceId(row.id(0)?),
        send: new_send(row, 1)?,
        attempt: row.int(8)?,
        phone: row.opt_text(9)?,
        user_id: row.opt_text(10)?,
        window_until: row.int(11)?,
        person_since: row.opt_int(12)?,
        matter_open: row.int(13)? == 1,
        opted_out_since: row.int(14)? == 1,
        opted_out: row.int(15)? == 1,
        no_marketing_until: row.opt_int(16)?,
        erased: row.int(17)? == 1,
        replies_only: row.opt_text(18)?,
        doubted: row.int(19)? == 1,
        of_nobody: row.int(20)? == 1,
    })
}

fn read(row: &Row) -> Result<OutboxRow> {
    Ok(OutboxRow {
        send: new_send(row, 0)?,
        state: row.named(7)?,
        reason: row.opt_text(8)?,
        attempt: row.int(9)?,
        wamid: row.opt_text(10)?,
        created_at: row.int(11)?,
        changed_at: row.int(12)?,
        not_before: row.int(13)?,
        code: row.opt_int(14)?,
        sent_to: row.opt_named(15)?,
    })
}

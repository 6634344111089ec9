//! What is delivered to the receivers of our webhooks: one row for an event and an endpoint. Times here are machine time.

use domain::endpoint::DeliveryState;
use domain::ids::{EndpointId, WorkspaceId};

use crate::changes::{pack, unpack};
use crate::{ChangeRow, Position, Result, Row, StoreError, Tx, params};

/// An event for an endpoint.
#[derive(Debug, Clone)]
pub struct DeliveryRow {
    /// The event.
    pub change: ChangeRow,
    /// Where it stands.
    pub state: DeliveryState,
    /// Attempts so far.
    pub attempts: i64,
    /// Not before this; 0 for the first attempt.
    pub next_try: i64,
    /// What the endpoint answered last.
    pub status: Option<i64>,
    /// The beginning of that answer, or what came instead.
    pub answer: Option<String>,
    /// When it last changed.
    pub changed_at: i64,
}

/// What came of an attempt.
#[derive(Debug, Clone)]
pub struct Attempted {
    /// The event.
    pub position: Position,
    /// Attempts before this one.
    pub attempts: i64,
    /// Where it stands now.
    pub state: DeliveryState,
    /// When it is tried again.
    pub next_try: i64,
    /// What the endpoint answered.
    pub status: Option<i64>,
    /// The beginning of the answer, or what came instead.
    pub answer: String,
}

impl Tx<'_> {
    /// An event is to be delivered, once.
    pub fn add_delivery(
        &mut self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        row: &ChangeRow,
        machine_now: i64,
    ) -> Result<()> {
        let Position { txid, seq, place } = row.position;
        self.put(
            "INSERT INTO deliveries (workspace_id, endpoint_id, txid, seq, place, at, event, state, attempts, next_try, changed_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, 0, $8) ON CONFLICT DO NOTHING",
            params![workspace, endpoint, txid, seq, place, row.at, pack(&[row.change]), machine_now],
        )
    }

    /// Events that were not tried yet, in their order.
    pub fn first_deliveries(
        &mut self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        limit: i64,
    ) -> Result<Vec<DeliveryRow>> {
        let rows = self.query(
            "SELECT txid, seq, place, at, event, state, attempts, next_try, status, answer, changed_at FROM deliveries
             WHERE workspace_id = $1 AND endpoint_id = $2 AND state = 'waiting' AND next_try = 0
             ORDER BY txid, seq, place LIMIT $3",
            params![workspace, endpoint, limit],
        )?;
        rows.iter().map(read).collect()
    }

    /// Events whose next attempt is due.
    pub fn due_deliveries(
        &mut self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        machine_now: i64,
        limit: i64,
    ) -> Result<Vec<DeliveryRow>> {
        let rows = self.query(
            "SELECT txid, seq, place, at, event, state, attempts, next_try, status, answer, changed_at FROM deliveries
             WHERE workspace_id = $1 AND endpoint_id = $2 AND state = 'waiting' AND next_try > 0 AND next_try <= $3
             ORDER BY next_try LIMIT $4",
            params![workspace, endpoint, machine_now, limit],
        )?;
        rows.iter().map(read).collect()
    }

    /// Writes down what came of an attempt. A success counts whoever tells it; anything else only if no other attempt was made meanwhile.
    pub fn settle_delivery(
        &mut self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        done: &Attempted,
        machine_now: i64,
    ) -> Result<()> {
        let Position { txid, seq, place } = done.position;
        self.put(
            "UPDATE deliveries SET attempts = attempts + 1, state = $7, next_try = $8, status = $9, answer = $10, changed_at = $11
             WHERE workspace_id = $1 AND endpoint_id = $2 AND txid = $3 AND seq = $4 AND place = $5 AND state = 'waiting'
               AND (attempts = $6 OR $7 = 'delivered')",
            params![
                workspace,
                endpoint,
                txid,
                seq,
                place,
                done.attempts,
                done.state.name(),
                done.next_try,
                done.status,
                &done.answer,
                machine_now
            ],
        )
    }

    /// A page of what was and is to be delivered, the newest first; of one state, if given. `before` is the last place of the page before.
    pub fn deliveries(
        &mut self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        state: Option<DeliveryState>,
        before: Option<Position>,
        limit: i64,
    ) -> Result<Vec<DeliveryRow>> {
        let end = Position { txid: i64::MAX, seq: i64::MAX, place: i64::MAX };
        let Position { txid, seq, place } = before.unwrap_or(end);
        let rows = self.query(
            "SELECT txid, seq, place, at, event, state, attempts, next_try, status, answer, changed_at FROM deliveries
             WHERE workspace_id = $1 AND endpoint_id = $2 AND (txid, seq, place) < ($3, $4, $5) AND state = coalesce($6, state)
             ORDER BY txid DESC, seq DESC, place DESC LIMIT $7",
            params![workspace, endpoint, txid, seq, place, state.map(DeliveryState::name), limit],
        )?;
        rows.iter().map(read).collect()
    }

    /// Has a delivery tried again from the first attempt on, whatever came of it. Answers whether there is such a one.
    pub fn replay_delivery(
        &mut self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        position: Position,
        machine_now: i64,
    ) -> Result<bool> {
        let Position { txid, seq, place } = position;
        let touched = self.execute(
            "UPDATE deliveries SET state = 'waiting', attempts = 0, next_try = 0, changed_at = $6
             WHERE workspace_id = $1 AND endpoint_id = $2 AND txid = $3 AND seq = $4 AND place = $5",
            params![workspace, endpoint, txid, seq, place, machine_now],
        )?;
        Ok(touched == 1)
    }

    /// Has dead deliveries of events since `since` tried again, at most `limit` of them. Answers how many.
    pub fn recover_deliveries(
        &mut self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        since: i64,
        limit: i64,
        machine_now: i64,
    ) -> Result<u64> {
        let dead = self.query(
            "SELECT txid, seq, place FROM deliveries
             WHERE workspace_id = $1 AND endpoint_id = $2 AND state = 'dead' AND at >= $3 ORDER BY at LIMIT $4",
            params![workspace, endpoint, since, limit],
        )?;
        for row in &dead {
            self.put(
                "UPDATE deliveries SET state = 'waiting', attempts = 0, next_try = 0, changed_at = $6
                 WHERE workspace_id = $1 AND endpoint_id = $2 AND txid = $3 AND seq = $4 AND place = $5",
                params![workspace, endpoint, row.int(0)?, row.int(1)?, row.int(2)?, machine_now],
            )?;
        }
        Ok(dead.len() as u64)
    }

    /// Removes what is older than `before`, of at most `rows` rows. Answers how many went.
    pub fn drop_deliveries(
        &mut self,
        workspace: WorkspaceId,
        endpoint: EndpointId,
        before: i64,
        rows: i64,
    ) -> Result<u64> {
        let oldest = self.query(
            "SELECT txid, seq, place, at FROM deliveries WHERE workspace_id = $1 AND endpoint_id = $2
             ORDER BY txid, seq, place LIMIT $3",
            params![workspace, endpoint, rows],
        )?;
        let mut last = None;
        for row in &oldest {
            if before <= row.int(3)? {
                break;
            }
            last = Some((row.int(0)?, row.int(1)?, row.int(2)?));
        }
        let Some((txid, seq, place)) = last else { return Ok(0) };
        self.execute(
            "DELETE FROM deliveries WHERE workspace_id = $1 AND endpoint_id = $2 AND (txid, seq, place) <= ($3, $4, $5)",
            params![workspace, endpoint, txid, seq, place],
        )
    }
}

fn read(row: &Row) -> Result<DeliveryRow> {
    let position = Position { txid: row.int(0)?, seq: row.int(1)?, place: row.int(2)? };
    let change = unpack(&row.bytes(4)?)?.into_iter().next();
    let change = change.ok_or_else(|| StoreError::Unexpected("a delivery of nothing".to_owned()))?;
    Ok(DeliveryRow {
        change: ChangeRow { position, at: row.int(3)?, change },
        state: row.named(5)?,
        attempts: row.int(6)?,
        next_try: row.int(7)?,
        status: row.opt_int(8)?,
        answer: row.opt_text(9)?,
        changed_at: row.int(10)?,
    })
}

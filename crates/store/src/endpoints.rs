//! Receivers of webhooks of our own. Times here are machine time.

use std::fmt;

use domain::endpoint::EndpointState;
use domain::ids::{EndpointId, WorkspaceId};
use uuid::Uuid;

use crate::{Keeper, Position, Result, Row, Tx, params};

/// An endpoint to be made.
#[derive(Debug, Clone)]
pub struct NewEndpoint {
    /// Its id.
    pub id: EndpointId,
    /// Where it is.
    pub url: String,
    /// What people call it.
    pub description: Option<String>,
    /// The types of events that it wants, JSON; all, if none are named.
    pub events: Option<String>,
    /// What signs.
    pub secret: SigningSecret,
    /// From where in the log it is told.
    pub from: Position,
}

/// A secret that shows itself to nobody but who signs with it.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningSecret(pub String);

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// An endpoint as lists show it.
#[derive(Debug, Clone)]
pub struct EndpointRow {
    /// Its id.
    pub id: EndpointId,
    /// Where it is.
    pub url: String,
    /// What people call it.
    pub description: Option<String>,
    /// The types of events that it wants, JSON.
    pub events: Option<String>,
    /// Whether it is posted to.
    pub state: EndpointState,
    /// Why it is not, or what it missed.
    pub reason: Option<String>,
    /// Since when every attempt failed.
    pub failing_since: Option<i64>,
    /// Milliseconds since 1970.
    pub created_at: i64,
    /// Milliseconds since 1970.
    pub changed_at: i64,
}

/// An endpoint that this node may post to until its lease ends.
#[derive(Debug, Clone)]
pub struct TakenEndpoint {
    /// Where it is.
    pub url: String,
    /// The types of events that it wants, JSON.
    pub events: Option<String>,
    /// What signs.
    pub secret: SigningSecret,
    /// What signs beside it, and until when.
    pub previous: Option<(SigningSecret, i64)>,
    /// Up to where the log has become deliveries.
    pub followed: Position,
    /// Since when every attempt failed.
    pub failing_since: Option<i64>,
    /// Before this it does not want to hear anything.
    pub not_before: i64,
}

impl Tx<'_> {
    /// Makes an endpoint.
    pub fn add_endpoint(&mut self, workspace: WorkspaceId, new: &NewEndpoint, machine_now: i64) -> Result<()> {
        self.put(
            "INSERT INTO endpoints (workspace_id, id, url, description, events, state, secret, txid, seq, not_before, lease_until,
                                    created_at, changed_at)
             VALUES ($1, $2, $3, $4, $5, 'enabled', $6, $7, $8, 0, 0, $9, $9)",
            params![
                workspace,
                new.id,
                &new.url,
                new.description.as_deref(),
                new.events.as_deref(),
                &new.secret.0,
                new.from.txid,
                new.from.seq,
                machine_now
            ],
        )
    }

    /// The endpoints of a workspace, the oldest first.
    pub fn endpoints(&mut self, workspace: WorkspaceId) -> Result<Vec<EndpointRow>> {
        let rows = self.query(
            "SELECT id, url, description, events, state, reason, failing_since, created_at, changed_at
             FROM endpoints WHERE workspace_id = $1 AND state <> 'deleted' ORDER BY id",
            params![workspace],
        )?;
        rows.iter().map(read).collect()
    }

    /// One endpoint.
    pub fn endpoint(&mut self, workspace: WorkspaceId, id: EndpointId) -> Result<Option<EndpointRow>> {
        let row = self.query_opt(
            "SELECT id, url, description, events, state, reason, failing_since, created_at, changed_at
             FROM endpoints WHERE workspace_id = $1 AND id = $2 AND state <> 'deleted'",
            params![workspace, id],
        )?;
        row.as_ref().map(read).transpose()
    }

    /// One endpoint, which nobody else changes until this transaction ends.
    pub fn endpoint_to_change(&mut self, workspace: WorkspaceId, id: EndpointId) -> Result<Option<EndpointRow>> {
        let row = self.query_opt(
            "SELECT id, url, description, events, state, reason, failing_since, created_at, changed_at
             FROM endpoints WHERE workspace_id = $1 AND id = $2 AND state <> 'deleted' FOR UPDATE",
            params![workspace, id],
        )?;
        row.as_ref().map(read).transpose()
    }

    /// Writes down what a person changed of an endpoint.
    pub fn update_endpoint(&mut self, workspace: WorkspaceId, row: &EndpointRow, machine_now: i64) -> Result<()> {
        self.put(
            "UPDATE endpoints SET url = $3, description = $4, events = $5, changed_at = $6 WHERE workspace_id = $1 AND id = $2",
            params![
                workspace,
                row.id,
                &row.url,
                row.description.as_deref(),
                row.events.as_deref(),
                machine_now
            ],
        )
    }

    /// Enables, disables or deletes an endpoint. Enabled, it has a clean slate.
    pub fn set_endpoint_state(
        &mut self,
        workspace: WorkspaceId,
        id: EndpointId,
        state: EndpointState,
        reason: Option<&str>,
        machine_now: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE endpoints SET state = $3, reason = $4, failing_since = NULL, not_before = 0, changed_at = $5
             WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, state.name(), reason, machine_now],
        )
    }

    /// Another secret signs from now on, and the one before beside it until `previous_until`.
    pub fn rotate_secret(
        &mut self,
        workspace: WorkspaceId,
        id: EndpointId,
        secret: &SigningSecret,
        previous_until: i64,
        machine_now: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE endpoints SET previous_secret = secret, previous_until = $4, secret = $3, changed_at = $5
             WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, &secret.0, previous_until, machine_now],
        )
    }

    /// Endpoints that may be posted to and for which there is something to do, of all workspaces; those that another node has are passed
    /// over.
    pub fn endpoints_at_work(&mut self, keeper: Keeper, machine_now: i64) -> Result<Vec<(WorkspaceId, EndpointId)>> {
        let rows = self.query(
            "SELECT e.workspace_id, e.id FROM endpoints e
             WHERE e.state = 'enabled' AND e.not_before <= $3 AND (e.lease_until <= $3 OR e.node = $1 OR $2 = 1
                 OR NOT EXISTS (SELECT 1 FROM nodes n WHERE n.id = e.node AND n.seen_at >= $4))
               AND (EXISTS (SELECT 1 FROM changes c WHERE c.workspace_id = e.workspace_id AND (c.txid, c.seq) > (e.txid, e.seq))
                 OR EXISTS (SELECT 1 FROM deliveries d WHERE d.workspace_id = e.workspace_id AND d.endpoint_id = e.id
                              AND d.state = 'waiting' AND d.next_try <= $3))",
            params![keeper.node, i64::from(keeper.alone), machine_now, keeper.seen_since],
        )?;
        rows.iter().map(|row| Ok((WorkspaceId(row.id(0)?), EndpointId(row.id(1)?)))).collect()
    }

    /// Takes an endpoint, or keeps it for longer; nothing if another node has it or it is not posted to any more.
    pub fn take_endpoint(
        &mut self,
        workspace: WorkspaceId,
        id: EndpointId,
        keeper: Keeper,
        lease_until: i64,
        machine_now: i64,
    ) -> Result<Option<TakenEndpoint>> {
        let row = self.query_opt(
            "UPDATE endpoints SET node = $3, lease_until = $4
             WHERE workspace_id = $1 AND id = $2 AND state = 'enabled' AND (lease_until <= $5 OR node = $3 OR $6 = 1
               OR NOT EXISTS (SELECT 1 FROM nodes n WHERE n.id = endpoints.node AND n.seen_at >= $7))
             RETURNING url, events, secret, previous_secret, previous_until, txid, seq, failing_since, not_before",
            params![workspace, id, keeper.node, lease_until, machine_now, i64::from(keeper.alone), keeper.seen_since],
        )?;
        row.as_ref().map(taken).transpose()
    }

    /// Gives an endpoint back, for whoever comes next.
    pub fn release_endpoint(&mut self, workspace: WorkspaceId, id: EndpointId, node: Uuid) -> Result<()> {
        self.put(
            "UPDATE endpoints SET lease_until = 0 WHERE workspace_id = $1 AND id = $2 AND node = $3",
            params![workspace, id, node],
        )
    }

    /// The log up to this place has become deliveries.
    pub fn note_followed(&mut self, workspace: WorkspaceId, id: EndpointId, up_to: Position) -> Result<()> {
        self.put(
            "UPDATE endpoints SET txid = $3, seq = $4 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, up_to.txid, up_to.seq],
        )
    }

    /// Something of the log was gone before it could be told.
    pub fn note_missed(&mut self, workspace: WorkspaceId, id: EndpointId, reason: &str) -> Result<()> {
        self.put("UPDATE endpoints SET reason = $3 WHERE workspace_id = $1 AND id = $2", params![workspace, id, reason])
    }

    /// How an endpoint fares after attempts.
    pub fn note_health(
        &mut self,
        workspace: WorkspaceId,
        id: EndpointId,
        failing_since: Option<i64>,
        not_before: i64,
    ) -> Result<()> {
        self.put(
            "UPDATE endpoints SET failing_since = $3, not_before = $4 WHERE workspace_id = $1 AND id = $2",
            params![workspace, id, failing_since, not_before],
        )
    }

    /// Every endpoint that is there or still to be cleared away, of all workspaces.
    pub fn all_endpoints(&mut self) -> Result<Vec<(WorkspaceId, EndpointId, EndpointState)>> {
        let mut all = Vec::new();
        for state in EndpointState::ALL {
            let sql = "SELECT workspace_id, id FROM endpoints WHERE state = $1";
            for row in self.query(sql, params![state.name()])? {
                all.push((WorkspaceId(row.id(0)?), EndpointId(row.id(1)?), *state));
            }
        }
        Ok(all)
    }

    /// Nothing is left of a deleted endpoint.
    pub fn clear_endpoint(&mut self, workspace: WorkspaceId, id: EndpointId) -> Result<()> {
        let sql = "DELETE FROM endpoints WHERE workspace_id = $1 AND id = $2 AND state = 'deleted'";
        self.put(sql, params![workspace, id])
    }
}

fn read(row: &Row) -> Result<EndpointRow> {
    Ok(EndpointRow {
        id: EndpointId(row.id(0)?),
        url: row.text(1)?,
        description: row.opt_text(2)?,
        events: row.opt_text(3)?,
        state: row.named(4)?,
        reason: row.opt_text(5)?,
        failing_since: row.opt_int(6)?,
        created_at: row.int(7)?,
        changed_at: row.int(8)?,
    })
}

fn taken(row: &Row) -> Result<TakenEndpoint> {
    let previous = row.opt_text(3)?.zip(row.opt_int(4)?);
    Ok(TakenEndpoint {
        url: row.text(0)?,
        events: row.opt_text(1)?,
        secret: SigningSecret(row.text(2)?),
        previous: previous.map(|(secret, until)| (SigningSecret(secret), until)),
        // Rows become deliveries whole.
        followed: Position { txid: row.int(5)?, seq: row.int(6)?, place: i64::MAX },
        failing_since: row.opt_int(7)?,
        not_before: row.int(8)?,
    })
}

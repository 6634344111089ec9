//! What may be sold.

use domain::ids::{CompanyId, ContactId, DealId, UserId, WorkspaceId};
use domain::record::{Deal, DealState, DealStatus};
use uuid::Uuid;

use super::{Since, Stored, Versioned, kept, money, unreadable};
use crate::{Result, Row, StoreError, Tx, Value, params};

/// Which deals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DealsOf {
    /// All of them.
    All,
    /// With a person.
    Contact(ContactId),
    /// With a business.
    Company(CompanyId),
    /// Where they stand.
    Stage {
        /// The pipeline.
        pipeline: String,
        /// The stage.
        stage: String,
    },
    /// Open, won or lost.
    Status(DealStatus),
}

/// The deals of a condition, as `read` takes them.
macro_rules! deals {
    ($condition:literal) => {
        concat!(
            "SELECT id, title, contact_id, company_id, owner_id, pipeline, stage, stage_since, status, closed_at, lost_reason, \
             amount, currency, expected_close, version, created_at, updated_at FROM deals WHERE ",
            $condition
        )
    };
}

impl Stored for Deal {
    fn add(&self, tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> Result<()> {
        tx.put(
            "INSERT INTO deals (workspace_id, id, title, contact_id, company_id, owner_id, pipeline, stage, stage_since, status,
                                closed_at, lost_reason, amount, currency, expected_close, version, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 1, $16, $16)",
            values(self, workspace, now),
        )
    }

    fn replace(&self, tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> Result<()> {
        tx.put(
            "UPDATE deals SET title = $3, contact_id = $4, member_id = CASE WHEN contact_id = $4 THEN member_id END, company_id = $5, owner_id = $6, pipeline = $7, stage = $8,
                              stage_since = $9, status = $10, closed_at = $11, lost_reason = $12, amount = $13, currency = $14,
                              expected_close = $15, version = version + 1, updated_at = $16
             WHERE workspace_id = $1 AND id = $2",
            values(self, workspace, now),
        )
    }

    fn to_change(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<Versioned<Self>>> {
        tx.query("SELECT id FROM deals WHERE workspace_id = $1 AND id = $2 FOR UPDATE", params![workspace, id])?;
        Self::one(tx, workspace, id)
    }

    fn one(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<Versioned<Self>>> {
        let row = tx.query_opt(deals!("workspace_id = $1 AND id = $2"), params![workspace, id])?;
        row.as_ref().map(read).transpose()
    }

    fn by_id(tx: &mut Tx<'_>, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Versioned<Self>>> {
        let rows = tx.query(by_ids!(tx, deals), params![workspace, ids.to_vec()])?;
        rows.iter().map(read).collect()
    }

    fn changed(tx: &mut Tx<'_>, workspace: WorkspaceId, (at, id): Since, limit: i64) -> Result<Vec<Versioned<Self>>> {
        let sql = deals!(
            "workspace_id = $1 AND updated_at >= $2 AND (updated_at, id) > ($2, $3) ORDER BY updated_at, id LIMIT $4"
        );
        tx.query(sql, params![workspace, at, id, limit])?.iter().map(read).collect()
    }
}

impl Tx<'_> {
    /// A page of deals, the newest first. `before` is the last id of the page before.
    pub fn deals(
        &mut self,
        workspace: WorkspaceId,
        which: &DealsOf,
        before: Option<DealId>,
        limit: i64,
    ) -> Result<Vec<Versioned<Deal>>> {
        let before = before.map_or(Uuid::max(), |id| id.0);
        let rows = match which {
            DealsOf::All => self.query(
                deals!("workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
                params![workspace, before, limit],
            ),
            DealsOf::Contact(contact) => {
                let whose = self.whoever(workspace, *contact)?;
                self.query(
                    deals!("workspace_id = $1 AND contact_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"),
                    params![workspace, whose, before, limit],
                )
            }
            DealsOf::Company(company) => self.query(
                deals!("workspace_id = $1 AND company_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"),
                params![workspace, *company, before, limit],
            ),
            DealsOf::Stage { pipeline, stage } => self.query(
                deals!("workspace_id = $1 AND pipeline = $2 AND stage = $3 AND id < $4 ORDER BY id DESC LIMIT $5"),
                params![workspace, pipeline, stage, before, limit],
            ),
            DealsOf::Status(status) => self.query(
                deals!("workspace_id = $1 AND status = $2 AND id < $3 ORDER BY id DESC LIMIT $4"),
                params![workspace, status.name(), before, limit],
            ),
        };
        rows?.iter().map(read).collect()
    }

    /// How many deals stand in a stage, counted up to `most`.
    pub fn deals_in_stage(&mut self, workspace: WorkspaceId, pipeline: &str, stage: &str, most: i64) -> Result<i64> {
        let sql = "SELECT count(*) FROM (SELECT id FROM deals WHERE workspace_id = $1 AND pipeline = $2 AND stage = $3 LIMIT $4) counted";
        self.query_one(sql, params![workspace, pipeline, stage, most])?.int(0)
    }
}

fn values(deal: &Deal, workspace: WorkspaceId, now: i64) -> Vec<Value> {
    params![
        workspace,
        deal.id,
        &deal.title,
        deal.contact,
        deal.company,
        deal.owner,
        &deal.pipeline,
        &deal.stage,
        deal.stage_since,
        deal.state.status().name(),
        deal.state.closed_at(),
        deal.state.reason(),
        deal.amount.map(|amount| amount.minor),
        deal.amount.as_ref().map(|amount| amount.currency.code()),
        deal.expected_close.map(|day| day.to_string()),
        now
    ]
}

fn read(row: &Row) -> Result<Versioned<Deal>> {
    let deal = Deal {
        id: DealId(row.id(0)?),
        title: row.text(1)?,
        contact: row.opt_id(2)?.map(ContactId),
        company: row.opt_id(3)?.map(CompanyId),
        owner: row.opt_id(4)?.map(UserId),
        pipeline: row.text(5)?,
        stage: row.text(6)?,
        stage_since: row.int(7)?,
        state: state(row)?,
        amount: money(row, 11)?,
        expected_close: row.opt_text(13)?.map(|day| day.parse()).transpose().map_err(unreadable)?,
    };
    kept(row, 14, deal)
}

fn state(row: &Row) -> Result<DealState> {
    let at = row.opt_int(9)?.unwrap_or_default();
    Ok(match row.named::<DealStatus>(8)? {
        DealStatus::Open => DealState::Open,
        DealStatus::Won => DealState::Won { at },
        DealStatus::Lost => {
            let reason = row.opt_text(10)?;
            let missing = || StoreError::Unexpected("a lost deal without its reason".to_owned());
            DealState::Lost { at, reason: reason.ok_or_else(missing)? }
        }
    })
}

//! Businesses that people belong to.

use domain::ids::{CompanyId, ContactId, WorkspaceId};
use domain::record::Company;
use uuid::Uuid;

use super::{Since, Stored, Versioned, kept};
use crate::{Result, Row, Tx, params};

/// The companies of a condition, as `read` takes them.
macro_rules! companies {
    ($condition:literal) => {
        concat!("SELECT id, name, domain, phone, version, created_at, updated_at FROM companies WHERE ", $condition)
    };
}

impl Stored for Company {
    fn add(&self, tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> Result<()> {
        tx.put(
            "INSERT INTO companies (workspace_id, id, name, domain, phone, version, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, 1, $6, $6)",
            params![workspace, self.id, &self.name, self.domain.as_deref(), self.phone.as_deref(), now],
        )
    }

    fn replace(&self, tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> Result<()> {
        tx.put(
            "UPDATE companies SET name = $3, domain = $4, phone = $5, version = version + 1, updated_at = $6
             WHERE workspace_id = $1 AND id = $2",
            params![workspace, self.id, &self.name, self.domain.as_deref(), self.phone.as_deref(), now],
        )
    }

    fn to_change(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<Versioned<Self>>> {
        tx.query("SELECT id FROM companies WHERE workspace_id = $1 AND id = $2 FOR UPDATE", params![workspace, id])?;
        Self::one(tx, workspace, id)
    }

    fn one(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<Versioned<Self>>> {
        let row = tx.query_opt(companies!("workspace_id = $1 AND id = $2"), params![workspace, id])?;
        row.as_ref().map(read).transpose()
    }

    fn by_id(tx: &mut Tx<'_>, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Versioned<Self>>> {
        let rows = tx.query(by_ids!(tx, companies), params![workspace, ids.to_vec()])?;
        rows.iter().map(read).collect()
    }

    fn changed(tx: &mut Tx<'_>, workspace: WorkspaceId, (at, id): Since, limit: i64) -> Result<Vec<Versioned<Self>>> {
        let sql = companies!(
            "workspace_id = $1 AND updated_at >= $2 AND (updated_at, id) > ($2, $3) ORDER BY updated_at, id LIMIT $4"
        );
        tx.query(sql, params![workspace, at, id, limit])?.iter().map(read).collect()
    }
}

impl Tx<'_> {
    /// A page of companies, the newest first. `before` is the last id of the page before.
    pub fn companies(
        &mut self,
        workspace: WorkspaceId,
        before: Option<CompanyId>,
        limit: i64,
    ) -> Result<Vec<Versioned<Company>>> {
        let before = before.map_or(Uuid::max(), |id| id.0);
        let sql = companies!("workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3");
        self.query(sql, params![workspace, before, limit])?.iter().map(read).collect()
    }

    /// The company for which a person works, if that is known.
    pub fn company_of(&mut self, workspace: WorkspaceId, contact: ContactId) -> Result<Option<Versioned<Company>>> {
        let sql = companies!(
            "workspace_id = $1 AND id = (SELECT e.company_id FROM employments e WHERE e.workspace_id = $1 AND e.contact_id = $2)"
        );
        self.query_opt(sql, params![workspace, contact])?.as_ref().map(read).transpose()
    }
}

fn read(row: &Row) -> Result<Versioned<Company>> {
    let company =
        Company { id: CompanyId(row.id(0)?), name: row.text(1)?, domain: row.opt_text(2)?, phone: row.opt_text(3)? };
    kept(row, 4, company)
}

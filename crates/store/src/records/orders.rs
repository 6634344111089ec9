//! What was bought.

use domain::ids::{ContactId, OrderId, WorkspaceId};
use domain::record::{Order, OrderStatus};
use uuid::Uuid;

use super::{Since, Stored, Versioned, kept, money, unreadable};
use crate::{Result, Row, Tx, Value, params};

/// Which orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrdersOf {
    /// All of them.
    All,
    /// Of a person.
    Contact(ContactId),
    /// Of one status.
    Status(OrderStatus),
}

/// The orders of a condition, as `read` takes them.
macro_rules! orders {
    ($condition:literal) => {
        concat!(
            "SELECT id, number, contact_id, status, total, currency, items, placed_at, tracking, version, created_at, updated_at \
             FROM orders WHERE ",
            $condition
        )
    };
}

impl Stored for Order {
    fn add(&self, tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> Result<()> {
        tx.put(
            "INSERT INTO orders (workspace_id, id, number, contact_id, status, total, currency, items, placed_at, tracking, version,
                                 created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $11)",
            values(self, workspace, now)?,
        )
    }

    fn replace(&self, tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> Result<()> {
        tx.put(
            "UPDATE orders SET number = $3, contact_id = $4, member_id = CASE WHEN contact_id = $4 THEN member_id END, status = $5, total = $6, currency = $7, items = $8, placed_at = $9,
                               tracking = $10, version = version + 1, updated_at = $11
             WHERE workspace_id = $1 AND id = $2",
            values(self, workspace, now)?,
        )
    }

    fn to_change(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<Versioned<Self>>> {
        tx.query("SELECT id FROM orders WHERE workspace_id = $1 AND id = $2 FOR UPDATE", params![workspace, id])?;
        Self::one(tx, workspace, id)
    }

    fn one(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<Versioned<Self>>> {
        let row = tx.query_opt(orders!("workspace_id = $1 AND id = $2"), params![workspace, id])?;
        row.as_ref().map(read).transpose()
    }

    fn by_id(tx: &mut Tx<'_>, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Versioned<Self>>> {
        let rows = tx.query(by_ids!(tx, orders), params![workspace, ids.to_vec()])?;
        rows.iter().map(read).collect()
    }

    fn changed(tx: &mut Tx<'_>, workspace: WorkspaceId, (at, id): Since, limit: i64) -> Result<Vec<Versioned<Self>>> {
        let sql = orders!(
            "workspace_id = $1 AND updated_at >= $2 AND (updated_at, id) > ($2, $3) ORDER BY updated_at, id LIMIT $4"
        );
        tx.query(sql, params![workspace, at, id, limit])?.iter().map(read).collect()
    }
}

impl Tx<'_> {
    /// The order of a number.
    pub fn order_of_number(&mut self, workspace: WorkspaceId, number: &str) -> Result<Option<Versioned<Order>>> {
        let row = self.query_opt(orders!("workspace_id = $1 AND number = $2"), params![workspace, number])?;
        row.as_ref().map(read).transpose()
    }

    /// A page of orders, the newest first. `before` is the last id of the page before.
    pub fn orders(
        &mut self,
        workspace: WorkspaceId,
        which: OrdersOf,
        before: Option<OrderId>,
        limit: i64,
    ) -> Result<Vec<Versioned<Order>>> {
        let before = before.map_or(Uuid::max(), |id| id.0);
        let rows = match which {
            OrdersOf::All => self.query(
                orders!("workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
                params![workspace, before, limit],
            ),
            OrdersOf::Contact(contact) => {
                let whose = self.whoever(workspace, contact)?;
                self.query(
                    orders!("workspace_id = $1 AND contact_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"),
                    params![workspace, whose, before, limit],
                )
            }
            OrdersOf::Status(status) => self.query(
                orders!("workspace_id = $1 AND status = $2 AND id < $3 ORDER BY id DESC LIMIT $4"),
                params![workspace, status.name(), before, limit],
            ),
        };
        rows?.iter().map(read).collect()
    }
}

fn values(order: &Order, workspace: WorkspaceId, now: i64) -> Result<Vec<Value>> {
    Ok(params![
        workspace,
        order.id,
        &order.number,
        order.contact,
        order.status.name(),
        order.total.map(|total| total.minor),
        order.total.as_ref().map(|total| total.currency.code()),
        serde_json::to_string(&order.items).map_err(unreadable)?,
        order.placed_at,
        order.tracking.as_deref(),
        now
    ])
}

fn read(row: &Row) -> Result<Versioned<Order>> {
    let order = Order {
        id: OrderId(row.id(0)?),
        number: row.text(1)?,
        contact: row.opt_id(2)?.map(ContactId),
        status: row.named(3)?,
        total: money(row, 4)?,
        items: serde_json::from_str(&row.text(6)?).map_err(unreadable)?,
        placed_at: row.int(7)?,
        tracking: row.opt_text(8)?,
    };
    kept(row, 9, order)
}

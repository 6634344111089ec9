//! Meetings at a time.

use domain::ids::{AppointmentId, ContactId, UserId, WorkspaceId};
use domain::record::{Appointment, AppointmentStatus};
use uuid::Uuid;

use super::{Since, Stored, Versioned, kept};
use crate::{Dialect, Result, Row, Tx, Value, params};

/// Which appointments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AppointmentsOf {
    /// All of them.
    All,
    /// With a person.
    Contact(ContactId),
    /// Of one status.
    Status(AppointmentStatus),
}

/// The appointments of a condition, as `read` takes them.
macro_rules! appointments {
    ($condition:literal) => {
        concat!(
            "SELECT id, contact_id, service, place, starts_at, ends_at, time_zone, status, owner_id, version, created_at, updated_at \
             FROM appointments WHERE ",
            $condition
        )
    };
}

impl Stored for Appointment {
    fn add(&self, tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> Result<()> {
        tx.put(
            "INSERT INTO appointments (workspace_id, id, contact_id, service, place, starts_at, ends_at, time_zone, status, owner_id,
                                       version, created_at, updated_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11, $11)",
            values(self, workspace, now),
        )
    }

    fn replace(&self, tx: &mut Tx<'_>, workspace: WorkspaceId, now: i64) -> Result<()> {
        tx.put(
            "UPDATE appointments SET contact_id = $3, member_id = CASE WHEN contact_id = $3 THEN member_id END, service = $4, place = $5, starts_at = $6, ends_at = $7, time_zone = $8,
                                     status = $9, owner_id = $10, version = version + 1, updated_at = $11
             WHERE workspace_id = $1 AND id = $2",
            values(self, workspace, now),
        )
    }

    fn to_change(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<Versioned<Self>>> {
        tx.query("SELECT id FROM appointments WHERE workspace_id = $1 AND id = $2 FOR UPDATE", params![workspace, id])?;
        Self::one(tx, workspace, id)
    }

    fn one(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<Versioned<Self>>> {
        let row = tx.query_opt(appointments!("workspace_id = $1 AND id = $2"), params![workspace, id])?;
        row.as_ref().map(read).transpose()
    }

    fn by_id(tx: &mut Tx<'_>, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<Versioned<Self>>> {
        let rows = tx.query(by_ids!(tx, appointments), params![workspace, ids.to_vec()])?;
        rows.iter().map(read).collect()
    }

    fn changed(tx: &mut Tx<'_>, workspace: WorkspaceId, (at, id): Since, limit: i64) -> Result<Vec<Versioned<Self>>> {
        let sql = appointments!(
            "workspace_id = $1 AND updated_at >= $2 AND (updated_at, id) > ($2, $3) ORDER BY updated_at, id LIMIT $4"
        );
        tx.query(sql, params![workspace, at, id, limit])?.iter().map(read).collect()
    }
}

impl Tx<'_> {
    /// A page of appointments, the newest first. `before` is the last id of the page before.
    pub fn appointments(
        &mut self,
        workspace: WorkspaceId,
        which: AppointmentsOf,
        before: Option<AppointmentId>,
        limit: i64,
    ) -> Result<Vec<Versioned<Appointment>>> {
        let before = before.map_or(Uuid::max(), |id| id.0);
        let rows = match which {
            AppointmentsOf::All => self.query(
                appointments!("workspace_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"),
                params![workspace, before, limit],
            ),
            AppointmentsOf::Contact(contact) => {
                let whose = self.whoever(workspace, contact)?;
                self.query(
                    appointments!("workspace_id = $1 AND contact_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4"),
                    params![workspace, whose, before, limit],
                )
            }
            AppointmentsOf::Status(status) => self.query(
                appointments!("workspace_id = $1 AND status = $2 AND id < $3 ORDER BY id DESC LIMIT $4"),
                params![workspace, status.name(), before, limit],
            ),
        };
        rows?.iter().map(read).collect()
    }

    /// Appointments that begin in a span of time, in their order, behind the last one of the page before.
    pub fn appointments_between(
        &mut self,
        workspace: WorkspaceId,
        (at, id): Since,
        until: i64,
        limit: i64,
    ) -> Result<Vec<Versioned<Appointment>>> {
        let sql = appointments!(
            "workspace_id = $1 AND (starts_at, id) > ($2, $3) AND starts_at < $4 ORDER BY starts_at, id LIMIT $5"
        );
        self.query(sql, params![workspace, at, id, until, limit])?.iter().map(read).collect()
    }
}

/// The latest appointments of each of these people.
pub(crate) fn of_people(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    people: &[ContactId],
) -> Result<Vec<Versioned<Appointment>>> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => appointments!("workspace_id = $1 AND contact_id = ANY($2) ORDER BY id DESC LIMIT 30"),
        Dialect::Postgres => concat!(
            "SELECT found.* FROM unnest($2::uuid[]) AS wanted(id) CROSS JOIN LATERAL (",
            appointments!("workspace_id = $1 AND contact_id = wanted.id ORDER BY id DESC LIMIT 3"),
            ") AS found"
        ),
    };
    let ids: Vec<Uuid> = people.iter().map(|id| id.0).collect();
    tx.query(sql, params![workspace, ids])?.iter().map(read).collect()
}

fn values(visit: &Appointment, workspace: WorkspaceId, now: i64) -> Vec<Value> {
    params![
        workspace,
        visit.id,
        visit.contact,
        &visit.service,
        visit.place.as_deref(),
        visit.starts_at,
        visit.ends_at,
        &visit.time_zone,
        visit.status.name(),
        visit.owner,
        now
    ]
}

fn read(row: &Row) -> Result<Versioned<Appointment>> {
    let visit = Appointment {
        id: AppointmentId(row.id(0)?),
        contact: ContactId(row.id(1)?),
        service: row.text(2)?,
        place: row.opt_text(3)?,
        starts_at: row.int(4)?,
        ends_at: row.int(5)?,
        time_zone: row.text(6)?,
        status: row.named(7)?,
        owner: row.opt_id(8)?.map(UserId),
    };
    kept(row, 9, visit)
}

//! What changes hands: one statement for each kind of thing, whatever there is of it. Each thing names whose it is by itself as well, and
//! goes back with them.

use domain::ids::{AppointmentId, ContactId, ConversationId, DealId, EventId, NoteId, OrderId, TicketId, WorkspaceId};
use domain::record::{Noun, RecordRef};
use uuid::Uuid;

use super::Moved;
use crate::{Result, Row, Tx, Value, params};

/// From whom to whom, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way {
    pub(super) workspace: WorkspaceId,
    pub(super) from: ContactId,
    pub(super) to: ContactId,
    pub(super) now: i64,
}

impl Way {
    fn params(self) -> Vec<Value> {
        params![self.workspace, self.from, self.to]
    }

    fn of(self, members: &[ContactId]) -> Vec<Value> {
        params![self.workspace, self.from, self.to, ids(members)]
    }

    /// What has versions gets another one: whoever had it on their screen saw something else.
    fn versioned(self, mut params: Vec<Value>) -> Vec<Value> {
        params.push(self.now.into());
        params
    }
}

/// All records of a table become the other's.
macro_rules! handed_over {
    ($table:literal) => {
        concat!(
            "UPDATE ",
            $table,
            " SET contact_id = $3, member_id = coalesce(member_id, contact_id), version = version + 1, updated_at = $4
             WHERE workspace_id = $1 AND contact_id = $2 RETURNING id"
        )
    };
}

/// The records of a table that are these members' go to one of them.
macro_rules! handed_back {
    ($table:literal) => {
        concat!(
            "UPDATE ",
            $table,
            " SET contact_id = $3, member_id = nullif(member_id, $3), version = version + 1, updated_at = $5
             WHERE workspace_id = $1 AND contact_id = $2 AND member_id = ANY($4) RETURNING id"
        )
    };
}

/// Everything becomes the other's, and remembers whose it was.
pub(super) fn hand_over(tx: &mut Tx<'_>, way: Way) -> Result<Moved> {
    tx.execute(
        "UPDATE identities SET contact_id = $3, member_id = coalesce(member_id, contact_id) WHERE workspace_id = $1 AND contact_id = $2",
        way.params(),
    )?;
    // Each is locked before anything of it is looked at, in the order of their ids: what a verb is doing in it comes along.
    tx.query(
        "SELECT id FROM conversations WHERE workspace_id = $1 AND contact_id = $2 ORDER BY id FOR UPDATE",
        params![way.workspace, way.from],
    )?;
    let threads = moved(
        tx,
        "UPDATE conversations SET contact_id = $3, member_id = coalesce(member_id, contact_id)
         WHERE workspace_id = $1 AND contact_id = $2 RETURNING id",
        way.params(),
    )?;
    let tickets = give_work(tx, way, &threads)?;
    let deals = moved(tx, handed_over!("deals"), way.versioned(way.params()))?;
    let appointments = moved(tx, handed_over!("appointments"), way.versioned(way.params()))?;
    let orders = moved(tx, handed_over!("orders"), way.versioned(way.params()))?;
    let notes = moved(
        tx,
        "UPDATE record_notes SET record_id = $3, member_id = coalesce(member_id, record_id)
         WHERE workspace_id = $1 AND noun = 'contact' AND record_id = $2 RETURNING id",
        way.params(),
    )?;
    tx.execute(
        "UPDATE record_history SET record_id = $3, member_id = coalesce(member_id, record_id)
         WHERE workspace_id = $1 AND noun = 'contact' AND record_id = $2",
        way.params(),
    )?;
    // What is said to them unasked is counted for whoever they are.
    tx.execute("UPDATE follow_ups SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2", way.params())?;
    // A line that stands on both timelines stays on both.
    tx.execute(
        "UPDATE events SET contact_id = $3, member_id = coalesce(member_id, contact_id)
         WHERE workspace_id = $1 AND contact_id = $2 AND NOT EXISTS
           (SELECT 1 FROM events o WHERE o.workspace_id = $1 AND o.contact_id = $3 AND o.id = events.id)",
        way.params(),
    )?;
    Ok(Moved::of(threads, tickets, deals, appointments, orders, notes))
}

/// What is these contacts' by itself goes to one of them; of the timeline also what became of it since `since`, while nobody told them apart.
pub(super) fn hand_back(tx: &mut Tx<'_>, way: Way, theirs: &[ContactId], since: i64) -> Result<Moved> {
    tx.execute(
        "UPDATE identities SET contact_id = $3, member_id = nullif(member_id, $3)
         WHERE workspace_id = $1 AND contact_id = $2 AND member_id = ANY($4)",
        way.of(theirs),
    )?;
    tx.query(
        "SELECT id FROM conversations WHERE workspace_id = $1 AND contact_id = $2 AND member_id = ANY($3) ORDER BY id FOR UPDATE",
        params![way.workspace, way.from, ids(theirs)],
    )?;
    let threads = moved(
        tx,
        "UPDATE conversations SET contact_id = $3, member_id = nullif(member_id, $3)
         WHERE workspace_id = $1 AND contact_id = $2 AND member_id = ANY($4) RETURNING id",
        way.of(theirs),
    )?;
    let tickets = give_work(tx, way, &threads)?;
    let deals = moved(tx, handed_back!("deals"), way.versioned(way.of(theirs)))?;
    let appointments = moved(tx, handed_back!("appointments"), way.versioned(way.of(theirs)))?;
    let orders = moved(tx, handed_back!("orders"), way.versioned(way.of(theirs)))?;
    let notes = moved(
        tx,
        "UPDATE record_notes SET record_id = $3, member_id = nullif(member_id, $3)
         WHERE workspace_id = $1 AND noun = 'contact' AND record_id = $2 AND member_id = ANY($4) RETURNING id",
        way.of(theirs),
    )?;
    tx.execute(
        "UPDATE events SET contact_id = $3, member_id = nullif(member_id, $3)
         WHERE workspace_id = $1 AND contact_id = $2 AND (member_id = ANY($4) OR conversation_id = ANY($5)) AND NOT EXISTS
           (SELECT 1 FROM events o WHERE o.workspace_id = $1 AND o.contact_id = $3 AND o.id = events.id)",
        params![way.workspace, way.from, way.to, ids(theirs), threads.clone()],
    )?;
    let records = [(Noun::Deal, &deals), (Noun::Appointment, &appointments), (Noun::Order, &orders)];
    for (noun, records) in records {
        give_lines(tx, way, noun, records, since)?;
    }
    let followed = [&tickets, &deals, &appointments, &orders].into_iter().flatten().copied().collect::<Vec<_>>();
    tx.execute(
        "UPDATE follow_ups SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2 AND record_id = ANY($4)",
        params![way.workspace, way.from, way.to, followed],
    )?;
    tx.execute(
        "UPDATE record_history SET record_id = $3, member_id = nullif(member_id, $3)
         WHERE workspace_id = $1 AND noun = 'contact' AND record_id = $2 AND member_id = ANY($4)",
        way.of(theirs),
    )?;
    Ok(Moved::of(threads, tickets, deals, appointments, orders, notes))
}

/// The matters of threads, which their messages name, and the tickets: those of the matters, the open and the last one.
fn give_work(tx: &mut Tx<'_>, way: Way, threads: &[Uuid]) -> Result<Vec<Uuid>> {
    let Way { workspace, from, to, .. } = way;
    let matters = moved(
        tx,
        "SELECT DISTINCT interaction_id FROM messages
         WHERE workspace_id = $1 AND conversation_id = ANY($2) AND interaction_id IS NOT NULL",
        params![workspace, threads.to_vec()],
    )?;
    let rows = tx.query(
        "UPDATE interactions SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2 AND id = ANY($4) RETURNING ticket_id",
        params![workspace, from, to, matters],
    )?;
    let mut tickets = rows.iter().filter_map(|row| row.opt_id(0).transpose()).collect::<Result<Vec<_>>>()?;
    let rows = tx.query(
        "SELECT ticket_id, last_ticket_id FROM conversations WHERE workspace_id = $1 AND id = ANY($2)",
        params![workspace, threads.to_vec()],
    )?;
    for row in &rows {
        tickets.extend(row.opt_id(0)?.into_iter().chain(row.opt_id(1)?));
    }
    moved(
        tx,
        "UPDATE tickets SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2 AND id = ANY($4) RETURNING id",
        params![workspace, from, to, tickets],
    )
}

/// The lines on a timeline of what became of records since a moment.
fn give_lines(tx: &mut Tx<'_>, way: Way, noun: Noun, records: &[Uuid], since: i64) -> Result<()> {
    tx.execute(
        "UPDATE events SET contact_id = $3, member_id = nullif(member_id, $3)
         WHERE workspace_id = $1 AND contact_id = $2 AND at >= $6 AND EXISTS
           (SELECT 1 FROM record_history h
            WHERE h.workspace_id = $1 AND h.noun = $4 AND h.record_id = ANY($5) AND h.id = events.id) AND NOT EXISTS
           (SELECT 1 FROM events o WHERE o.workspace_id = $1 AND o.contact_id = $3 AND o.id = events.id)",
        params![way.workspace, way.from, way.to, noun.name(), records.to_vec(), since],
    )
    .map(drop)
}

impl Tx<'_> {
    /// Something that a person owns was made for one of the contacts that are taken for them, and goes with it.
    pub fn set_member(&mut self, workspace: WorkspaceId, record: RecordRef, member: ContactId) -> Result<()> {
        let sql = match record.noun {
            Noun::Deal => "UPDATE deals SET member_id = $3 WHERE workspace_id = $1 AND id = $2",
            Noun::Appointment => "UPDATE appointments SET member_id = $3 WHERE workspace_id = $1 AND id = $2",
            Noun::Order => "UPDATE orders SET member_id = $3 WHERE workspace_id = $1 AND id = $2",
            Noun::Company | Noun::Contact => return Ok(()),
        };
        self.put(sql, params![workspace, record.id, member])
    }

    /// The same of a note beside a person, with the line that tells of it.
    pub fn set_member_of_note(
        &mut self,
        workspace: WorkspaceId,
        (note, line): (NoteId, EventId),
        contact: ContactId,
        member: ContactId,
    ) -> Result<()> {
        self.put(
            "UPDATE record_notes SET member_id = $3 WHERE workspace_id = $1 AND id = $2",
            params![workspace, note, member],
        )?;
        self.put(
            "UPDATE record_history SET member_id = $4 WHERE workspace_id = $1 AND noun = 'contact' AND record_id = $2 AND id = $3",
            params![workspace, contact, line, member],
        )?;
        self.put(
            "UPDATE events SET member_id = $4 WHERE workspace_id = $1 AND contact_id = $2 AND id = $3",
            params![workspace, contact, line, member],
        )
    }
}

impl Moved {
    fn of(
        threads: Vec<Uuid>,
        tickets: Vec<Uuid>,
        deals: Vec<Uuid>,
        appointments: Vec<Uuid>,
        orders: Vec<Uuid>,
        notes: Vec<Uuid>,
    ) -> Moved {
        Moved {
            conversations: threads.into_iter().map(ConversationId).collect(),
            tickets: tickets.into_iter().map(TicketId).collect(),
            deals: deals.into_iter().map(DealId).collect(),
            appointments: appointments.into_iter().map(AppointmentId).collect(),
            orders: orders.into_iter().map(OrderId).collect(),
            notes: notes.into_iter().map(NoteId).collect(),
        }
    }
}

fn moved(tx: &mut Tx<'_>, sql: &'static str, params: Vec<Value>) -> Result<Vec<Uuid>> {
    tx.query(sql, params)?.iter().map(|row: &Row| row.id(0)).collect()
}

fn ids(contacts: &[ContactId]) -> Vec<Uuid> {
    contacts.iter().map(|contact| contact.0).collect()
}

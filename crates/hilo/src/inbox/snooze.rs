//! Work is put aside until a moment, until the customer writes, or until a record changes. A message of the customer's brings it back in
//! any case, and so does a person.

use std::sync::Arc;

use domain::change::{EventType, Subject};
use domain::ids::{ContactId, ConversationId, WorkspaceId};
use domain::interaction::Step;
use domain::record::{Appointment, Company, Deal, Noun, Order, RecordRef};
use store::{Snooze, Stored, TicketRow, Tx};

use super::entry::Entry;
use super::open_work::{changed, open_work};
use super::{Actor, Done, Refusal};
use crate::changes;
use crate::node::Node;

/// Nothing is put aside for longer than a year.
const LONGEST_MS: i64 = 366 * 24 * 3_600_000;

/// Puts work aside.
pub async fn snooze(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: ConversationId,
    wanted: Snooze,
    by: &Actor,
) -> Done<TicketRow> {
    let entry = Entry::new(node, &by.name);
    if let Some(until) = wanted.until
        && !(entry.at < until && until <= entry.at + LONGEST_MS)
    {
        return Err(Refusal::Invalid("`until` is a moment of the next twelve months, in milliseconds".to_owned()));
    }
    let record = wanted.record.as_deref().map(reference).transpose()?;
    // As a change of the record will spell it.
    let wanted = Snooze { record: record.map(|record| record.to_string()), ..wanted };
    let snoozed = node.store.write(Vec::new(), move |tx| put_aside(tx, workspace, id, &wanted, record, &entry)).await?;
    node.changed(&[workspace]);
    snoozed
}

/// `deal/01a20577-…`.
fn reference(text: &str) -> Done<RecordRef> {
    let parts = text.split_once('/').and_then(|(noun, id)| Some((noun.parse().ok()?, id.parse().ok()?)));
    let said = || Refusal::Invalid("`record` names a record by its kind and id, `deal/01a20577-…`".to_owned());
    parts.map(|(noun, id)| RecordRef { noun, id }).ok_or_else(said)
}

/// Nobody waits for what is not there.
fn is_there(tx: &mut Tx<'_>, workspace: WorkspaceId, RecordRef { noun, id }: RecordRef) -> store::Result<bool> {
    Ok(match noun {
        Noun::Contact => tx.contact(workspace, ContactId(id))?.is_some(),
        Noun::Company => Company::one(tx, workspace, id)?.is_some(),
        Noun::Deal => Deal::one(tx, workspace, id)?.is_some(),
        Noun::Appointment => Appointment::one(tx, workspace, id)?.is_some(),
        Noun::Order => Order::one(tx, workspace, id)?.is_some(),
    })
}

fn put_aside(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
    wanted: &Snooze,
    record: Option<RecordRef>,
    entry: &Entry,
) -> store::Result<Done<TicketRow>> {
    if let Some(record) = record
        && !is_there(tx, workspace, record)?
    {
        return Ok(Err(Refusal::Missing("record")));
    }
    let work = match open_work(tx, workspace, id)? {
        Ok(work) => work,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let ticket = work.ticket.ticket.id;
    tx.snooze_ticket(workspace, ticket, wanted, entry.at)?;
    entry.write(tx, workspace, id, Step::Snoozed { until: wanted.until, record: record.map(|record| record.noun) })?;
    changes::tell(tx, workspace, EventType::TicketSnoozed, Subject::Ticket(ticket))?;
    changed(tx, workspace, &work.ticket)
}

/// Brings work back before its time.
pub async fn wake(node: &Arc<Node>, workspace: WorkspaceId, id: ConversationId, by: &Actor) -> Done<TicketRow> {
    let entry = Entry::new(node, &by.name);
    let woken = node.store.write(Vec::new(), move |tx| bring_back(tx, workspace, id, &entry)).await?;
    node.changed(&[workspace]);
    node.work_wakes.notify_one();
    woken
}

fn bring_back(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ConversationId,
    entry: &Entry,
) -> store::Result<Done<TicketRow>> {
    let work = match open_work(tx, workspace, id)? {
        Ok(work) => work,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if work.ticket.snoozed.is_some() {
        woken(tx, workspace, &work.ticket, entry)?;
    }
    changed(tx, workspace, &work.ticket)
}

/// A ticket that was put aside is in the inbox again.
pub(crate) fn woken(tx: &mut Tx<'_>, workspace: WorkspaceId, ticket: &TicketRow, entry: &Entry) -> store::Result<()> {
    tx.wake_ticket(workspace, ticket.ticket.id, entry.at)?;
    entry.write(tx, workspace, ticket.ticket.conversation, Step::Woken)?;
    changes::tell(tx, workspace, EventType::TicketWoken, Subject::Ticket(ticket.ticket.id))
}

/// A record changed, `deal/01a20577-…`: what was put aside until then comes back, in the transaction of the change.
pub(crate) fn wake_for_record(tx: &mut Tx<'_>, workspace: WorkspaceId, record: &str, now: i64) -> store::Result<()> {
    for ticket in tx.snoozed_for(workspace, record)? {
        woken(tx, workspace, &ticket, &Entry::at(now, "automation"))?;
    }
    Ok(())
}

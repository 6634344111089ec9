//! What is planned for a record is brought up to date whenever the record changes, in the transaction of the change.

use domain::fact::{Facts, Thing, ThingRef, TicketFacts};
use domain::follow_up::{Because, Cause, FollowUpState};
use domain::ids::{ContactId, TicketId, WorkspaceId};
use domain::interaction::TicketState;
use domain::record::{Appointment, Deal, Order};
use store::{FollowUpRow, NewTicket, Stored, Tx};

use super::Rules;
use super::gather::dealings;
use super::plan::{Move, Standing, plan};
use super::settle::{Settlement, settle};
use crate::records::Told;

/// A person has a thread for each of their names with each of our numbers: a handful.
const MOST_THREADS: i64 = 100;

/// How much of what was planned is different.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Replanned {
    pub(super) planned: i64,
    pub(super) cancelled: i64,
}

/// Brings the plans for a record up to date.
pub(crate) fn of_record<R: Told>(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    rules: &Rules,
    record: &R,
    at: i64,
) -> store::Result<()> {
    if !rules.follow(R::THING) {
        return Ok(());
    }
    let about = ThingRef { of: R::THING, id: record.id() };
    let facts = record.seen_in(Facts::default());
    bring_up_to_date(tx, workspace, rules, about, record.contact(), facts, at).map(drop)
}

/// Plans what follows a ticket that was opened just now. Of that nothing is known yet, so nothing is asked unless a rule follows open
/// tickets.
pub(crate) fn of_new_ticket(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    rules: &Rules,
    new: &NewTicket,
    at: i64,
) -> store::Result<()> {
    if !rules.follow(Thing::Ticket) {
        return Ok(());
    }
    let ticket = TicketFacts {
        state: TicketState::Open,
        kind: new.kind.clone(),
        queue: new.queue.clone(),
        opened_at: at,
        resolved_at: None,
        outcome: None,
        score: None,
    };
    let facts =
        with_person_if_asked(tx, workspace, rules, new.contact, Thing::Ticket, Facts::default().with_ticket(&ticket))?;
    let about = ThingRef { of: Thing::Ticket, id: new.id.0 };
    let standing = Standing { about, contact: new.contact, facts: &facts };
    carry_out(tx, workspace, plan(rules, standing, &[], at), at).map(drop)
}

/// Brings the plans for a ticket up to date.
pub(crate) fn of_ticket(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    rules: &Rules,
    id: TicketId,
    at: i64,
) -> store::Result<()> {
    match rules.follow(Thing::Ticket) {
        true => of_thing(tx, workspace, rules, ThingRef { of: Thing::Ticket, id: id.0 }, at).map(drop),
        false => Ok(()),
    }
}

/// The same for a record that is read first. What is planned for one that is gone is cancelled.
pub(super) fn of_thing(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    rules: &Rules,
    about: ThingRef,
    at: i64,
) -> store::Result<Replanned> {
    let found = match about.of {
        Thing::Appointment => seen::<Appointment>(tx, workspace, about)?,
        Thing::Deal => seen::<Deal>(tx, workspace, about)?,
        Thing::Order => seen::<Order>(tx, workspace, about)?,
        Thing::Ticket => {
            let row = tx.ticket(workspace, TicketId(about.id))?;
            row.map(|row| (row.ticket.contact, Facts::default().with_ticket(&row.facts())))
        }
        Thing::Contact | Thing::Company => None,
    };
    match found {
        Some((contact, facts)) => bring_up_to_date(tx, workspace, rules, about, contact, facts, at),
        None => Ok(Replanned::default()),
    }
}

fn seen<R: Told + Stored>(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    about: ThingRef,
) -> store::Result<Option<(Option<ContactId>, Facts)>> {
    let kept = R::one(tx, workspace, about.id)?;
    Ok(kept.map(|kept| (kept.record.contact(), kept.record.seen_in(Facts::default()))))
}

fn bring_up_to_date(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    rules: &Rules,
    about: ThingRef,
    contact: Option<ContactId>,
    facts: Facts,
    at: i64,
) -> store::Result<Replanned> {
    let facts = with_person_if_asked(tx, workspace, rules, contact, about.of, facts)?;
    let present = tx.follow_ups_to_plan(workspace, about)?;
    carry_out(tx, workspace, plan(rules, Standing { about, contact, facts: &facts }, &present, at), at)
}

fn carry_out(tx: &mut Tx<'_>, workspace: WorkspaceId, moves: Vec<Move>, at: i64) -> store::Result<Replanned> {
    let mut done = Replanned::default();
    for one in moves {
        match one {
            Move::Plan(row) => {
                tx.plan_follow_up(workspace, &row)?;
                done.planned += 1;
            }
            Move::Cancel(row, cause) => {
                cancel(tx, workspace, &row, cause, at)?;
                done.cancelled += 1;
            }
        }
    }
    Ok(done)
}

/// With what is known of the person, where a rule about such a thing looks at them.
fn with_person_if_asked(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    rules: &Rules,
    contact: Option<ContactId>,
    of: Thing,
    facts: Facts,
) -> store::Result<Facts> {
    let Some(contact) = contact.filter(|_| rules.plan_by_person(of)) else { return Ok(facts) };
    let person = tx.people_by_id(workspace, &[contact])?.into_iter().next();
    let threads = tx.conversations(workspace, Some(contact), None, MOST_THREADS)?;
    Ok(match person {
        Some(person) => facts.with_contact(&person.contact, dealings(&threads)),
        None => facts,
    })
}

fn cancel(tx: &mut Tx<'_>, workspace: WorkspaceId, row: &FollowUpRow, cause: Cause, at: i64) -> store::Result<()> {
    let settled = Settlement::new(FollowUpState::Cancelled, Some(Because::Cause(cause)), at);
    settle(tx, workspace, row, None, settled)
}

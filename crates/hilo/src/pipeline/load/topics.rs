//! Reads what a message of an automated type could be about, and what automation said in its thread. Nothing else asks for any of it.

use domain::fact::{Dealings, Thing, ThingRef};
use domain::guard::LOOP_WITHIN_MS;
use domain::ids::{ContactId, TicketId, WorkspaceId};
use domain::interaction::{Author, Evidence, Step};
use domain::record::{Appointment, Deal, Order};
use jiff::{SignedDuration, Timestamp};
use store::{AppointmentsOf, DealsOf, MessageRow, OrdersOf, Stored, Tx, Versioned};
use workflow::Automation;

use crate::explain::steps;
use crate::kill_points::reached;
use crate::pipeline::asked::{Asked, asked};
use crate::pipeline::play::{Lately, Lookup};
use crate::pipeline::values::{Inbound, Understood};
use crate::records::{AboutTicket, Topic};
use crate::workflows::Published;

/// So many of a person's records are looked at, the newest.
const MOST: i64 = 20;
/// So far back it is looked what was said.
const LATEST: i64 = 40;

/// What the thread and the person have that an automated answer could be about; nothing for a message that is handed to a person anyway.
pub(in crate::pipeline) fn lookup(
    tx: &mut Tx<'_>,
    published: &Published,
    inbound: &Inbound,
    understood: &Understood,
    now: Timestamp,
) -> store::Result<Option<Lookup>> {
    let Understood { resolved, intent: Some(intent) } = understood else { return Ok(None) };
    let asked = asked(&published.workflow, resolved, intent, &inbound.message, now);
    let (Some(asked), Some(contact)) = (asked, resolved.contact()) else { return Ok(None) };
    let workspace = inbound.workspace;
    let thread = resolved.known_conversation().map(|thread| thread.id);
    let said = thread.map_or(Ok(Vec::new()), |thread| tx.latest_messages(workspace, thread, LATEST))?;
    let lookup = Lookup {
        topics: topics(tx, workspace, contact.id, &asked)?,
        dealings: dealings(tx, workspace, contact.id, asked.automation, now)?,
        pipelines: match asked.automation.about {
            Some(Thing::Deal) => tx.pipelines(workspace)?.into_iter().map(|kept| kept.record).collect(),
            _ => Vec::new(),
        },
        lately: lately(&said, &asked.kind.id, published.workflow.interaction.reopen, now),
    };
    reached("looked_up");
    Ok(Some(lookup))
}

/// Theirs, the newest first; only the one that is meant, where that is known. What may be written stays as it is read until the transaction
/// ends.
fn topics(tx: &mut Tx<'_>, workspace: WorkspaceId, contact: ContactId, asked: &Asked<'_>) -> store::Result<Vec<Topic>> {
    let writes = asked.automation.answers.iter().any(|answer| !answer.set.is_empty());
    let mut place = Place { tx, workspace, contact, about: asked.about, writes };
    match asked.automation.about {
        Some(Thing::Order) => place.of_kind(
            |tx| tx.orders(workspace, OrdersOf::Contact(contact), None, MOST),
            |order: &Order| order.contact,
            Topic::Order,
        ),
        Some(Thing::Appointment) => place.of_kind(
            |tx| tx.appointments(workspace, AppointmentsOf::Contact(contact), None, MOST),
            |visit: &Appointment| Some(visit.contact),
            Topic::Appointment,
        ),
        Some(Thing::Deal) => place.of_kind(
            |tx| tx.deals(workspace, &DealsOf::Contact(contact), None, MOST),
            |deal: &Deal| deal.contact,
            Topic::Deal,
        ),
        Some(Thing::Company) => {
            Ok(place.tx.company_of(workspace, contact)?.map(|kept| Topic::Company(kept.record)).into_iter().collect())
        }
        Some(Thing::Ticket) => place.tickets(),
        Some(Thing::Contact) | None => Ok(Vec::new()),
    }
}

struct Place<'a, 'tx> {
    tx: &'a mut Tx<'tx>,
    workspace: WorkspaceId,
    contact: ContactId,
    about: Option<ThingRef>,
    writes: bool,
}

impl Place<'_, '_> {
    fn of_kind<R: Stored>(
        &mut self,
        of_contact: impl FnOnce(&mut Tx<'_>) -> store::Result<Vec<Versioned<R>>>,
        whose: impl Fn(&R) -> Option<ContactId>,
        topic: fn(R) -> Topic,
    ) -> store::Result<Vec<Topic>> {
        let ids = match self.about {
            Some(about) => vec![about.id],
            None => {
                let found = of_contact(self.tx)?;
                if !self.writes {
                    return Ok(found.into_iter().map(|kept| topic(kept.record)).collect());
                }
                found.iter().map(|kept| kept.record.id()).collect()
            }
        };
        let mut topics = Vec::new();
        for id in ids {
            let kept = if self.writes {
                R::to_change(self.tx, self.workspace, id)?
            } else {
                R::one(self.tx, self.workspace, id)?
            };
            let Some(record) = kept.map(|kept| kept.record) else { continue };
            if self.is_theirs(whose(&record))? {
                topics.push(topic(record));
            }
        }
        Ok(topics)
    }

    /// A thread names its open ticket and the last one; what is older is only found by who names it.
    fn tickets(&mut self) -> store::Result<Vec<Topic>> {
        let ids = match self.about {
            Some(about) => vec![TicketId(about.id)],
            None => {
                let found = self.tx.latest_tickets_of(self.workspace, self.contact, MOST)?;
                found.iter().map(|row| row.ticket.id).collect()
            }
        };
        let mut topics = Vec::new();
        for id in ids {
            let row = if self.writes {
                self.tx.ticket_to_change(self.workspace, id)?
            } else {
                self.tx.ticket(self.workspace, id)?
            };
            if let Some(row) = row
                && self.is_theirs(row.ticket.contact)?
            {
                topics.push(Topic::Ticket(AboutTicket::of(&row)));
            }
        }
        Ok(topics)
    }

    /// Whoever was merged is whoever they were merged with.
    fn is_theirs(&mut self, whose: Option<ContactId>) -> store::Result<bool> {
        match whose {
            Some(whose) if whose == self.contact => Ok(true),
            Some(whose) => Ok(self.tx.whoever(self.workspace, whose)? == self.contact),
            None => Ok(false),
        }
    }
}

/// What is known of the person beside their row. They wrote just now.
fn dealings(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    contact: ContactId,
    automation: &Automation,
    now: Timestamp,
) -> store::Result<Dealings> {
    let conditions = automation.answers.iter().filter_map(|answer| answer.condition.as_ref()).chain(&automation.when);
    let mut fields = conditions.flat_map(|condition| condition.looks_at());
    let counts = fields.any(|(thing, name)| *thing == Thing::Contact && name == "open_tickets")
        || automation.reads.iter().any(|field| field.of == Thing::Contact && field.name == "open_tickets");
    let open_tickets = if counts { tx.open_tickets_of(workspace, contact)? } else { 0 };
    Ok(Dealings { open_tickets, last_wrote_at: Some(now.as_millisecond()) })
}

fn lately(said: &[MessageRow], kind: &str, within: SignedDuration, now: Timestamp) -> Lately {
    let now = now.as_millisecond();
    let is_said =
        |row: &&MessageRow| row.message.author == Author::Automation && now - LOOP_WITHIN_MS < row.message.recorded_at;
    let is_same = |row: &&MessageRow| {
        row.message.author == Author::Customer
            && now - (within.as_millis() as i64) < row.message.recorded_at
            && was_guess(&steps(row), kind)
    };
    Lately { said: said.iter().filter(is_said).count(), same: said.iter().filter(is_same).count() }
}

/// Whether automation dealt with it, as with something of that type that nobody had chosen.
fn was_guess(steps: &[Step], of: &str) -> bool {
    let is_choice = |step: &Step| match step {
        Step::Classified(intent) => matches!(intent.evidence, Evidence::Payload { .. } | Evidence::Plain { .. }),
        _ => false,
    };
    let is_dealt_with = |step: &Step| match step {
        Step::Answered { kind, .. } | Step::AskedWhich { kind, .. } => kind == of,
        _ => false,
    };
    steps.iter().any(is_dealt_with) && !steps.iter().any(is_choice)
}

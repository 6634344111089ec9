//! What the kinds of records are called where changes are told, and what a record may name.

use domain::change::{EventType, Subject};
use domain::fact::{Facts, Thing};
use domain::ids::{CompanyId, ContactId, UserId, WorkspaceId};
use domain::record::{Appointment, Company, Deal, Noun, Order, Record};
use jiff::tz::TimeZone;
use store::{Stored, Tx};

use super::Trail;
use crate::inbox::{Done, Refusal, make_record_at};

/// A kind of record of whose changes other systems hear.
pub trait Told: Stored {
    /// Another one is there.
    const CREATED: EventType;
    /// As conditions name its kind.
    const THING: Thing;

    /// As the log of changes names it.
    fn subject(&self) -> Subject;

    /// What conditions see of it, beside what they see already.
    fn seen_in(&self, facts: Facts) -> Facts;

    /// The clock by which its moments are told, if it has one of its own.
    fn zone(&self) -> Option<TimeZone> {
        None
    }

    /// What a change of it is called.
    fn changed_from(&self, old: &Self) -> EventType;

    /// The same, of another person.
    fn of_contact(self, _: ContactId) -> Self {
        self
    }

    /// The company that it names.
    fn company(&self) -> Option<CompanyId> {
        None
    }

    /// The person of ours that it names.
    fn owner(&self) -> Option<UserId> {
        None
    }
}

impl Told for Company {
    const CREATED: EventType = EventType::CompanyCreated;
    const THING: Thing = Thing::Company;

    fn subject(&self) -> Subject {
        Subject::Company(self.id)
    }

    fn seen_in(&self, facts: Facts) -> Facts {
        facts.with_company(self)
    }

    fn changed_from(&self, _: &Self) -> EventType {
        EventType::CompanyChanged
    }
}

impl Told for Deal {
    const CREATED: EventType = EventType::DealCreated;
    const THING: Thing = Thing::Deal;

    fn subject(&self) -> Subject {
        Subject::Deal(self.id)
    }

    fn seen_in(&self, facts: Facts) -> Facts {
        facts.with_deal(self)
    }

    fn changed_from(&self, old: &Self) -> EventType {
        let stands = |deal: &Self| (deal.pipeline.clone(), deal.stage.clone(), deal.state.status());
        if stands(self) == stands(old) { EventType::DealChanged } else { EventType::DealMoved }
    }

    fn of_contact(self, contact: ContactId) -> Self {
        Self { contact: Some(contact), ..self }
    }

    fn company(&self) -> Option<CompanyId> {
        self.company
    }

    fn owner(&self) -> Option<UserId> {
        self.owner
    }
}

impl Told for Appointment {
    const CREATED: EventType = EventType::AppointmentCreated;
    const THING: Thing = Thing::Appointment;

    fn subject(&self) -> Subject {
        Subject::Appointment(self.id)
    }

    fn seen_in(&self, facts: Facts) -> Facts {
        facts.with_appointment(self)
    }

    fn zone(&self) -> Option<TimeZone> {
        TimeZone::get(&self.time_zone).ok()
    }

    fn changed_from(&self, old: &Self) -> EventType {
        if self.status == old.status { EventType::AppointmentChanged } else { EventType::AppointmentStatusChanged }
    }

    fn of_contact(self, contact: ContactId) -> Self {
        Self { contact, ..self }
    }

    fn owner(&self) -> Option<UserId> {
        self.owner
    }
}

impl Told for Order {
    const CREATED: EventType = EventType::OrderCreated;
    const THING: Thing = Thing::Order;

    fn subject(&self) -> Subject {
        Subject::Order(self.id)
    }

    fn seen_in(&self, facts: Facts) -> Facts {
        facts.with_order(self)
    }

    fn changed_from(&self, old: &Self) -> EventType {
        if self.status == old.status { EventType::OrderChanged } else { EventType::OrderStatusChanged }
    }

    fn of_contact(self, contact: ContactId) -> Self {
        Self { contact: Some(contact), ..self }
    }
}

/// The record with the names that hold: whoever was merged is whoever they were merged with. Refuses one that names what is not there;
/// what it named before may have gone since, and stays.
pub(super) fn with_names<R: Told>(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    old: Option<&R>,
    new: R,
) -> store::Result<Done<R>> {
    let contact = new.contact().filter(|id| old.and_then(Record::contact) != Some(*id));
    let company = new.company().filter(|id| old.and_then(Told::company) != Some(*id));
    let survivor = contact.map(|id| tx.survivor_to_name(workspace, id)).transpose()?;
    if survivor == Some(None) {
        return Ok(Err(unknown("contact_id", Noun::Contact.name())));
    }
    if let Some(CompanyId(id)) = company
        && Company::one(tx, workspace, id)?.is_none()
    {
        return Ok(Err(unknown("company_id", Noun::Company.name())));
    }
    let owner = new.owner().filter(|id| old.and_then(Told::owner) != Some(*id));
    if let Some(id) = owner
        && tx.user(workspace, id)?.is_none()
    {
        return Ok(Err(unknown("owner_id", "user")));
    }
    Ok(Ok(match survivor.flatten() {
        Some(id) => {
            // Of whom something is kept is a record.
            make_record_at(tx, workspace, id)?;
            new.of_contact(id)
        }
        None => new,
    }))
}

/// If several contacts are taken for the person of a record, for which of them it is: the one that was named, or in whose conversation it
/// came up.
pub(super) fn member(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    named: Option<ContactId>,
    contact: Option<ContactId>,
    trail: &Trail,
) -> store::Result<Option<ContactId>> {
    if named != contact {
        return Ok(named);
    }
    let matter = trail.interaction.map(|id| tx.interaction(workspace, id)).transpose()?.flatten();
    let thread = matter.map(|matter| tx.conversation(workspace, matter.conversation)).transpose()?.flatten();
    Ok(thread.filter(|thread| thread.contact.is_some() && thread.contact == contact).and_then(|thread| thread.member))
}

fn unknown(field: &str, noun: &str) -> Refusal {
    Refusal::Invalid(format!("`{field}`: there is no such {noun} in this workspace"))
}

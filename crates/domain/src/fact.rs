//! What the conditions of a workflow look at: the fields of records, each with its kind, and what stands in them at one moment.

use crate::Language;
use crate::contact::Contact;
use crate::interaction::{Outcome, TicketState};
use crate::named::named;
use crate::record::{Appointment, AppointmentStatus, Company, Deal, DealStatus, Money, Order, OrderStatus};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

named! {
    /// What a condition can look at, by the word in front of the point.
    Thing: "thing that a condition can look at; use contact, company, deal, ticket, appointment or order" {
        /// The person.
        Contact = "contact",
        /// The business that a deal is with.
        Company = "company",
        /// Something that may be sold.
        Deal = "deal",
        /// Work for a person of ours.
        Ticket = "ticket",
        /// A meeting at a time.
        Appointment = "appointment",
        /// Something that was bought.
        Order = "order",
    }
}

/// One thing of any kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ThingRef {
    /// What it is.
    pub of: Thing,
    /// Which.
    pub id: Uuid,
}

impl std::fmt::Display for ThingRef {
    /// `appointment/01a20577-…`
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}/{}", self.of, self.id)
    }
}

/// What a button or a list row of ours carries, and brings back: `rate=5#ticket/01a20577-…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The id of the type that a tap on it is of.
    pub kind: String,
    /// What the tap says beside that.
    pub value: Option<String>,
    /// What it is about.
    pub about: Option<ThingRef>,
}

impl Carried {
    /// Reads what came back, which anybody can have made up.
    pub fn parse(payload: &str) -> Option<Carried> {
        let (said, about) = match payload.split_once('#') {
            Some((said, about)) => (said, Some(thing_ref(about)?)),
            None => (payload, None),
        };
        let (kind, value) = match said.split_once('=') {
            Some((kind, value)) => (kind, Some(value.to_owned())),
            None => (said, None),
        };
        (!kind.is_empty()).then(|| Carried { kind: kind.to_owned(), value, about })
    }
}

fn thing_ref(text: &str) -> Option<ThingRef> {
    let (of, id) = text.split_once('/')?;
    Some(ThingRef { of: of.parse().ok()?, id: Uuid::try_parse(id).ok()? })
}

impl std::fmt::Display for Carried {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.kind)?;
        self.value.iter().try_for_each(|value| write!(out, "={value}"))?;
        self.about.iter().try_for_each(|about| write!(out, "#{about}"))
    }
}

/// What stands in a field, or what comes of reckoning with it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Words, or one of a set of names.
    Text(String),
    /// A number; of money, in the unit of its currency.
    Number(f64),
    /// Yes or no.
    Flag(bool),
    /// A moment, milliseconds since 1970.
    Moment(i64),
    /// A length of time in milliseconds.
    Length(i64),
    /// Nothing.
    Nothing,
}

/// What can stand in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Any words.
    Text,
    /// One of these names.
    Choice(Vec<String>),
    /// A number.
    Number,
    /// Yes or no.
    Flag,
    /// A moment.
    Moment,
}

/// What can stand in `ticket.score`: how content a customer was, as they said.
pub const SCORES: std::ops::RangeInclusive<i64> = 0..=10;

/// A field that a condition may name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Of what.
    pub of: Thing,
    /// Its name: `starts_at`.
    pub name: String,
    /// What can stand in it.
    pub kind: Kind,
    /// Whether nothing may stand in it.
    pub may_lack: bool,
}

/// Every field that things have by themselves; a workflow may declare more.
pub fn fields() -> Vec<Field> {
    let languages: Vec<&str> = Language::ALL.iter().map(|language| language.code()).collect();
    let mut fields = Vec::new();
    let mut field = |of, name: &str, kind, may_lack| fields.push(Field { of, name: name.to_owned(), kind, may_lack });
    field(Thing::Contact, "name", Kind::Text, true);
    field(Thing::Contact, "language", choice(&languages), true);
    field(Thing::Contact, "opted_out", Kind::Flag, false);
    field(Thing::Contact, "open_tickets", Kind::Number, false);
    field(Thing::Contact, "last_wrote_at", Kind::Moment, true);
    field(Thing::Company, "name", Kind::Text, false);
    field(Thing::Company, "domain", Kind::Text, true);
    field(Thing::Deal, "title", Kind::Text, false);
    field(Thing::Deal, "pipeline", Kind::Text, false);
    field(Thing::Deal, "stage", Kind::Text, false);
    field(Thing::Deal, "stage_since", Kind::Moment, false);
    field(Thing::Deal, "status", choice_of(DealStatus::ALL, DealStatus::name), false);
    field(Thing::Deal, "amount", Kind::Number, true);
    field(Thing::Deal, "lost_reason", Kind::Text, true);
    field(Thing::Ticket, "status", choice_of(TicketState::ALL, TicketState::name), false);
    field(Thing::Ticket, "type", Kind::Text, true);
    field(Thing::Ticket, "queue", Kind::Text, false);
    field(Thing::Ticket, "opened_at", Kind::Moment, false);
    field(Thing::Ticket, "resolved_at", Kind::Moment, true);
    field(Thing::Ticket, "outcome", choice_of(Outcome::ALL, Outcome::name), true);
    field(Thing::Ticket, "score", Kind::Number, true);
    field(Thing::Appointment, "service", Kind::Text, false);
    field(Thing::Appointment, "place", Kind::Text, true);
    field(Thing::Appointment, "starts_at", Kind::Moment, false);
    field(Thing::Appointment, "ends_at", Kind::Moment, false);
    field(Thing::Appointment, "status", choice_of(AppointmentStatus::ALL, AppointmentStatus::name), false);
    field(Thing::Order, "number", Kind::Text, false);
    field(Thing::Order, "status", choice_of(OrderStatus::ALL, OrderStatus::name), false);
    field(Thing::Order, "total", Kind::Number, true);
    field(Thing::Order, "items", Kind::Text, true);
    field(Thing::Order, "placed_at", Kind::Moment, false);
    field(Thing::Order, "tracking", Kind::Text, true);
    fields
}

fn choice(names: &[&str]) -> Kind {
    Kind::Choice(names.iter().map(|name| (*name).to_owned()).collect())
}

fn choice_of<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Kind {
    Kind::Choice(all.iter().map(|value| name(*value).to_owned()).collect())
}

/// What stands in the fields of some things at one moment. What is not there is nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts(Vec<(Thing, String, Value)>);

/// What is known of a person beside what stands on their own row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Dealings {
    /// How many tickets of theirs are open.
    pub open_tickets: i64,
    /// When they last wrote, milliseconds since 1970.
    pub last_wrote_at: Option<i64>,
}

/// A ticket, as far as conditions look at it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketFacts {
    /// Whether it waits.
    pub state: TicketState,
    /// The type of its matter.
    pub kind: Option<String>,
    /// Where it waits.
    pub queue: String,
    /// When it was opened, milliseconds since 1970.
    pub opened_at: i64,
    /// When it was closed, milliseconds since 1970.
    pub resolved_at: Option<i64>,
    /// How it ended.
    pub outcome: Option<Outcome>,
    /// How content the customer was, as they said.
    pub score: Option<i64>,
}

impl Facts {
    /// What stands in a field.
    pub fn get(&self, of: Thing, name: &str) -> &Value {
        let found = self.0.iter().find(|(thing, field, _)| *thing == of && field == name);
        found.map_or(&Value::Nothing, |(_, _, value)| value)
    }

    /// Puts a value into a field, in place of what stood there.
    pub fn put(&mut self, of: Thing, name: &str, value: Value) {
        self.0.retain(|(thing, field, _)| *thing != of || field != name);
        self.0.push((of, name.to_owned(), value));
    }

    /// Every field in which something stands, as `appointment.status`, with its value as people read it.
    pub fn told(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let told = self.0.iter().filter(|(_, _, value)| *value != Value::Nothing);
        told.map(|(thing, field, value)| (format!("{thing}.{field}"), value.to_string()))
    }

    /// With what is known of a person.
    #[must_use]
    pub fn with_contact(mut self, contact: &Contact, dealings: Dealings) -> Self {
        self.put(Thing::Contact, "name", text(contact.name.as_deref()));
        self.put(Thing::Contact, "language", text(contact.language.map(Language::code)));
        self.put(Thing::Contact, "opted_out", Value::Flag(contact.opted_out_at.is_some()));
        self.put(Thing::Contact, "open_tickets", Value::Number(dealings.open_tickets as f64));
        self.put(Thing::Contact, "last_wrote_at", moment(dealings.last_wrote_at));
        self
    }

    /// With what stands on a company.
    #[must_use]
    pub fn with_company(mut self, company: &Company) -> Self {
        self.put(Thing::Company, "name", text(Some(&company.name)));
        self.put(Thing::Company, "domain", text(company.domain.as_deref()));
        self
    }

    /// With what stands on a deal.
    #[must_use]
    pub fn with_deal(mut self, deal: &Deal) -> Self {
        self.put(Thing::Deal, "title", text(Some(&deal.title)));
        self.put(Thing::Deal, "pipeline", text(Some(&deal.pipeline)));
        self.put(Thing::Deal, "stage", text(Some(&deal.stage)));
        self.put(Thing::Deal, "stage_since", Value::Moment(deal.stage_since));
        self.put(Thing::Deal, "status", text(Some(deal.state.status().name())));
        self.put(Thing::Deal, "amount", amount(deal.amount));
        self.put(Thing::Deal, "lost_reason", text(deal.state.reason()));
        self
    }

    /// With how a ticket stands.
    #[must_use]
    pub fn with_ticket(mut self, ticket: &TicketFacts) -> Self {
        self.put(Thing::Ticket, "status", text(Some(ticket.state.name())));
        self.put(Thing::Ticket, "type", text(ticket.kind.as_deref()));
        self.put(Thing::Ticket, "queue", text(Some(&ticket.queue)));
        self.put(Thing::Ticket, "opened_at", Value::Moment(ticket.opened_at));
        self.put(Thing::Ticket, "resolved_at", moment(ticket.resolved_at));
        self.put(Thing::Ticket, "outcome", text(ticket.outcome.map(Outcome::name)));
        self.put(Thing::Ticket, "score", ticket.score.map_or(Value::Nothing, |score| Value::Number(score as f64)));
        self
    }

    /// With what stands on an appointment.
    #[must_use]
    pub fn with_appointment(mut self, visit: &Appointment) -> Self {
        self.put(Thing::Appointment, "service", text(Some(&visit.service)));
        self.put(Thing::Appointment, "place", text(visit.place.as_deref()));
        self.put(Thing::Appointment, "starts_at", Value::Moment(visit.starts_at));
        self.put(Thing::Appointment, "ends_at", Value::Moment(visit.ends_at));
        self.put(Thing::Appointment, "status", text(Some(visit.status.name())));
        self
    }

    /// With what stands on an order.
    #[must_use]
    pub fn with_order(mut self, order: &Order) -> Self {
        let lines: Vec<String> = order.items.iter().map(|item| format!("{} × {}", item.quantity, item.name)).collect();
        self.put(Thing::Order, "number", text(Some(&order.number)));
        self.put(Thing::Order, "status", text(Some(order.status.name())));
        self.put(Thing::Order, "total", amount(order.total));
        self.put(Thing::Order, "items", text(Some(&lines.join(", "))));
        self.put(Thing::Order, "placed_at", Value::Moment(order.placed_at));
        self.put(Thing::Order, "tracking", text(order.tracking.as_deref()));
        self
    }
}

impl std::fmt::Display for Value {
    /// As a timeline tells it; moments in universal time.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Text(text) => out.write_str(text),
            Value::Number(number) => write!(out, "{number}"),
            Value::Flag(flag) => out.write_str(if *flag { "yes" } else { "no" }),
            Value::Moment(at) => write!(out, "{}", jiff::Timestamp::from_millisecond(*at).unwrap_or_default()),
            Value::Length(ms) => write!(out, "{:#}", jiff::SignedDuration::from_millis(*ms)),
            Value::Nothing => Ok(()),
        }
    }
}

/// Empty words are nothing.
fn text(text: Option<&str>) -> Value {
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => Value::Text(text.to_owned()),
        None => Value::Nothing,
    }
}

fn moment(at: Option<i64>) -> Value {
    at.map_or(Value::Nothing, Value::Moment)
}

fn amount(money: Option<Money>) -> Value {
    money.and_then(|money| money.decimal().parse().ok()).map_or(Value::Nothing, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AppointmentId, ContactId, DealId, OrderId};
    use crate::record::DealState;

    fn everything() -> Facts {
        let contact = ContactId(Uuid::nil());
        let amount = Money::new(125_050, "MXN".parse().unwrap()).ok();
        let ana = Contact { id: contact, name: None, language: Some(Language::Es), opted_out_at: None };
        let visit = Appointment {
            id: AppointmentId(Uuid::nil()),
            contact,
            service: "Eye test".to_owned(),
            place: Some("Centro".to_owned()),
            starts_at: 2,
            ends_at: 3,
            time_zone: "America/Mexico_City".to_owned(),
            status: AppointmentStatus::Confirmed,
            owner: None,
        };
        let order = Order {
            id: OrderId(Uuid::nil()),
            number: "4471".to_owned(),
            contact: Some(contact),
            status: OrderStatus::Shipped,
            total: amount,
            items: Vec::new(),
            placed_at: 1,
            tracking: Some("TR-9".to_owned()),
        };
        let deal = Deal {
            id: DealId(Uuid::nil()),
            title: "Lenses".to_owned(),
            contact: Some(contact),
            company: None,
            owner: None,
            pipeline: "sales".to_owned(),
            stage: "proposal".to_owned(),
            stage_since: 5,
            state: DealState::Lost { at: 6, reason: "price".to_owned() },
            amount,
            expected_close: None,
        };
        let ticket = TicketFacts {
            state: TicketState::Resolved,
            kind: Some("order_status".to_owned()),
            queue: "desk".to_owned(),
            opened_at: 7,
            resolved_at: Some(8),
            outcome: Some(Outcome::ALL[0]),
            score: None,
        };
        let dealings = Dealings { open_tickets: 1, last_wrote_at: Some(4) };
        let facts = Facts::default().with_contact(&ana, dealings).with_appointment(&visit);
        facts.with_order(&order).with_deal(&deal).with_ticket(&ticket)
    }

    #[test]
    fn what_stands_in_a_field_is_of_the_kind_that_is_declared() {
        let facts = everything();
        for field in fields().into_iter().filter(|field| field.of != Thing::Company) {
            let fits = match (facts.get(field.of, &field.name), &field.kind) {
                (Value::Text(_), Kind::Text) | (Value::Number(_), Kind::Number) => true,
                (Value::Flag(_), Kind::Flag) | (Value::Moment(_), Kind::Moment) => true,
                (Value::Text(text), Kind::Choice(names)) => names.contains(text),
                (Value::Nothing, _) => field.may_lack,
                _ => false,
            };
            assert!(fits, "{}.{}", field.of, field.name);
        }
    }

    #[test]
    fn what_a_button_carries_comes_back_as_it_was() {
        for payload in [
            "rate",
            "rate=5",
            "order_status#order/01a20577-8a40-7c55-9a0e-5b1f3c2d4e6f",
            "rate=5#ticket/01a20577-8a40-7c55-9a0e-5b1f3c2d4e6f",
        ] {
            assert_eq!(Carried::parse(payload).map(|carried| carried.to_string()).as_deref(), Some(payload));
        }
        for made_up in ["", "=5", "rate#order/7", "rate#spaceship/01a20577-8a40-7c55-9a0e-5b1f3c2d4e6f"] {
            assert_eq!(Carried::parse(made_up), None, "{made_up}");
        }
    }

    #[test]
    fn what_is_put_is_found_and_empty_words_are_nothing() {
        let facts = everything();
        assert_eq!(facts.get(Thing::Order, "total"), &Value::Number(1250.5));
        assert_eq!(facts.get(Thing::Order, "items"), &Value::Nothing);
        assert_eq!(facts.get(Thing::Company, "name"), &Value::Nothing);
        let told: Vec<_> = facts.told().map(|(field, value)| format!("{field}={value}")).collect();
        assert!(told.contains(&"appointment.starts_at=1970-01-01T00:00:00.002Z".to_owned()), "{told:?}");
    }
}

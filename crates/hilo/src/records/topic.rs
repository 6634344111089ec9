//! What a message can be about, of whatever kind it is, and what automation may change of it.

use domain::fact::{Facts, SCORES, Thing, ThingRef, TicketFacts};
use domain::ids::{ContactId, ConversationId, TicketId};
use domain::record::{Appointment, Company, Deal, Noun, Order, Pipeline, RecordRef};
use jiff::tz::TimeZone;
use store::TicketRow;

use super::moved;

/// One thing that a message can be about, as it stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Topic {
    /// Something that was bought.
    Order(Order),
    /// A meeting.
    Appointment(Appointment),
    /// Something that may be sold.
    Deal(Deal),
    /// The business that the person works for.
    Company(Company),
    /// Work for a person of ours.
    Ticket(AboutTicket),
}

/// A ticket, as far as a message can be about it.
#[derive(Debug, Clone, PartialEq)]
pub struct AboutTicket {
    /// Which.
    pub id: TicketId,
    /// Whose.
    pub contact: Option<ContactId>,
    /// Its thread.
    pub conversation: ConversationId,
    /// How it stands.
    pub facts: TicketFacts,
}

impl AboutTicket {
    /// One as it is kept.
    pub fn of(row: &TicketRow) -> Self {
        let ticket = &row.ticket;
        Self { id: ticket.id, contact: ticket.contact, conversation: ticket.conversation, facts: row.facts() }
    }
}

impl Topic {
    /// Which it is.
    pub fn reference(&self) -> ThingRef {
        match self {
            Topic::Order(order) => ThingRef { of: Thing::Order, id: order.id.0 },
            Topic::Appointment(visit) => ThingRef { of: Thing::Appointment, id: visit.id.0 },
            Topic::Deal(deal) => ThingRef { of: Thing::Deal, id: deal.id.0 },
            Topic::Company(company) => ThingRef { of: Thing::Company, id: company.id.0 },
            Topic::Ticket(ticket) => ThingRef { of: Thing::Ticket, id: ticket.id.0 },
        }
    }

    /// The same, as notes name it. Beside a ticket there are none.
    pub fn record(&self) -> Option<RecordRef> {
        let ThingRef { of: _, id } = self.reference();
        let noun = match self {
            Topic::Order(_) => Noun::Order,
            Topic::Appointment(_) => Noun::Appointment,
            Topic::Deal(_) => Noun::Deal,
            Topic::Company(_) => Noun::Company,
            Topic::Ticket(_) => return None,
        };
        Some(RecordRef { noun, id })
    }

    /// Whose it is, if it is one person's.
    pub fn contact(&self) -> Option<ContactId> {
        match self {
            Topic::Order(order) => order.contact,
            Topic::Appointment(visit) => Some(visit.contact),
            Topic::Deal(deal) => deal.contact,
            Topic::Company(_) => None,
            Topic::Ticket(ticket) => ticket.contact,
        }
    }

    /// What conditions and texts see of it, beside what they see already.
    pub fn seen_in(&self, facts: Facts) -> Facts {
        match self {
            Topic::Order(order) => facts.with_order(order),
            Topic::Appointment(visit) => facts.with_appointment(visit),
            Topic::Deal(deal) => facts.with_deal(deal),
            Topic::Company(company) => facts.with_company(company),
            Topic::Ticket(ticket) => facts.with_ticket(&ticket.facts),
        }
    }

    /// The zone in which people read its times, if it has one of its own.
    pub fn zone(&self) -> Option<TimeZone> {
        match self {
            Topic::Appointment(visit) => TimeZone::get(&visit.time_zone).ok(),
            Topic::Order(_) | Topic::Deal(_) | Topic::Company(_) | Topic::Ticket(_) => None,
        }
    }

    /// The number under which a customer would name it.
    pub fn number(&self) -> Option<&str> {
        match self {
            Topic::Order(order) => Some(&order.number),
            Topic::Appointment(_) | Topic::Deal(_) | Topic::Company(_) | Topic::Ticket(_) => None,
        }
    }

    /// The same with another value in a field; or why that does not follow from how it stands.
    pub fn with(&self, field: &str, value: &str, pipelines: &[Pipeline], now: i64) -> Result<Topic, String> {
        let unknown = || Err(format!("automation does not write `{}.{field}`", self.reference().of));
        let text = || Some(value.trim().to_owned()).filter(|text| !text.is_empty());
        match (self, field) {
            (Topic::Order(order), "status") => {
                let to = value.parse().map_err(said)?;
                Ok(Topic::Order(Order { status: order.status.to(to).map_err(said)?, ..order.clone() }))
            }
            (Topic::Order(order), "tracking") => Ok(Topic::Order(Order { tracking: text(), ..order.clone() })),
            (Topic::Appointment(visit), "status") => {
                let to = value.parse().map_err(said)?;
                let status = visit.status.to(to, visit.starts_at, now).map_err(said)?;
                Ok(Topic::Appointment(Appointment { status, ..visit.clone() }))
            }
            (Topic::Appointment(visit), "place") => {
                Ok(Topic::Appointment(Appointment { place: text(), ..visit.clone() }))
            }
            (Topic::Deal(deal), "stage") => {
                let moved = moved(deal, pipelines, None, value, None, now);
                moved.map(Topic::Deal).map_err(said)
            }
            (Topic::Ticket(ticket), "score") => {
                let facts = TicketFacts { score: Some(score(value)?), ..ticket.facts.clone() };
                Ok(Topic::Ticket(AboutTicket { facts, ..ticket.clone() }))
            }
            (Topic::Order(_) | Topic::Appointment(_) | Topic::Deal(_) | Topic::Company(_) | Topic::Ticket(_), _) => {
                unknown()
            }
        }
    }
}

/// What a button of ours carries, unless somebody made it up.
fn score(value: &str) -> Result<i64, String> {
    let score = value.trim().parse().ok().filter(|score| SCORES.contains(score));
    score
        .ok_or_else(|| format!("`{value}` is no score; use a whole number from {} to {}", SCORES.start(), SCORES.end()))
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

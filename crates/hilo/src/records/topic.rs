//! What a message can be about, of whatever kind it is, and what automation may change of it.

use domain::fact::{Facts, Thing, ThingRef};
use domain::ids::ContactId;
use domain::record::{Appointment, Company, Deal, Noun, Order, Pipeline, RecordRef};
use jiff::tz::TimeZone;

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
}

impl Topic {
    /// Which it is.
    pub fn reference(&self) -> ThingRef {
        match self {
            Topic::Order(order) => ThingRef { of: Thing::Order, id: order.id.0 },
            Topic::Appointment(visit) => ThingRef { of: Thing::Appointment, id: visit.id.0 },
            Topic::Deal(deal) => ThingRef { of: Thing::Deal, id: deal.id.0 },
            Topic::Company(company) => ThingRef { of: Thing::Company, id: company.id.0 },
        }
    }

    /// The same, as notes and histories name it.
    pub fn record(&self) -> RecordRef {
        let ThingRef { of: _, id } = self.reference();
        let noun = match self {
            Topic::Order(_) => Noun::Order,
            Topic::Appointment(_) => Noun::Appointment,
            Topic::Deal(_) => Noun::Deal,
            Topic::Company(_) => Noun::Company,
        };
        RecordRef { noun, id }
    }

    /// Whose it is, if it is one person's.
    pub fn contact(&self) -> Option<ContactId> {
        match self {
            Topic::Order(order) => order.contact,
            Topic::Appointment(visit) => Some(visit.contact),
            Topic::Deal(deal) => deal.contact,
            Topic::Company(_) => None,
        }
    }

    /// What conditions and texts see of it, beside what they see already.
    pub fn seen_in(&self, facts: Facts) -> Facts {
        match self {
            Topic::Order(order) => facts.with_order(order),
            Topic::Appointment(visit) => facts.with_appointment(visit),
            Topic::Deal(deal) => facts.with_deal(deal),
            Topic::Company(company) => facts.with_company(company),
        }
    }

    /// The zone in which people read its times, if it has one of its own.
    pub fn zone(&self) -> Option<TimeZone> {
        match self {
            Topic::Appointment(visit) => TimeZone::get(&visit.time_zone).ok(),
            Topic::Order(_) | Topic::Deal(_) | Topic::Company(_) => None,
        }
    }

    /// The number under which a customer would name it.
    pub fn number(&self) -> Option<&str> {
        match self {
            Topic::Order(order) => Some(&order.number),
            Topic::Appointment(_) | Topic::Deal(_) | Topic::Company(_) => None,
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
            (Topic::Order(_) | Topic::Appointment(_) | Topic::Deal(_) | Topic::Company(_), _) => unknown(),
        }
    }
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

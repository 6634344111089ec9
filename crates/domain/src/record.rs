//! What a business keeps about its people beside what they wrote: companies, deals, appointments, orders, and notes on any of them.

mod appointment;
mod company;
mod deal;
mod money;
mod note;
mod order;
mod pipeline;

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use appointment::{Appointment, AppointmentStatus, InvalidTimes};
pub use company::Company;
pub use deal::{Deal, DealState, DealStatus};
pub use money::{Currency, InvalidMoney, Money};
pub use note::Note;
pub use order::{Item, Order, OrderStatus};
pub use pipeline::{InvalidPipeline, Pipeline, Stage, StageKind};

use crate::ids::ContactId;
use crate::named::named;

named! {
    /// A kind of record.
    Noun: "kind of record; use contact, company, deal, appointment or order" {
        /// A person.
        Contact = "contact",
        /// A business that people belong to.
        Company = "company",
        /// Something that may be sold.
        Deal = "deal",
        /// A meeting at a time.
        Appointment = "appointment",
        /// Something that was bought.
        Order = "order",
    }
}

/// One record of any kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RecordRef {
    /// What it is.
    #[serde(rename = "type")]
    pub noun: Noun,
    /// Which.
    pub id: Uuid,
}

impl fmt::Display for RecordRef {
    /// `deal/01a20577-…`, as the API writes it.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.noun, self.id)
    }
}

/// What became of one field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Its name, as the API has it.
    pub field: String,
    /// What stood there; nothing if it was empty.
    pub from: Option<String>,
    /// What stands there now.
    pub to: Option<String>,
}

/// The value of each field as text, by the name that the API gives it.
pub type Fields = Vec<(&'static str, Option<String>)>;

/// What the kinds of records have in common.
pub trait Record: Clone + PartialEq + Send + 'static {
    /// Which kind it is.
    const NOUN: Noun;

    /// Its id.
    fn id(&self) -> Uuid;

    /// What people call it.
    fn name(&self) -> String;

    /// On whose timeline its changes are told.
    fn contact(&self) -> Option<ContactId>;

    /// Every field, always in the same order.
    fn fields(&self) -> Fields;

    /// As others name it.
    fn reference(&self) -> RecordRef {
        RecordRef { noun: Self::NOUN, id: self.id() }
    }
}

/// What is different between two states of a record.
pub fn difference<R: Record>(old: &R, new: &R) -> Vec<FieldChange> {
    let pairs = old.fields().into_iter().zip(new.fields());
    let changed = pairs.filter(|((_, from), (_, to))| from != to);
    changed.map(|((field, from), (_, to))| FieldChange { field: field.to_owned(), from, to }).collect()
}

/// Refused: a record that stands there does not go to where it was asked to go.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WrongMove(pub String);

impl WrongMove {
    fn between(noun: Noun, from: &str, to: &str, instead: &str) -> Self {
        let article = if noun == Noun::Appointment || noun == Noun::Order { "an" } else { "a" };
        Self(format!("{article} {noun} that is {from} cannot become {to}; {instead}"))
    }
}

/// The spelling in which a text of people is kept: without space around it, and nothing if it is empty.
pub fn tidy(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

fn text_of(value: &Option<impl std::fmt::Display>) -> Option<String> {
    value.as_ref().map(ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CompanyId;

    #[test]
    fn only_what_is_different_is_a_change() {
        let old = Company { id: CompanyId(Uuid::nil()), name: "Luna".to_owned(), domain: None, phone: None };
        let new = Company { name: "Óptica Luna".to_owned(), domain: Some("luna.mx".to_owned()), ..old.clone() };
        let changes = difference(&old, &new);
        let told: Vec<_> = changes.iter().map(|c| (c.field.as_str(), c.from.as_deref(), c.to.as_deref())).collect();
        assert_eq!(told, [("name", Some("Luna"), Some("Óptica Luna")), ("domain", None, Some("luna.mx"))]);
        assert!(difference(&old, &old).is_empty());
    }
}

//! What is answered without a person, from which fields, and what is written down with it.

use domain::fact::Thing;

use super::Translated;
use crate::expression::Expression;

/// How a type is answered end to end.
#[derive(Debug, Clone, PartialEq)]
pub struct Automation {
    /// The kind of record that is looked up by the contact; nothing is looked up without one.
    pub about: Option<Thing>,
    /// Which of them count; all, unless it is written.
    pub when: Option<Expression>,
    /// What its conditions and texts may look at.
    pub reads: Vec<FieldName>,
    /// What it may change.
    pub writes: Vec<FieldName>,
    /// How the customer chooses where more than one counts; without it, a person does.
    pub several: Option<Several>,
    /// The first whose condition holds is given. In the order of the file.
    pub answers: Vec<Answer>,
    /// What is said when nothing was found, before it goes to the queue; the usual acknowledgement unless it is written.
    pub otherwise: Option<Translated>,
}

/// A field by its name: `order.status`. [`NOTE`] is one that can only be written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldName {
    /// Of what.
    pub of: Thing,
    /// Its name.
    pub name: String,
}

/// The name under which a type declares that it writes notes beside a record.
pub const NOTE: &str = "note";

impl std::fmt::Display for FieldName {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}.{}", self.of, self.name)
    }
}

/// How a customer chooses among several records: a list of WhatsApp.
#[derive(Debug, Clone, PartialEq)]
pub struct Several {
    /// The question.
    pub ask: Translated,
    /// What opens the list.
    pub button: Translated,
    /// What is said of each record; cut after [`LONGEST_ROW`] characters.
    pub row: Translated,
    /// A second line of each; cut after [`LONGEST_ROW_DETAIL`] characters.
    pub detail: Option<Translated>,
}

/// The most rows that a list of WhatsApp has.
pub const MOST_ROWS: usize = 10;

/// The longest row of a list of WhatsApp, in characters.
pub const LONGEST_ROW: usize = 24;

/// The longest second line of a row, in characters.
pub const LONGEST_ROW_DETAIL: usize = 72;

/// One thing to say and to write down.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// When it is the one; always, unless it is written.
    pub condition: Option<Expression>,
    /// What is said.
    pub say: Translated,
    /// What the customer can tap below it.
    pub buttons: Vec<Choice>,
    /// What is written, each a literal or a text with `{{ reply.value }}`.
    pub set: Vec<(FieldName, String)>,
    /// What is written beside the record, or the contact where there is none; a text like `say`.
    pub note: Option<String>,
    /// Whether it goes to the queue all the same.
    pub hand_over: bool,
}

/// Something to tap below a message of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The id of the type that a tap is of.
    pub kind: String,
    /// What the tap says beside that.
    pub value: Option<String>,
    /// What stands on it.
    pub label: Translated,
    /// The plain word that says the same.
    pub means: Option<Means>,
}

/// A plain word that a button stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// "Sí", "sim", "yes".
    Yes,
    /// "No", "não".
    No,
}

//! A workflow that passed every check, as plain data.

mod automation;
mod follow_up;

use std::collections::BTreeMap;

use domain::{Category, Language, Policy, Region};
use jiff::SignedDuration;
use jiff::tz::TimeZone;

pub use automation::{
    Answer, Automation, Choice, FieldName, LONGEST_ROW, LONGEST_ROW_DETAIL, MOST_ROWS, Means, NOTE, Several,
};
pub use follow_up::{Cap, Due, FollowUp, FollowUpStep, Limits, QuietRule, TemplateText, TemplateUse};

use crate::hours::Hours;

/// Everything that one `workflow.yaml` says.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// The version of the file's own grammar.
    pub version: u32,
    /// Who answers, where and in which languages.
    pub business: Business,
    /// Where conversations wait for a person. In the order of the file.
    pub queues: Vec<Queue>,
    /// What customers write about. In the order of the file.
    pub types: Vec<InteractionType>,
    /// Where a message goes that no type takes.
    pub fallback: Fallback,
    /// What automation says.
    pub texts: Texts,
    /// When a conversation counts as one interaction.
    pub interaction: Interaction,
    /// What becomes of somebody who was never heard of.
    pub new_contacts: NewContacts,
    /// What is said without being asked. In the order of the file.
    pub follow_ups: Vec<FollowUp>,
    /// The templates that should exist.
    pub templates: Vec<TemplateText>,
    /// What holds for all messages that nobody asked for.
    pub limits: Limits,
}

impl Workflow {
    /// The queue of that id.
    pub fn queue(&self, id: &str) -> Option<&Queue> {
        self.queues.iter().find(|queue| queue.id == id)
    }

    /// The interaction type of that id.
    pub fn interaction_type(&self, id: &str) -> Option<&InteractionType> {
        self.types.iter().find(|kind| kind.id == id)
    }

    /// The follow-up of that id.
    pub fn follow_up(&self, id: &str) -> Option<&FollowUp> {
        self.follow_ups.iter().find(|rule| rule.id == id)
    }

    /// The template of that name.
    pub fn template(&self, name: &str) -> Option<&TemplateText> {
        self.templates.iter().find(|template| template.name == name)
    }

    /// The language to answer in: the customer's where the business speaks it, else the business's own.
    pub fn answer_language(&self, customer: Language) -> Language {
        if self.business.languages.contains(&customer) { customer } else { self.business.default_language }
    }
}

/// Who answers, where and in which languages.
#[derive(Debug, Clone)]
pub struct Business {
    /// The name as customers know it.
    pub name: String,
    /// The languages in which every name and text is written.
    pub languages: Vec<Language>,
    /// The language for a customer whose own is unknown or not spoken here; one of `languages`.
    pub default_language: Language,
    /// The clock on the wall, for every queue that does not name its own.
    pub time_zone: TimeZone,
    /// The country of phone numbers that are written without one.
    pub region: Region,
}

/// Where conversations wait for a person.
#[derive(Debug, Clone)]
pub struct Queue {
    /// The name used by types, in the database and in the API.
    pub id: String,
    /// The name that people read.
    pub name: Translated,
    /// How soon a person answers, in time during which the queue is open.
    pub promise: SignedDuration,
    /// When people are there, holidays included.
    pub hours: Hours,
    /// The clock that `hours` are read by.
    pub time_zone: TimeZone,
}

/// One thing that customers write about.
#[derive(Debug, Clone)]
pub struct InteractionType {
    /// The name used in the database and in the API.
    pub id: String,
    /// The name that people read.
    pub name: Translated,
    /// The broad category above it.
    pub category: Category,
    /// The classifier's own bank of phrases that trains this type, beside its examples.
    pub archetype: Option<String>,
    /// How far automation goes.
    pub policy: Policy,
    /// The queue of its conversations; absent only where the policy is to stay out.
    pub queue: Option<String>,
    /// The confidence below which a message is handed over rather than taken for this type; 0 to 1.
    pub threshold: f64,
    /// Messages that customers wrote or could have written.
    pub examples: Vec<Example>,
    /// What decides for this type without the model.
    pub rule: OwnRule,
    /// Of two types whose rules match, the higher one decides; 0 to 100.
    pub priority: u8,
    /// How it is answered; there exactly where the policy is to automate.
    pub automation: Option<Automation>,
    /// The share of its matters that may end with a person before somebody should look into it; 0 to 1.
    pub fallback_target: f64,
}

/// A message that belongs to a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The language that it is written in.
    pub language: Language,
    /// The message itself.
    pub text: String,
}

/// What decides for a type without the model. Case, accents and punctuation do not matter: the texts are kept as they
/// are compared, in lower case and without either.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnRule {
    /// Any of these words anywhere in the message.
    pub words: Vec<String>,
    /// Any of these runs of words anywhere in the message.
    pub phrases: Vec<String>,
    /// The message is one of these and nothing more.
    pub whole: Vec<String>,
}

impl OwnRule {
    /// Whether there is nothing that could match.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.phrases.is_empty() && self.whole.is_empty()
    }
}

/// Where a message goes that no type takes; ids of queues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fallback {
    /// For what is not recognised, or not surely enough.
    pub unrecognised: String,
    /// For a sender who could be either of two contacts.
    pub ambiguous: String,
}

/// What becomes of somebody who was never heard of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewContacts {
    /// What they are asked for.
    pub ask_for: AskFor,
    /// When they become a record of the CRM.
    pub become_record: BecomeRecord,
    /// Types that make nobody one; ids.
    pub never_for: Vec<String>,
}

impl NewContacts {
    /// Whether somebody who wrote about this becomes a record: `None` is what no type was found for.
    pub fn makes_record(&self, kind: Option<&str>) -> bool {
        match kind {
            Some(kind) => !self.never_for.iter().any(|never| never == kind),
            None => self.become_record == BecomeRecord::AtOnce,
        }
    }
}

/// When somebody new becomes a record of the CRM.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BecomeRecord {
    /// With their first message.
    #[default]
    AtOnce,
    /// As soon as it is known what they write about.
    AfterClassification,
}

impl BecomeRecord {
    /// Every choice.
    pub const ALL: [BecomeRecord; 2] = [BecomeRecord::AtOnce, BecomeRecord::AfterClassification];

    /// As the file writes it.
    pub fn name(self) -> &'static str {
        match self {
            BecomeRecord::AtOnce => "at_once",
            BecomeRecord::AfterClassification => "after_classification",
        }
    }
}

/// What somebody is asked for who was never heard of. What they answer finds candidates; it proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AskFor {
    /// Nothing.
    #[default]
    Nothing,
    /// What they are called.
    Name,
    /// The address under which they may be known.
    Email,
    /// The number of an order of theirs.
    OrderNumber,
}

impl AskFor {
    /// Every choice.
    pub const ALL: [AskFor; 4] = [AskFor::Nothing, AskFor::Name, AskFor::Email, AskFor::OrderNumber];

    /// As the file writes it.
    pub fn name(self) -> &'static str {
        match self {
            AskFor::Nothing => "none",
            AskFor::Name => "name",
            AskFor::Email => "email",
            AskFor::OrderNumber => "order_number",
        }
    }
}

/// What automation says.
#[derive(Debug, Clone)]
pub struct Texts {
    /// To a customer whose message was taken in.
    pub acknowledgement: Acknowledgement,
    /// To a sender who could be either of two contacts: it names nobody.
    pub ambiguous: Acknowledgement,
}

/// The two ways to say that a message arrived.
#[derive(Debug, Clone)]
pub struct Acknowledgement {
    /// While the queue is open.
    pub open: Translated,
    /// While it is closed.
    pub closed: Translated,
}

/// When a conversation counts as one interaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Interaction {
    /// Silence after which an interaction is over.
    pub silence: SignedDuration,
    /// Quiet after which a burst of short messages is read as one.
    pub burst: SignedDuration,
    /// So soon after its end a message takes it up again.
    pub reopen: SignedDuration,
}

/// A text in the languages of the business.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Translated(pub BTreeMap<Language, String>);

impl Translated {
    /// The text in that language; where it is not written in it, the first there is.
    pub fn get(&self, language: Language) -> &str {
        self.0.get(&language).or_else(|| self.0.values().next()).map_or("", String::as_str)
    }
}

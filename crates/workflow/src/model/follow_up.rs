//! What is said without being asked: when, on which state, and in whose words.

use std::collections::BTreeMap;

use domain::Language;
use domain::fact::Thing;
use domain::template::TemplateCategory;
use jiff::SignedDuration;

use super::{Choice, Translated};
use crate::expression::Expression;
use crate::hours::Interval;

/// Messages that follow the state of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowUp {
    /// The name used in the database and in the API.
    pub id: String,
    /// The name that people read.
    pub name: Translated,
    /// The kind of record whose state it follows.
    pub about: Thing,
    /// The state in which it is planned and sent.
    pub on: Expression,
    /// What is sent and when, the earliest first; one at least.
    pub steps: Vec<FollowUpStep>,
    /// Looked at when a step is due: so long as it holds, the step is skipped for good.
    pub unless: Option<Expression>,
    /// Looked at when a step is due: as long as it holds, the step waits until it expires.
    pub hold_while: Option<Expression>,
    /// What ends all steps that are left.
    pub stop_when: Option<Expression>,
    /// Where a step goes that quiet hours forbid.
    pub quiet: QuietRule,
    /// So long after its moment a step is not sent any more.
    pub expires_after: SignedDuration,
}

/// One message of a follow-up.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowUpStep {
    /// Its moment.
    pub due: Due,
    /// What is said while the window is open; without it, the template is sent then too.
    pub text: Option<Translated>,
    /// What is sent while it is closed; without it, nothing is.
    pub template: Option<TemplateUse>,
    /// Below the text; on the template they are its own, in this order.
    pub buttons: Vec<Choice>,
}

/// The moment of a step.
#[derive(Debug, Clone, PartialEq)]
pub enum Due {
    /// At a moment that stands on the record, or is reckoned from one.
    At(Expression),
    /// So long after a moment on the record.
    After {
        /// That moment.
        since: Expression,
        /// How long.
        wait: SignedDuration,
    },
}

impl Due {
    /// The expression that it is reckoned from: what it comes to names the episode.
    pub fn reckoned_from(&self) -> &Expression {
        match self {
            Due::At(moment) => moment,
            Due::After { since, .. } => since,
        }
    }

    /// How long after that it is.
    pub fn wait(&self) -> SignedDuration {
        match self {
            Due::At(_) => SignedDuration::ZERO,
            Due::After { wait, .. } => *wait,
        }
    }
}

/// Where a step goes that quiet hours forbid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuietRule {
    /// To the moment before they begin: the evening before.
    Before,
    /// To the moment after they end.
    #[default]
    After,
}

/// A template with what goes into its gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateUse {
    /// One of the workflow's templates.
    pub name: String,
    /// The text for each gap, by language; one for each of the business's.
    pub fill: BTreeMap<Language, Vec<String>>,
}

/// A template that this workflow wants to exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TemplateText {
    /// Its name at Meta.
    pub name: String,
    /// What it is for.
    pub category: TemplateCategory,
    /// A line above it, without gaps.
    pub header: Option<Translated>,
    /// What it says, with gaps `{{1}}`, `{{2}}`.
    pub body: Translated,
    /// A line below it, without gaps.
    pub footer: Option<Translated>,
    /// What can be tapped below it, by language.
    pub buttons: BTreeMap<Language, Vec<String>>,
    /// A value for each gap, by language, which Meta's reviewers are shown.
    pub examples: BTreeMap<Language, Vec<String>>,
}

/// What holds for all messages that nobody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// When none is sent, by the business's clock; over midnight where it ends before it begins. An acknowledgement always is.
    pub quiet_hours: Option<Interval>,
    /// The most of them that one contact gets.
    pub proactive: Cap,
}

/// At most so many in so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cap {
    /// How many.
    pub most: u32,
    /// In how long.
    pub within: SignedDuration,
}

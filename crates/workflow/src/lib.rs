//! The workflow file: what a business takes in, where it goes, what it promises, and in whose words.
//!
//! [`read`] turns the text of a `workflow.yaml` into a [`Workflow`], or into [`Findings`] that point at the line and say
//! what to change. Everything else is pure functions over that workflow; time is always an argument.

mod acknowledge;
mod check;
mod duration;
mod expression;
mod file;
mod fill;
mod finding;
mod hours;
mod model;
mod promise;
mod rule;
mod say;
mod starters;
mod suggest;
mod syntax;
mod text;

pub use acknowledge::{acknowledgement, ambiguous_acknowledgement, question_to_somebody_new};
pub use check::{ARCHETYPES, Checked, check, read, read_with_archetypes};
pub use expression::Expression;
pub use fill::{Words, fill};
pub use finding::{Finding, Findings, Severity};
pub use hours::{Holiday, HolidayDate, Hours, Interval};
pub use model::{
    Acknowledgement, Answer, AskFor, Automation, BecomeRecord, Business, Cap, Choice, Due, Example, Fallback,
    FieldName, FollowUp, FollowUpStep, Interaction, InteractionType, LONGEST_ROW, LONGEST_ROW_DETAIL, Limits,
    MOST_ROWS, Means, NOTE, NewContacts, OwnRule, Queue, QuietRule, Several, TemplateText, TemplateUse, Texts,
    Translated, Workflow,
};
pub use promise::{Promise, promise};
pub use rule::decided_by_rule;
pub use say::{say_due, say_opening, say_promise};
pub use starters::{CLINIC, OPTICA_LUNA, OPTICIAN, SCHOOL, SERVICES, SHOP, STARTERS, TRIAGE, schema};

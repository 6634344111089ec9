//! The nouns of Hilo and its pure decisions. Nothing here asks for the time, draws a random number, awaits, or knows a database.

pub mod category;
pub mod change;
pub mod contact;
pub mod delivery;
pub mod desk;
pub mod duplicate;
pub mod endpoint;
pub mod errand;
pub mod evidence;
pub mod fact;
pub mod follow_up;
pub mod guard;
pub mod ids;
pub mod import;
pub mod interaction;
pub mod invitation;
pub mod language;
pub mod media;
pub mod merge;
mod named;
pub mod news;
pub mod pause;
pub mod phone;
pub mod policy;
pub mod prompt;
pub mod record;
pub mod right;
pub mod role;
pub mod scope;
pub mod search;
pub mod spelling;
pub mod template;
pub mod trial;
pub mod trouble;

pub use category::Category;
pub use language::Language;
pub use phone::{PhoneNumber, Region};
pub use policy::Policy;

/// A name that stands for none of the values it should.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a {what}")]
pub struct UnknownName {
    /// What it should name.
    pub what: &'static str,
    /// What was given.
    pub name: String,
}

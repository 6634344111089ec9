//! What a script consists of.

use serde::{Deserialize, Serialize};

/// What a person writes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Spanish.
    Es,
    /// Portuguese.
    Pt,
    /// English.
    En,
}

/// One kind of customer.
pub(super) struct Script {
    pub(super) id: &'static str,
    pub(super) language: Language,
    /// What the person comes with.
    pub(super) opening: &'static [Beat],
    /// What follows the first answer, the second, and so on; with the last one the matter is over for the person.
    pub(super) answered: &'static [&'static [Beat]],
    pub(super) buttons: Buttons,
    /// What follows when nobody answers for so many minutes; once.
    pub(super) unanswered: Option<(u32, &'static [Beat])>,
}

/// One thing to do. Texts are patterns: `[hola|buenas]` is one of the two, `{order}` a fact about the person.
#[derive(Debug, Clone, Copy)]
pub(super) enum Beat {
    Say(&'static str),
    /// So many seconds.
    Pause(u32),
    Voice,
    Photo(&'static str),
    Document(&'static str),
    Sticker,
    Location,
    Card,
    Order,
    /// On the newest message of the business.
    React(&'static str),
    /// Of what was written last.
    Edit(&'static str),
    /// Of what was written last.
    Revoke,
    Forward(&'static str),
    FromAd(&'static str),
    OptOut,
    OptIn,
    Block,
    ChangeNumber,
}

/// What the person does with buttons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Buttons {
    /// Taps one of them, instead of answering in words.
    Taps,
    /// Writes all the same.
    Ignores,
}

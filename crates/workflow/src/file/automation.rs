//! What a file of version 2 says about a type's answers.

use serde_saphyr::Spanned;

use super::{Table, Word, Words, present};

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeveralFile {
    pub(crate) ask: Words,
    pub(crate) button: Words,
    pub(crate) row: Words,
    pub(crate) detail: Option<Words>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerFile {
    #[serde(rename = "if", default, deserialize_with = "present")]
    pub(crate) condition: Option<Word>,
    pub(crate) say: Words,
    pub(crate) buttons: Option<Spanned<Vec<ChoiceFile>>>,
    pub(crate) set: Option<Table<Word>>,
    pub(crate) note: Option<Word>,
    pub(crate) hand_over: Option<bool>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceFile {
    #[serde(rename = "type")]
    pub(crate) kind: Word,
    pub(crate) value: Option<Word>,
    pub(crate) label: Words,
    pub(crate) means: Option<Word>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OtherwiseFile {
    pub(crate) say: Words,
}

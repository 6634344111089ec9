//! What a file of version 2 says about messages that nobody asked for.

use serde_saphyr::Spanned;

use super::{ChoiceFile, PerLanguage, Word, Words, present};

/// A list for each language.
pub(crate) type Lists = Spanned<PerLanguage<Spanned<Vec<Word>>>>;

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FollowUpFile {
    pub(crate) id: Word,
    pub(crate) name: Words,
    pub(crate) on: Word,
    #[serde(default, deserialize_with = "present")]
    pub(crate) at: Option<Word>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) since: Option<Word>,
    pub(crate) steps: Option<Spanned<Vec<StepFile>>>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) unless: Option<Word>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) hold_while: Option<Word>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) stop_when: Option<Word>,
    pub(crate) quiet: Option<Word>,
    pub(crate) expires_after: Option<Word>,
    pub(crate) text: Option<Words>,
    pub(crate) template: Option<Spanned<TemplateUseFile>>,
    pub(crate) buttons: Option<Spanned<Vec<ChoiceFile>>>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepFile {
    pub(crate) after: Word,
    pub(crate) text: Option<Words>,
    pub(crate) template: Option<Spanned<TemplateUseFile>>,
    pub(crate) buttons: Option<Spanned<Vec<ChoiceFile>>>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateUseFile {
    pub(crate) name: Word,
    pub(crate) fill: Option<Lists>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TemplateFile {
    pub(crate) category: Word,
    pub(crate) header: Option<Words>,
    pub(crate) body: Words,
    pub(crate) footer: Option<Words>,
    pub(crate) buttons: Option<Lists>,
    pub(crate) examples: Option<Lists>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct LimitsFile {
    pub(crate) quiet_hours: Option<Word>,
    pub(crate) proactive: Option<Word>,
}

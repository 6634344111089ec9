//! The file as it is written: every value with its place, nothing judged yet.
//!
//! Only the shape is checked here (known keys, lists where lists belong). Values stay texts, so that one reading finds
//! every wrong value of a file and not only the first.

mod automation;
mod follow_up;

use std::fmt;
use std::marker::PhantomData;

use domain::Language;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_saphyr::Spanned;

pub(crate) use automation::{AnswerFile, ChoiceFile, OtherwiseFile, SeveralFile};
pub(crate) use follow_up::{FollowUpFile, LimitsFile, Lists, StepFile, TemplateFile, TemplateUseFile};

pub(crate) type Word = Spanned<String>;
pub(crate) type Words = Spanned<PerLanguage<Word>>;

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkflowFile {
    pub(crate) version: Spanned<u32>,
    pub(crate) business: BusinessFile,
    pub(crate) hours: Table<Spanned<HoursFile>>,
    #[serde(default)]
    pub(crate) holidays: Vec<HolidayFile>,
    pub(crate) queues: Spanned<Vec<QueueFile>>,
    pub(crate) types: Spanned<Vec<TypeFile>>,
    pub(crate) fallback: FallbackFile,
    pub(crate) texts: TextsFile,
    #[serde(default)]
    pub(crate) interaction: InteractionFile,
    #[serde(default)]
    pub(crate) new_contacts: NewContactsFile,
    pub(crate) follow_ups: Option<Spanned<Vec<FollowUpFile>>>,
    pub(crate) templates: Option<Spanned<Table<TemplateFile>>>,
    pub(crate) limits: Option<Spanned<LimitsFile>>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BusinessFile {
    pub(crate) name: Word,
    pub(crate) languages: Spanned<Vec<Word>>,
    pub(crate) default_language: Word,
    pub(crate) time_zone: Word,
    pub(crate) region: Word,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct HoursFile {
    pub(crate) monday: Vec<Word>,
    pub(crate) tuesday: Vec<Word>,
    pub(crate) wednesday: Vec<Word>,
    pub(crate) thursday: Vec<Word>,
    pub(crate) friday: Vec<Word>,
    pub(crate) saturday: Vec<Word>,
    pub(crate) sunday: Vec<Word>,
    pub(crate) works_holidays: bool,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HolidayFile {
    pub(crate) date: Word,
    pub(crate) name: Word,
    #[serde(default)]
    pub(crate) open: Vec<Word>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct QueueFile {
    pub(crate) id: Word,
    pub(crate) name: Words,
    pub(crate) promise: Word,
    pub(crate) hours: Word,
    pub(crate) time_zone: Option<Word>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypeFile {
    pub(crate) id: Word,
    pub(crate) name: Words,
    pub(crate) category: Word,
    pub(crate) archetype: Option<Word>,
    pub(crate) policy: Word,
    pub(crate) queue: Option<Word>,
    pub(crate) threshold: Option<Spanned<f64>>,
    pub(crate) priority: Option<Spanned<i64>>,
    pub(crate) examples: Option<PerLanguage<Vec<Word>>>,
    pub(crate) rule: Option<RuleFile>,
    pub(crate) fallback_target: Option<Spanned<f64>>,
    pub(crate) reads: Option<Spanned<Vec<Word>>>,
    pub(crate) writes: Option<Spanned<Vec<Word>>>,
    pub(crate) about: Option<Word>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) when: Option<Word>,
    pub(crate) several: Option<Spanned<SeveralFile>>,
    pub(crate) answers: Option<Spanned<Vec<AnswerFile>>>,
    pub(crate) otherwise: Option<Spanned<OtherwiseFile>>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RuleFile {
    pub(crate) words: Vec<Word>,
    pub(crate) phrases: Vec<Word>,
    pub(crate) whole: Vec<Word>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FallbackFile {
    pub(crate) unrecognised: Word,
    pub(crate) ambiguous: Word,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextsFile {
    pub(crate) acknowledgement: AcknowledgementFile,
    pub(crate) ambiguous: AcknowledgementFile,
}

#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcknowledgementFile {
    pub(crate) open: Words,
    pub(crate) closed: Words,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct InteractionFile {
    pub(crate) silence: Option<Word>,
    pub(crate) burst: Option<Word>,
    pub(crate) reopen: Option<Word>,
}

#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct NewContactsFile {
    pub(crate) ask_for: Option<Word>,
    pub(crate) become_record: Option<Word>,
    pub(crate) never_for: Vec<Word>,
}

/// A condition that is there and says nothing is a mistake: `if: !x` without quotes is one, because `!` begins a tag of YAML.
pub(crate) fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Word>, D::Error> {
    Word::deserialize(deserializer).map(Some)
}

/// One value a language.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PerLanguage<T> {
    es: Option<T>,
    pt: Option<T>,
    en: Option<T>,
}

impl<T> PerLanguage<T> {
    pub(crate) fn get(&self, language: Language) -> Option<&T> {
        match language {
            Language::Es => self.es.as_ref(),
            Language::Pt => self.pt.as_ref(),
            Language::En => self.en.as_ref(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Language, &T)> {
        Language::ALL.into_iter().filter_map(|language| Some((language, self.get(language)?)))
    }
}

/// A mapping with names of the author's own, in the order of the file, each name with its place.
#[derive(Debug)]
pub(crate) struct Table<V>(pub(crate) Vec<(Word, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Table<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TableVisitor(PhantomData))
    }
}

struct TableVisitor<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for TableVisitor<V> {
    type Value = Table<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("names with values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Table(entries))
    }
}

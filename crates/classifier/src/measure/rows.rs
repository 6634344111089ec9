//! Labelled messages, from files and from the bank.

use std::collections::HashMap;
use std::path::Path;

use domain::Category;

use super::MeasureError;
use crate::Lang;
use crate::bank::{self, Archetype};
use crate::random::Random;

/// A message and what it is.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) text: String,
    pub(super) label: String,
    pub(super) lang: Option<Lang>,
}

/// Labels, and the numbers under which a model knows them.
#[derive(Debug, Default)]
pub(super) struct Labels {
    names: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Labels {
    /// The number of a label, a new one if it has none.
    pub(super) fn number(&mut self, name: &str) -> u32 {
        *self.numbers.entry(name.to_owned()).or_insert_with(|| {
            self.names.push(name.to_owned());
            self.names.len() as u32 - 1
        })
    }

    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    pub(super) fn name(&self, number: u32) -> &str {
        self.names.get(number as usize).map_or("", String::as_str)
    }

    /// The number of a label that was trained with.
    pub(super) fn of(&self, row: &Row) -> Option<u32> {
        self.numbers.get(&row.label).copied()
    }

    /// The broad category of a label, where it is an archetype.
    pub(super) fn category(name: &str) -> Option<Category> {
        Archetype::from_id(name).map(Archetype::category)
    }

    /// Refuses messages that the model could never get right.
    pub(super) fn all_known(&self, file: &Path, rows: &[Row]) -> Result<(), MeasureError> {
        match rows.iter().find(|row| self.of(row).is_none()) {
            Some(row) => Err(MeasureError::UnknownLabel {
                file: file.display().to_string(),
                label: row.label.clone(),
                known: self.names.join(", "),
            }),
            None => Ok(()),
        }
    }
}

/// The messages of a file.
pub(super) fn read(path: &Path) -> Result<Vec<Row>, MeasureError> {
    let wrong = |why: String| MeasureError::File { file: path.display().to_string(), why };
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_path(path).map_err(|error| wrong(error.to_string()))?;
    let headers = reader.headers().map_err(|error| wrong(error.to_string()))?;
    let column = |name: &str| headers.iter().position(|header| header.trim() == name);
    let (Some(text), Some(label)) = (column("text"), column("label")) else {
        return Err(wrong("its first line has to name the columns `text,label`, and may name `lang`".to_owned()));
    };
    let lang = column("lang");
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong(error.to_string()))?;
        let (Some(text), Some(label)) = (record.get(text), record.get(label)) else {
            let line = record.position().map_or(0, csv::Position::line);
            return Err(wrong(format!("line {line} has too few columns")));
        };
        let lang = lang.and_then(|lang| record.get(lang)).and_then(Lang::from_code);
        rows.push(Row { text: text.to_owned(), label: label.to_owned(), lang });
    }
    if rows.is_empty() { Err(wrong("there is no message in it".to_owned())) } else { Ok(rows) }
}

/// The shipped phrases, under their archetypes.
pub(super) fn of_the_bank() -> impl Iterator<Item = Row> {
    bank::archetypes().iter().flat_map(|&archetype| {
        bank::examples(archetype).map(move |(lang, text)| Row {
            text: text.to_owned(),
            label: archetype.id().to_owned(),
            lang: Some(lang),
        })
    })
}

/// At most `per_class` rows of each label, drawn by chance.
pub(super) fn draw(mut rows: Vec<Row>, per_class: usize, seed: u64) -> Vec<Row> {
    Random::seeded(seed).shuffle(&mut rows);
    let mut taken: HashMap<String, usize> = HashMap::new();
    rows.retain(|row| {
        let taken = taken.entry(row.label.clone()).or_default();
        *taken += 1;
        *taken <= per_class
    });
    rows
}

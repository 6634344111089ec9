//! How a file is read: guessed from its beginning, and put right by whoever brought it.

use domain::import::Field;
use domain::{Region, phone::UnknownRegion};
use serde::{Deserialize, Serialize};

use super::columns;
use super::rows::{RawRow, Rows};
use super::text::Encoding;

/// Rows that are shown before anything is written.
const SHOWN: usize = 8;
/// Rows by which the separator and the columns are told.
const LOOKED_AT: usize = 40;
const LONGEST_SHOWN: usize = 120;
const MOST_COLUMNS: usize = 200;
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How a file is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// What stands between two cells.
    pub separator: char,
    /// Its encoding.
    pub encoding: Encoding,
    /// Lines in front of the first person.
    pub head_lines: i64,
    /// Bytes in front of the first person.
    pub head_bytes: i64,
    /// The columns, in their order.
    pub columns: Vec<Column>,
    /// The country of numbers without one.
    pub region: String,
    /// Whether what the file says replaces what is known of a person, who otherwise learns only what nobody knew.
    pub overwrite: bool,
    /// The first rows.
    pub preview: Vec<Vec<String>>,
}

/// A column of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// What stands above it; otherwise its number.
    pub name: String,
    /// What it says; nothing if it is left out.
    pub field: Option<Field>,
}

/// What somebody wants to have otherwise.
#[derive(Debug, Clone, Default)]
pub struct PlanChange {
    /// By the name or the number of the column; what is not named stays.
    pub fields: Vec<(Field, String)>,
    /// What each column says, all of them.
    pub columns: Option<Vec<Option<Field>>>,
    /// The country of numbers without one.
    pub region: Option<String>,
    /// See [`Plan::overwrite`].
    pub overwrite: Option<bool>,
}

impl Plan {
    /// The plan that fits a file which begins like this.
    pub(super) fn guess(beginning: &[u8], is_whole: bool, encoding: Encoding, region: Region) -> Plan {
        let (separator, told) = separator(beginning, is_whole);
        let mut rows = read(&beginning[told..], is_whole, separator, encoding);
        let first = rows.first().cloned().unwrap_or_default();
        let named = columns::by_heading(&first);
        let is_named = named.iter().any(Option::is_some) && !first.iter().any(|cell| cell.contains('@'));
        let below = columns::by_content(rows.get(1..).unwrap_or_default(), region);
        let has_head = is_named || is_heading(&first, &below);
        let fields = match (is_named, has_head) {
            (true, _) => named,
            (false, true) => below,
            (false, false) => columns::by_content(&rows, region),
        };
        if has_head {
            rows.remove(0);
        }
        let width = rows.iter().map(Vec::len).chain([fields.len()]).max().unwrap_or(0).min(MOST_COLUMNS);
        let columns = (0..width).map(|place| Column {
            name: match first.get(place).filter(|name| has_head && !name.trim().is_empty()) {
                Some(name) => shown(name.trim()),
                None => (place + 1).to_string(),
            },
            field: fields.get(place).copied().flatten(),
        });
        let (head_lines, head_bytes) = head(beginning, told, separator, has_head, is_whole);
        Plan {
            separator: char::from(separator),
            encoding,
            head_lines,
            head_bytes,
            columns: columns.collect(),
            region: region.code(),
            overwrite: false,
            preview: rows.iter().take(SHOWN).map(|row| row.iter().map(|cell| shown(cell)).collect()).collect(),
        }
    }

    /// The country of numbers without one.
    pub fn region(&self) -> Result<Region, UnknownRegion> {
        self.region.parse()
    }

    /// Another plan for the same file, or what cannot be had of it.
    pub fn changed(mut self, change: &PlanChange) -> Result<Plan, String> {
        if let Some(fields) = &change.columns {
            for (place, column) in self.columns.iter_mut().enumerate() {
                column.field = fields.get(place).copied().flatten();
            }
        }
        for (field, name) in &change.fields {
            self.say(*field, name)?;
        }
        if let Some(region) = &change.region {
            self.region = region.parse::<Region>().map_err(|error| error.to_string())?.code();
        }
        self.overwrite = change.overwrite.unwrap_or(self.overwrite);
        for field in Field::ALL {
            let count = self.columns.iter().filter(|column| column.field == Some(*field)).count();
            if 1 < count && !columns::takes_many(*field) {
                return Err(format!("{count} columns are `{field}`; a person has one"));
            }
        }
        Ok(self)
    }

    fn say(&mut self, field: Field, name: &str) -> Result<(), String> {
        let is_meant = |column: &Column| column.name.trim().to_lowercase() == name.trim().to_lowercase();
        let by_number = || name.trim().parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let place =
            self.columns.iter().position(is_meant).or_else(by_number).filter(|place| *place < self.columns.len());
        let place = place.ok_or_else(|| {
            let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
            format!("there is no column `{name}`; the file has: {}", names.join(", "))
        })?;
        if !columns::takes_many(field) {
            self.columns.iter_mut().filter(|column| column.field == Some(field)).for_each(|column| column.field = None);
        }
        self.columns[place].field = Some(field);
        Ok(())
    }

    /// Why no row of the file could be anybody.
    pub fn lacks(&self) -> Option<String> {
        let finds = |column: &Column| matches!(column.field, Some(Field::Phone | Field::Email | Field::ExternalId));
        (!self.columns.iter().any(finds)).then(|| {
            let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
            format!(
                "no column says who somebody is; name the one with the number, for example `phone={}`",
                names.first().unwrap_or(&"1")
            )
        })
    }
}

/// Words that nobody knows, above cells that say who somebody is.
fn is_heading(first: &[String], below: &[Option<Field>]) -> bool {
    let is_word = |cell: &String| !cell.contains('@') && !cell.chars().any(|letter| letter.is_numeric());
    first.iter().all(is_word) && below.iter().any(|field| matches!(field, Some(Field::Phone | Field::Email)))
}

/// The separator, and how many bytes name it: Excel understands `sep=;` in front of everything.
fn separator(beginning: &[u8], is_whole: bool) -> (u8, usize) {
    if let [b's', b'e', b'p', b'=', separator, rest @ ..] = beginning
        && SEPARATORS.contains(separator)
    {
        let line = rest.iter().position(|byte| *byte == b'\n').map_or(rest.len(), |place| place + 1);
        return (*separator, 5 + line);
    }
    // The one that cuts most rows into as many cells as the first one has.
    let score = |separator: u8| {
        let rows = read(beginning, is_whole, separator, Encoding::Windows1252);
        let width = rows.first().map_or(0, Vec::len);
        let alike = rows.iter().filter(|row| row.len() == width).count();
        if width < 2 { (0, 0) } else { (alike, width) }
    };
    let best = SEPARATORS.into_iter().rev().max_by_key(|separator| score(*separator)).unwrap_or(b',');
    (if score(best) == (0, 0) { b',' } else { best }, 0)
}

fn read(bytes: &[u8], is_whole: bool, separator: u8, encoding: Encoding) -> Vec<Vec<String>> {
    let mut rows = Rows::behind(separator, 0, 0);
    rows.feed(bytes);
    let cells = |row: RawRow| {
        let cells = row.cells.ok()?.into_iter().take(MOST_COLUMNS);
        cells.map(|cell| encoding.text(cell)).collect::<Option<Vec<String>>>()
    };
    std::iter::from_fn(|| rows.next(is_whole))
        .filter_map(cells)
        .filter(|cells| cells.iter().any(|cell| !cell.trim().is_empty()))
        .take(LOOKED_AT)
        .collect()
}

/// The lines and bytes in front of the first person.
fn head(beginning: &[u8], told: usize, separator: u8, has_head: bool, is_whole: bool) -> (i64, i64) {
    let lines = i64::from(0 < told);
    let mut rows = Rows::behind(separator, told, lines);
    rows.feed(&beginning[told..]);
    while has_head && let Some(row) = rows.next(is_whole) {
        if row.cells.is_ok_and(|cells| cells.iter().any(|cell| !cell.trim_ascii().is_empty())) {
            break;
        }
    }
    let (bytes, lines) = rows.position();
    (lines, bytes as i64)
}

fn shown(cell: &str) -> String {
    cell.chars().filter(|letter| !letter.is_control()).take(LONGEST_SHOWN).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(file: &str) -> Plan {
        Plan::guess(file.as_bytes(), true, Encoding::Utf8, Region::MX)
    }

    fn fields(plan: &Plan) -> Vec<Option<&'static str>> {
        plan.columns.iter().map(|column| column.field.map(Field::name)).collect()
    }

    #[test]
    fn separators_headings_and_their_absence_are_told() {
        for separator in [",", ";", "\t", "|"] {
            let plan =
                guess(&["nombre", "celular\nAna", "55 1234 5678\n\"Luis, el otro\"", "55 8765 4321\n"].join(separator));
            assert_eq!(
                (plan.separator.to_string().as_str(), fields(&plan)),
                (separator, vec![Some("name"), Some("phone")])
            );
            assert_eq!((plan.head_lines, plan.preview[0][0].as_str()), (1, "Ana"));
        }
        let plan = guess("5512345678\n5587654321\n");
        assert_eq!((plan.head_lines, fields(&plan)), (0, vec![Some("phone")]));
        let plan = guess("sep=;\r\nnome;telefone\r\nAna;55 1234 5678\r\n");
        assert_eq!((plan.separator, plan.head_lines, plan.head_bytes), (';', 2, 22));
    }

    #[test]
    fn whoever_brought_the_file_has_the_last_word() {
        let change = |fields: &[(Field, &str)]| PlanChange {
            fields: fields.iter().map(|(field, name)| (*field, (*name).to_owned())).collect(),
            ..PlanChange::default()
        };
        let file = "quien,donde\nAna,55 1234 5678\n";
        let plan = guess(file).changed(&change(&[(Field::Phone, "Donde"), (Field::Name, "1")])).unwrap();
        assert_eq!(fields(&plan), [Some("name"), Some("phone")]);
        let refused = guess(file).changed(&change(&[(Field::Phone, "Celular")])).unwrap_err();
        assert!(refused.starts_with("there is no column `Celular`; the file has: "), "{refused}");
        assert!(guess("a,b\nx,y\n").lacks().is_some() && guess(file).lacks().is_none());
    }
}

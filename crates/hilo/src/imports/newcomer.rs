//! What one row says of somebody.

use domain::contact::Identity;
use domain::import::Field;
use domain::spelling::plain;
use domain::{Language, PhoneNumber, Region};

use super::plan::Plan;

const LONGEST_NAME: usize = 200;
const LONGEST_NOTE: usize = 4_000;
const LONGEST_ADDRESS: usize = 254;
const LONGEST_ID: usize = 100;
/// Between several numbers in one cell, as other programs write them.
const BETWEEN: [&str; 6] = [":::", ";", ",", "/", "|", "\n"];

/// Somebody as a row describes them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Newcomer {
    /// Their identities, the most telling first.
    pub(super) names: Vec<Identity>,
    pub(super) name: Option<String>,
    pub(super) language: Option<Language>,
    pub(super) opted_out: bool,
    /// What has no place of its own.
    pub(super) note: Option<String>,
}

/// Why a row is nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    /// A word for programs.
    pub(super) code: &'static str,
    /// A sentence.
    pub(super) reason: String,
}

pub(super) fn refused(code: &'static str, reason: impl Into<String>) -> Refused {
    Refused { code, reason: reason.into() }
}

/// Somebody, or why this is nobody. An empty row is neither.
pub(super) fn read(plan: &Plan, region: Region, cells: &[String]) -> Result<Option<Newcomer>, Refused> {
    if cells.iter().all(|cell| cell.trim().is_empty()) {
        return Ok(None);
    }
    if cells.iter().any(|cell| cell.contains('\0')) {
        return Err(refused("not_text", "a cell has a NUL in it; save the file as CSV text"));
    }
    let values = |wanted: Field| {
        let is_wanted = move |(place, _): &(usize, &String)| {
            plan.columns.get(*place).is_some_and(|column| column.field == Some(wanted))
        };
        cells.iter().enumerate().filter(is_wanted).map(|(_, cell)| cell.trim()).filter(|cell| !cell.is_empty())
    };
    let one = |field: Field| values(field).next().map(str::to_owned);
    let mut newcomer = Newcomer {
        name: name(one(Field::Name), one(Field::FirstName), one(Field::LastName))?,
        language: one(Field::Language).and_then(|text| language(&text)),
        opted_out: one(Field::OptedOut).is_some_and(|text| is_yes(&text)),
        ..Newcomer::default()
    };
    let mut remarks = Vec::new();
    if let Some(id) = one(Field::ExternalId) {
        if LONGEST_ID < id.chars().count() {
            return Err(refused("long_id", format!("the other system's id has more than {LONGEST_ID} characters")));
        }
        newcomer.names.push(Identity::external_id(&id));
    }
    for cell in values(Field::Phone) {
        for (number, extension) in numbers(cell, region)? {
            newcomer.names.push(Identity::phone(&number));
            remarks.extend(extension.map(|extension| format!("{number} ext. {extension}")));
        }
    }
    for cell in values(Field::Email) {
        newcomer.names.push(Identity::email(address(cell)?));
    }
    newcomer.names = distinct(newcomer.names);
    if newcomer.names.is_empty() {
        return Err(refused("nobody", "the row has no number, no e-mail address and no id of another system"));
    }
    remarks.extend(labelled(plan, cells, &[Field::Company, Field::Tags]));
    remarks.extend(values(Field::Notes).map(str::to_owned));
    newcomer.note = note(&remarks)?;
    Ok(Some(newcomer))
}

fn name(whole: Option<String>, first: Option<String>, last: Option<String>) -> Result<Option<String>, Refused> {
    let parts: Vec<String> = match whole {
        // Some programs write the first name above `Name` and the rest beside it.
        Some(whole) => [Some(whole), last].into_iter().flatten().collect(),
        None => [first, last].into_iter().flatten().collect(),
    };
    let name = parts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
    if LONGEST_NAME < name.chars().count() {
        return Err(refused("long_name", format!("the name has more than {LONGEST_NAME} characters")));
    }
    Ok(Some(name).filter(|name| !name.is_empty()))
}

/// A cell is one number, or several.
fn numbers(cell: &str, region: Region) -> Result<Vec<(PhoneNumber, Option<String>)>, Refused> {
    let read = |text: &str| PhoneNumber::parse_written(text, region).map(|written| (written.number, written.extension));
    let between = BETWEEN.into_iter().find(|between| cell.contains(between));
    let parts = between.map(|between| cell.split(between).map(str::trim).filter(|part| !part.is_empty()).map(read));
    match parts.map(Iterator::collect::<Result<Vec<_>, _>>) {
        // Before the whole: behind a semicolon a number could be taken for an extension.
        Some(Ok(numbers)) if !numbers.is_empty() => Ok(numbers),
        Some(_) | None => {
            read(cell).map(|number| vec![number]).map_err(|whole| refused(whole.code(), whole.to_string()))
        }
    }
}

fn address(cell: &str) -> Result<&str, Refused> {
    let (local, domain) = cell.split_once('@').unwrap_or_default();
    let is_one = !local.is_empty()
        && domain.split('.').all(|part| !part.is_empty())
        && domain.contains('.')
        && !domain.contains('@')
        && !cell.chars().any(|letter| letter.is_whitespace() || letter.is_control())
        && cell.len() <= LONGEST_ADDRESS;
    if is_one {
        return Ok(cell);
    }
    let shown: String = cell.chars().filter(|letter| !letter.is_control()).take(60).collect();
    Err(refused("not_an_email", format!("`{shown}` is not an e-mail address")))
}

fn language(text: &str) -> Option<Language> {
    let text = plain(text);
    let is_one_of = |names: &[&str]| names.iter().any(|name| text.starts_with(name));
    match text.get(..2)? {
        _ if is_one_of(&["span", "espan", "castel"]) => Some(Language::Es),
        _ if is_one_of(&["port", "brasil"]) => Some(Language::Pt),
        _ if is_one_of(&["engl", "ingl"]) => Some(Language::En),
        code if !text.chars().nth(2).is_some_and(char::is_alphabetic) => code.parse().ok(),
        _ => None,
    }
}

fn is_yes(text: &str) -> bool {
    ["1", "si", "s", "sim", "yes", "y", "true", "verdadero", "verdadeiro", "x", "baja"].contains(&plain(text).as_str())
}

fn distinct(names: Vec<Identity>) -> Vec<Identity> {
    let mut distinct: Vec<Identity> = Vec::new();
    for name in names {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    distinct
}

/// What the file calls a column, and what stands there.
fn labelled(plan: &Plan, cells: &[String], fields: &[Field]) -> Vec<String> {
    let columns = plan.columns.iter().zip(cells);
    let wanted = columns
        .filter(|(column, cell)| column.field.is_some_and(|field| fields.contains(&field)) && !cell.trim().is_empty());
    wanted.map(|(column, cell)| format!("{}: {}", column.name, cell.trim())).collect()
}

fn note(remarks: &[String]) -> Result<Option<String>, Refused> {
    let text = remarks.join("\n");
    if LONGEST_NOTE < text.chars().count() {
        return Err(refused("long_note", format!("the notes have more than {LONGEST_NOTE} characters")));
    }
    Ok(Some(text).filter(|text| !text.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imports::text::Encoding;

    fn somebody(file: &str) -> Result<Option<Newcomer>, Refused> {
        let plan = Plan::guess(file.as_bytes(), true, Encoding::Utf8, Region::MX);
        read(&plan, Region::MX, &plan.preview[0])
    }

    #[test]
    fn a_row_says_who_somebody_is_and_what_there_is_to_know() {
        let file = "codigo;nombre;apellidos;celular;correo;idioma;empresa;notas;baja\n77;Ana;Silva;(55) 1234 5678 ext 9;ANA@example.com;Español;Acme;VIP;sí\n";
        let ana = somebody(file).unwrap().unwrap();
        let values: Vec<&str> = ana.names.iter().map(|name| name.value.as_str()).collect();
        assert_eq!(values, ["77", "+525512345678", "ana@example.com"]);
        assert_eq!((ana.name.as_deref(), ana.language, ana.opted_out), (Some("Ana Silva"), Some(Language::Es), true));
        assert_eq!(ana.note.as_deref(), Some("+525512345678 ext. 9\nempresa: Acme\nVIP"));
    }

    #[test]
    fn a_cell_may_hold_several_numbers() {
        for cell in ["55 1234 5678 / 55 8765 4321", "5512345678 ::: 5587654321", "5512345678;5587654321"] {
            let file = format!("nombre\tcelular\nAna\t{cell}\n");
            assert_eq!(somebody(&file).unwrap().unwrap().names.len(), 2, "{cell}");
        }
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_reason() {
        let code = |row: &str| somebody(&format!("nombre,celular,correo\n{row}\n")).unwrap_err().code;
        assert_eq!(code("Ana,55 12,"), "too_short");
        assert_eq!(code("Ana,call me,"), "not_a_number");
        assert_eq!(code("Ana,,"), "nobody");
        assert_eq!(code("Ana,,ana at example"), "not_an_email");
    }
}

//! The rows of one person as those of another, at another time.

use crate::senders;

/// How much earlier each copy lived than the one before: half a day, so that a thousand of them make a year and a half.
pub(super) const APART_MS: i64 = 12 * 3600 * 1000;
/// Ids of what is there once, whoever writes.
const SHARED: [&str; 2] = ["workspace_id", "channel_id"];
/// Moments of what somebody is still to get: of an appointment, and of what follows it.
const TO_COME: [&str; 6] = ["starts_at", "ends_at", "due_at", "look_at", "expires_at", "episode"];
const ODD: u64 = 0x9E37_79B9_7F4A_7C15;

/// A value of a row, as either database has it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

/// The rows of a table that the program has written.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<Cell>>,
}

/// One time that rows are copied, from the first on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    /// Which tables.
    pub(super) tables: &'static [&'static str],
    /// The number of these rows' ids.
    pub(super) copy: usize,
    /// That of whom they belong to.
    pub(super) whose: usize,
    /// How much earlier everything was.
    pub(super) earlier_ms: i64,
    /// How much later what is still to come is.
    pub(super) later_ms: i64,
}

/// Knows who lived through the past that is copied.
pub(super) struct Copier {
    pub(super) people: usize,
}

impl Copier {
    /// A row as it is copied.
    pub(super) fn row(&self, table: &Table, row: &[Cell], turn: &Turn) -> Vec<Cell> {
        table.columns.iter().zip(row).map(|(column, cell)| self.cell(column, cell, turn)).collect()
    }

    fn cell(&self, column: &str, cell: &Cell, turn: &Turn) -> Cell {
        match cell {
            Cell::Blob(id) if column == "id" || column.ends_with("_id") => match <[u8; 16]>::try_from(id.as_slice()) {
                Ok(id) if column == "contact_id" => Cell::Blob(other_id(id, turn.whose).to_vec()),
                Ok(id) if !SHARED.contains(&column) => Cell::Blob(other_id(id, turn.copy).to_vec()),
                Ok(_) | Err(_) => cell.clone(),
            },
            Cell::Blob(hash) if column == "key" => Cell::Blob(other_hash(hash, turn.copy)),
            Cell::Blob(body) => Cell::Blob(self.other_person(body, turn.whose)),
            Cell::Text(text) => {
                Cell::Text(String::from_utf8_lossy(&self.other_person(text.as_bytes(), turn.whose)).into_owned())
            }
            Cell::Int(time) if TO_COME.contains(&column) => Cell::Int(time + turn.later_ms),
            Cell::Int(time) if is_time(column) => Cell::Int(time - turn.earlier_ms),
            Cell::Int(_) | Cell::Real(_) | Cell::Null => cell.clone(),
        }
    }

    /// Numbers of people, wherever they stand, become those of others.
    fn other_person(&self, text: &[u8], copy: usize) -> Vec<u8> {
        let mut other = text.to_vec();
        let mut start = 0;
        while start < other.len() {
            let digits = other[start..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            if senders::DIGITS <= digits {
                let own = start + digits - senders::DIGITS..start + digits;
                let person = std::str::from_utf8(&other[own.clone()]).ok().and_then(senders::person);
                if let Some(person) = person.filter(|person| *person < self.people) {
                    other[own].copy_from_slice(senders::digits(copy * self.people + person).as_bytes());
                }
            }
            start += digits + 1;
        }
        other
    }
}

fn is_time(column: &str) -> bool {
    column == "at" || ["_at", "_until", "_since"].iter().any(|ending| column.ends_with(ending))
}

/// Ids begin with the millisecond in which they were made.
fn other_id(id: [u8; 16], copy: usize) -> [u8; 16] {
    let mut milliseconds = [0; 8];
    milliseconds[2..].copy_from_slice(&id[..6]);
    let earlier = u64::from_be_bytes(milliseconds).saturating_sub(copy as u64 * APART_MS as u64);
    let mut other = id;
    other[..6].copy_from_slice(&earlier.to_be_bytes()[2..]);
    other
}

fn other_hash(hash: &[u8], copy: usize) -> Vec<u8> {
    let noise = (copy as u64).wrapping_mul(ODD).to_be_bytes();
    hash.iter().zip(noise.iter().chain(std::iter::repeat(&0))).map(|(byte, noise)| byte ^ noise).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::senders::sender;

    fn turn(copy: usize) -> Turn {
        Turn { tables: &[], copy, whose: copy, earlier_ms: copy as i64 * APART_MS, later_ms: 1 }
    }

    #[test]
    fn a_copy_is_somebody_else_at_another_time_wherever_the_person_is_named() {
        let copier = Copier { people: 9 };
        let (ana, other) = (sender(4), sender(9 * 7 + 4));
        let wamid = |phone: &str| Cell::Text(format!("wamid.HBgN{phone}FQIAEhgUM000000000000000A1AA=="));
        assert_eq!(copier.cell("wamid", &wamid(&ana.phone), &turn(7)), wamid(&other.phone));
        let body = |user: &str| Cell::Blob(format!(r#"{{"user_id":"{user}","timestamp":"1795417580"}}"#).into_bytes());
        assert_eq!(copier.cell("body", &body(&ana.user_id), &turn(7)), body(&other.user_id));
        assert_eq!(copier.cell("created_at", &Cell::Int(1_795_417_580_000), &turn(2)), Cell::Int(1_795_331_180_000));
        assert_eq!(copier.cell("next_seq", &Cell::Int(11), &turn(2)), Cell::Int(11));
    }

    #[test]
    fn what_refers_to_each_other_still_does_in_a_copy() {
        let copier = Copier { people: 9 };
        let id = Cell::Blob(vec![1; 16]);
        assert_eq!(copier.cell("id", &id, &turn(3)), copier.cell("contact_id", &id, &turn(3)));
        assert_ne!(copier.cell("id", &id, &turn(3)), copier.cell("id", &id, &turn(4)));
        assert_eq!(copier.cell("workspace_id", &id, &turn(3)), id);
        let theirs = Turn { whose: 2, ..turn(3) };
        assert_eq!(copier.cell("contact_id", &id, &theirs), copier.cell("id", &id, &turn(2)));
        assert_eq!(copier.cell("due_at", &Cell::Int(5), &theirs), Cell::Int(6), "what is to come comes later");
    }
}

//! Who writes in a week, under which names, and what.

use serde_json::{Value, json};

use crate::dice::Dice;

/// A customer as WhatsApp knows them.
pub(super) struct Person {
    pub(super) name: &'static str,
    /// Every number that was ever theirs, the present one last; each in all its spellings.
    pub(super) numbers: Vec<Vec<String>>,
    /// Every user id that was ever theirs, the present one last.
    pub(super) user_ids: Vec<String>,
    /// Whether they show their number.
    pub(super) shows_number: bool,
}

/// What somebody does on their phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Writes words.
    Says(&'static str),
    /// Asks for no more messages.
    Stops,
    /// Takes that back, in WhatsApp's own settings.
    Resumes,
    /// Puts a heart on what was said last.
    Reacts,
    /// Has another number from now on; WhatsApp says so.
    Moves,
}

const WORDS: [&str; 12] = [
    "hola",
    "¿dónde está mi pedido?",
    "mi pedido 1234 no ha llegado todavía",
    "quiero devolver unos zapatos",
    "esto es una vergüenza, quiero hablar con alguien",
    "gracias",
    "ok, muchas gracias!",
    "quanto custa o frete para Recife?",
    "where is my order?",
    "I'd like to change my appointment to Friday",
    "factura por favor",
    "👍",
];

const NAMES: [&str; 4] = ["Ana", "Beto", "Carla", "Davi"];

/// So many people as there are names at most.
pub(super) fn people(dice: &mut Dice) -> Vec<Person> {
    let many = dice.between(2, NAMES.len() as i64 + 1) as usize;
    (0..many).map(|nth| person(nth, dice)).collect()
}

fn person(nth: usize, dice: &mut Dice) -> Person {
    Person {
        name: NAMES[nth],
        numbers: vec![number(nth, 0, dice)],
        user_ids: vec![format!("MX.{nth}000000000001")],
        shows_number: true,
    }
}

/// A number in the spellings that WhatsApp has for it.
fn number(nth: usize, earlier: usize, dice: &mut Dice) -> Vec<String> {
    let own = format!("{nth}{earlier}234567");
    match dice.between(0, 4) {
        0 => vec![format!("52155{own}"), format!("5255{own}")],
        1 => vec![format!("54911{own}"), format!("5411{own}")],
        2 => vec![format!("551199{nth}{earlier}23456"), format!("55119{nth}{earlier}23456")],
        _ => vec![format!("1650555{nth}{earlier}67")],
    }
}

impl Person {
    /// What somebody may do: mostly they write.
    pub(super) fn deed(dice: &mut Dice) -> Deed {
        match dice.between(0, 100) {
            0..6 => Deed::Stops,
            6..10 => Deed::Resumes,
            10..15 => Deed::Reacts,
            15..18 => Deed::Moves,
            _ => Deed::Says(dice.one_of(&WORDS)),
        }
    }

    /// Takes another number, and mostly the same user id.
    pub(super) fn moves(&mut self, nth: usize, dice: &mut Dice) {
        self.numbers.push(number(nth, self.numbers.len(), dice));
        if dice.chance(30) {
            self.user_ids.push(format!("MX.{nth}00000000000{}", self.user_ids.len() + 1));
        }
    }

    /// Whether WhatsApp ever gave them another user id, by which nobody can know them.
    pub(super) fn was_renamed(&self) -> bool {
        1 < self.user_ids.len()
    }

    /// One of the spellings of their present number.
    pub(super) fn number(&self, dice: &mut Dice) -> String {
        let spellings = self.numbers.last().map(Vec::as_slice).unwrap_or_default();
        // WhatsApp mostly keeps to one.
        let spelling = if dice.chance(85) { 0 } else { dice.between(0, spellings.len() as i64) };
        spellings[spelling as usize].clone()
    }

    pub(super) fn user_id(&self) -> &str {
        self.user_ids.last().map(String::as_str).unwrap_or_default()
    }

    /// Whether a message to this address reaches them.
    pub(super) fn has_address(&self, address: &str) -> bool {
        let digits = address.trim_start_matches('+');
        self.user_ids.iter().any(|id| id == address) || self.numbers.iter().flatten().any(|number| number == digits)
    }
}

/// The typed part of a message that says this; what a person has said last is `before`.
pub(super) fn part(deed: Deed, before: Option<&str>, person: &Person, old: &str) -> Value {
    let text = |words: &str| json!({ "type": "text", "text": { "body": words } });
    match (deed, before) {
        (Deed::Says(words), _) => text(words),
        (Deed::Stops, _) => text("STOP"),
        (Deed::Resumes, _) => json!({}),
        (Deed::Reacts, Some(wamid)) => {
            json!({ "type": "reaction", "reaction": { "message_id": wamid, "emoji": "❤️" } })
        }
        (Deed::Reacts, None) => text("❤️"),
        (Deed::Moves, _) => {
            let new = person.numbers.last().and_then(|spellings| spellings.first());
            let said = format!("User {} changed from {old} to {}", person.name, new.map_or("", String::as_str));
            let system =
                json!({ "body": said, "type": "user_changed_number", "wa_id": new, "user_id": person.user_id() });
            json!({ "type": "system", "system": system })
        }
    }
}

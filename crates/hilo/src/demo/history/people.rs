//! Who wrote to the shop: a hundred and fifty people, none of them real.

use domain::Language;

use crate::dice::Dice;

/// Somebody with a phone.
#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) language: Language,
    /// As WhatsApp writes it: digits alone.
    pub(super) wa_id: String,
    pub(super) user_id: String,
}

const SPANISH: ([&str; 24], [&str; 20]) = (
    [
        "Valeria", "Ricardo", "Fernanda", "Jorge", "Ximena", "Luis", "Renata", "Emilio", "Daniela", "Arturo", "Paola",
        "Héctor", "Mariana", "Iván", "Regina", "Óscar", "Camila", "Rubén", "Itzel", "Gerardo", "Lorena", "Saúl",
        "Abril", "Tomás",
    ],
    [
        "Ramírez",
        "Ortega",
        "Cruz",
        "Mendoza",
        "Villanueva",
        "Salas",
        "Rangel",
        "Peña",
        "Ibarra",
        "Cortés",
        "Fuentes",
        "Nájera",
        "Luna",
        "Zamora",
        "Bautista",
        "Robles",
        "Aguirre",
        "Serrano",
        "Tapia",
        "Quiroz",
    ],
);
const PORTUGUESE: ([&str; 10], [&str; 10]) = (
    ["Bruna", "Thiago", "Larissa", "Rafael", "Camila", "Gustavo", "Letícia", "Vinícius", "Aline", "Caio"],
    ["Souza", "Ferreira", "Almeida", "Barbosa", "Rocha", "Nogueira", "Teixeira", "Moraes", "Cardoso", "Batista"],
);
const ENGLISH: ([&str; 8], [&str; 8]) = (
    ["Emily", "Jack", "Hannah", "Oliver", "Grace", "Noah", "Ruth", "Ethan"],
    ["Walker", "Bennett", "Hughes", "Carter", "Foster", "Palmer", "Dixon", "Reid"],
);

/// Everybody, in the order in which they are thrown. Two in three write Spanish.
pub(super) fn everybody(dice: &mut Dice, count: usize) -> Vec<Person> {
    (0..count).map(|place| person(dice, place)).collect()
}

fn person(dice: &mut Dice, place: usize) -> Person {
    let language = match dice.between(0, 100) {
        0..70 => Language::Es,
        70..88 => Language::Pt,
        _ => Language::En,
    };
    let (name, country) = match language {
        Language::Es => (called(dice, &SPANISH.0, &SPANISH.1), "MX"),
        Language::Pt => (called(dice, &PORTUGUESE.0, &PORTUGUESE.1), "BR"),
        Language::En => (called(dice, &ENGLISH.0, &ENGLISH.1), "US"),
    };
    let line = 41_000_000 + place * 137;
    let wa_id = match language {
        // WhatsApp still writes many Mexican numbers with a 1 behind the country code.
        Language::Es if dice.chance(60) => format!("52155{line:08}"),
        Language::Es => format!("5255{line:08}"),
        Language::Pt => format!("55119{line:08}"),
        // Nobody has these: American numbers for use in fiction, a hundred of each city.
        Language::En => format!("1{}55501{:02}", [212, 646][place / 100 % 2], place % 100),
    };
    Person { name, language, user_id: format!("{country}.19{:016}", 1_000_003 * (place as u64 + 1)), wa_id }
}

/// Half of all profiles have a first name alone.
fn called(dice: &mut Dice, first: &[&str], last: &[&str]) -> String {
    let first = dice.one_of(first);
    if dice.chance(45) { first.to_owned() } else { format!("{first} {}", dice.one_of(last)) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::PhoneNumber;

    use super::*;

    #[test]
    fn everybody_has_a_number_of_their_own_in_any_of_its_spellings() {
        let people = everybody(&mut Dice::new(1), 150);
        let numbers = people.iter().map(|person| PhoneNumber::from_whatsapp(&person.wa_id).unwrap().match_key());
        assert_eq!(numbers.collect::<BTreeSet<_>>().len(), people.len());
        assert_eq!(people.iter().map(|person| &person.user_id).collect::<BTreeSet<_>>().len(), people.len());
    }
}

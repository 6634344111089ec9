//! Who they are: names, numbers, hands, and which script each one lives.

use super::script::{Language, Script};
use super::words::{Hand, pick};
use super::{PersonaState, PersonaView, Personas, scripts};
use crate::phones::NewPhone;
use crate::random::Random;

/// A person before the first word.
pub(super) struct Person {
    pub(super) phone: NewPhone,
    pub(super) script: &'static Script,
    pub(super) hand: Hand,
    pub(super) facts: Vec<(&'static str, String)>,
    /// Business time, in milliseconds after the start.
    pub(super) comes_after: i64,
    /// What this person draws from: what others do must not change what this one says.
    pub(super) random: Random,
}

const APART: u64 = 0x2545_f491_4f6c_dd1d; // odd, so that no two people of a seed share a beginning

/// Makes them up. A number that is `taken` is passed over.
pub(super) fn cast(wanted: &Personas, taken: impl Fn(&str) -> bool) -> Vec<Person> {
    let all = scripts::all();
    let order = shuffled(all.len(), wanted);
    let mut given = Vec::new();
    (0..wanted.count)
        .map(|place| {
            let random = Random::new(wanted.seed.wrapping_add(APART.wrapping_mul(u64::from(place) + 1)));
            // Everybody has a turn before anybody comes twice.
            let script = all[order[place as usize % order.len()]];
            let number =
                free_number(script.language, &random, |number| taken(number) || given.iter().any(|n| n == number));
            given.push(number.clone());
            person(script, number, i64::from(place), wanted, random)
        })
        .collect()
}

fn shuffled(count: usize, wanted: &Personas) -> Vec<usize> {
    let random = Random::new(wanted.seed);
    let mut order: Vec<usize> = (0..count).collect();
    for place in (1..count).rev() {
        order.swap(place, usize::try_from(random.below(place as u64 + 1)).unwrap_or_default());
    }
    order
}

fn free_number(language: Language, random: &Random, taken: impl Fn(&str) -> bool) -> String {
    loop {
        let number = number(language, random);
        if !taken(&number) {
            return number;
        }
    }
}

/// As WhatsApp spells it, which is not always as people dial it: Mexico's 1, Argentina's 9, Brazil's missing 9.
fn number(language: Language, random: &Random) -> String {
    let line = format!("{:08}", random.below(100_000_000));
    match language {
        Language::Es => {
            let prefix = pick(&["52155", "52155", "5255", "52133", "52181", "549115"], random);
            if prefix.starts_with("549") { format!("54911{line}") } else { format!("{prefix}{line}") }
        }
        Language::Pt => {
            let area = pick(&["11", "21", "31"], random);
            if random.chance(50) { format!("55{area}{line}") } else { format!("55{area}9{line}") }
        }
        Language::En => format!("1{}{}", pick(&["213555", "512555", "305555"], random), &line[..4]),
    }
}

fn person(script: &'static Script, number: String, place: i64, wanted: &Personas, random: Random) -> Person {
    let (first, last) = name(script.language, &random);
    // One in eight hides the number behind a username.
    let username = random.chance(12).then(|| username(first, last, &number));
    let hand = match random.below(10) {
        0..4 => Hand::Careful,
        4..8 => Hand::Hasty,
        _ => Hand::Careless,
    };
    let between = i64::from(wanted.pace.seconds_between) * 1000;
    let jitter = i64::try_from(random.below(1 + u64::from(wanted.pace.seconds_between) * 400)).unwrap_or_default();
    Person {
        facts: facts(script.language, first, &random),
        phone: NewPhone { number: Some(number), username, name: Some(format!("{first} {last}")) },
        comes_after: place * between + jitter,
        script,
        hand,
        random,
    }
}

fn name(language: Language, random: &Random) -> (&'static str, &'static str) {
    let (first, last): (&[&str], &[&str]) = match language {
        Language::Es => (
            &[
                "Ana", "Luis", "Marta", "Jorge", "Sofía", "Diego", "Lupita", "Raúl", "Ximena", "Héctor", "Paola",
                "Iván", "Rosario", "Memo", "Fernanda", "Chucho",
            ],
            &[
                "Hernández",
                "García",
                "López",
                "Ramírez",
                "Cruz",
                "Flores",
                "Gómez",
                "Morales",
                "Reyes",
                "Ortiz",
                "Peña",
            ],
        ),
        Language::Pt => (
            &["Bia", "João", "Camila", "Thiago", "Lívia", "Rafael", "Duda", "Caio"],
            &["Souza", "Silva", "Oliveira", "Lima", "Costa", "Araújo", "Rocha"],
        ),
        Language::En => (
            &["Emma", "Jack", "Olivia", "Ryan", "Priya", "Tom", "Grace", "Ben"],
            &["Miller", "Clark", "Patel", "Brooks", "Nguyen", "Evans", "Carter"],
        ),
    };
    (pick(first, random), pick(last, random))
}

fn username(first: &str, last: &str, number: &str) -> String {
    let plain = |name: &str| name.to_lowercase().chars().filter(char::is_ascii_lowercase).collect::<String>();
    format!("{}.{}{}", plain(first), plain(last), &number[number.len() - 4..])
}

fn facts(language: Language, first: &str, random: &Random) -> Vec<(&'static str, String)> {
    let (days, children, frames, places): (&[&str], &[&str], &[&str], &[&str]) = match language {
        Language::Es => (
            &["lunes", "martes", "miércoles", "jueves", "viernes", "sábado"],
            &["Emiliano", "Regina", "Santi", "Valentina", "mi niño", "mi hija la chica"],
            &["negro", "azul marino", "de carey", "dorado", "transparente"],
            &["Narvarte", "la Roma", "Coyoacán", "Iztapalapa", "Portales", "Satélite", "la Del Valle"],
        ),
        Language::Pt => (
            &["segunda", "terça", "quarta", "quinta", "sexta", "sábado"],
            &["o Pedro", "a Laura", "meu filho", "minha filha"],
            &["preta", "azul", "tartaruga", "dourada"],
            &["Polanco", "Roma Norte", "Condesa"],
        ),
        Language::En => (
            &["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
            &["my son", "my daughter", "Leo", "Maya"],
            &["black", "navy", "tortoise", "gold"],
            &["Condesa", "Roma Norte", "Polanco", "Coyoacán"],
        ),
    };
    let number = |from: u64, to: u64| (from + random.below(to - from)).to_string();
    vec![
        ("name", first.to_owned()),
        ("order", number(300, 9_800)),
        ("day", pick(days, random).to_owned()),
        ("hour", number(10, 19)),
        ("child", pick(children, random).to_owned()),
        ("frame", pick(frames, random).to_owned()),
        ("place", pick(places, random).to_owned()),
        ("price", format!("{}50", number(8, 42))),
        ("weeks", number(2, 6)),
        ("grade", format!("{}.{}", number(1, 6), pick(&["00", "25", "50", "75"], random))),
    ]
}

impl Person {
    pub(super) fn view(&self) -> PersonaView {
        PersonaView {
            phone: self.phone.number.clone().unwrap_or_default(),
            name: self.phone.name.clone().unwrap_or_default(),
            language: self.script.language,
            script: self.script.id.to_owned(),
            state: PersonaState::Coming,
            did: 0,
            last: None,
        }
    }
}

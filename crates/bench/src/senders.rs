//! The customers of a measurement: numbered people with numbers that look like Mexico's, Brazil's and Britain's, and
//! the way back from a recipient to the person.

/// Two to the power of 25: as many people as a measurement can have.
const PEOPLE: u64 = 1 << 25;
/// Odd, so that it shuffles the people instead of merging them: indexes meet their keys in no order, as in real life.
const SHUFFLE: u64 = 40_503_211;
/// Eight digits that are valid behind all three prefixes, of mobiles in Brazil from the first to the last.
const FIRST_NUMBER: u64 = 60_000_000;

/// The language in which a customer writes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Language {
    Spanish,
    Portuguese,
    English,
}

/// A customer, as Meta describes one.
pub(crate) struct Sender {
    pub(crate) phone: String,
    pub(crate) user_id: String,
    pub(crate) language: Language,
}

/// Who writes the messages of a workload.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Senders {
    /// Every message comes from somebody new, so that every message earns an acknowledgement.
    AlwaysNew,
    /// So many people, who write again and again.
    Known(usize),
    /// By turns somebody new, and one of so many who have written long ago. As many of them come back whether there are few or many:
    /// what they cost can be compared.
    Stored(usize),
}

impl Senders {
    /// The person who writes a message.
    pub(crate) fn of_message(self, message: usize) -> usize {
        match self {
            Self::AlwaysNew => message,
            Self::Known(people) => message % people.max(1),
            Self::Stored(people) if message.is_multiple_of(2) => {
                let back = people.clamp(1, COMING_BACK);
                message / 2 % back * (people / back)
            }
            Self::Stored(people) => people + message,
        }
    }

    /// All people who could write so many messages have lower numbers than this.
    pub(crate) fn up_to(self, messages: usize) -> usize {
        match self {
            Self::AlwaysNew => messages,
            Self::Known(people) => people.min(messages),
            Self::Stored(people) => people + messages,
        }
    }

    /// Whoever has a lower number was known before the first message.
    pub(crate) fn known_before(self) -> usize {
        match self {
            Self::AlwaysNew | Self::Known(_) => 0,
            Self::Stored(people) => people,
        }
    }
}

/// Of those who have written long ago.
const COMING_BACK: usize = 900;

/// A number that looks like chance and is the same in every run.
pub(crate) fn scatter(number: usize) -> u64 {
    (number as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(29) >> 11
}

/// How many digits tell people apart; they stand at the end of their numbers and ids.
pub(crate) const DIGITS: usize = 8;

/// These digits of a person.
pub(crate) fn digits(person: usize) -> String {
    (FIRST_NUMBER + (person as u64).wrapping_mul(SHUFFLE) % PEOPLE).to_string()
}

/// The person with this number.
pub(crate) fn sender(person: usize) -> Sender {
    let digits = digits(person);
    let (country, prefix, language) = match person % 3 {
        0 => ("MX", "52155", Language::Spanish),
        1 => ("BR", "55119", Language::Portuguese),
        _ => ("GB", "4474", Language::English),
    };
    Sender { phone: format!("{prefix}{digits}"), user_id: format!("{country}.134912{digits}"), language }
}

/// The person behind a recipient, be it a phone number in any spelling or a user id.
pub(crate) fn person(recipient: &str) -> Option<usize> {
    let digits: Vec<u8> = recipient.bytes().filter(u8::is_ascii_digit).collect();
    let last = digits.last_chunk::<DIGITS>()?;
    let number = last.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
    let shuffled = number.checked_sub(FIRST_NUMBER).filter(|shuffled| *shuffled < PEOPLE)?;
    Some((shuffled.wrapping_mul(unshuffle()) % PEOPLE) as usize)
}

/// The inverse of `SHUFFLE` modulo a power of two, by Newton's steps: each doubles the number of right bits.
const fn unshuffle() -> u64 {
    let mut inverse = SHUFFLE;
    let mut step = 0;
    while step < 5 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(SHUFFLE.wrapping_mul(inverse)));
        step += 1;
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipient_leads_back_to_the_person_in_any_spelling() {
        for number in (0..2_000_000).step_by(7) {
            let sender = sender(number);
            assert_eq!(person(&sender.phone), Some(number));
            assert_eq!(person(&sender.user_id), Some(number));
            assert_eq!(person(&format!("+{}", sender.phone)), Some(number));
        }
    }

    #[test]
    fn a_stranger_is_nobody() {
        assert_eq!(person("5215500000001"), None);
        assert_eq!(person("12"), None);
    }

    #[test]
    fn every_sender_has_a_number_below_the_limit() {
        for senders in [Senders::AlwaysNew, Senders::Known(3), Senders::Stored(50)] {
            let numbers = (0..40).map(|message| senders.of_message(message));
            assert!(numbers.max() < Some(senders.up_to(40)));
        }
        assert_eq!(
            (0..7).map(|message| Senders::Known(3).of_message(message)).collect::<Vec<_>>(),
            [0, 1, 2, 0, 1, 2, 0]
        );
    }
}

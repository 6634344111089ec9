//! The customers of a measurement: numbered people with numbers that look like Mexico's, Brazil's and Britain's, and
//! the way back from a recipient to the person.

/// Two to the power of 26: as many people as a measurement can have.
const PEOPLE: u64 = 1 << 26;
/// Odd, so that it shuffles the people instead of merging them: indexes meet their keys in no order, as in real life.
const SHUFFLE: u64 = 40_503_211;
const FIRST_NUMBER: u64 = 20_000_000; // eight digits that are valid behind all three prefixes

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
}

impl Senders {
    /// The person who writes a message. Person `n` writes for the first time in message `n`.
    pub(crate) fn of_message(self, message: usize) -> usize {
        match self {
            Self::AlwaysNew => message,
            Self::Known(people) => message % people.max(1),
        }
    }

    /// How many people a number of messages comes from.
    pub(crate) fn among(self, messages: usize) -> usize {
        match self {
            Self::AlwaysNew => messages,
            Self::Known(people) => people.min(messages),
        }
    }
}

/// The person with this number.
pub(crate) fn sender(person: usize) -> Sender {
    let digits = FIRST_NUMBER + (person as u64).wrapping_mul(SHUFFLE) % PEOPLE;
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
    let last = digits.last_chunk::<8>()?;
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
    fn the_first_message_of_a_person_has_the_persons_number() {
        let senders = Senders::Known(3);
        assert_eq!((0..7).map(|message| senders.of_message(message)).collect::<Vec<_>>(), [0, 1, 2, 0, 1, 2, 0]);
        assert_eq!(senders.among(2), 2);
    }
}

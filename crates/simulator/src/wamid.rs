//! Message ids that look like Meta's: base64 over the person's number and a random part.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::random::Random;

/// Who wrote the message.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Direction {
    FromBusiness,
    FromPhone,
}

pub(crate) fn wamid(direction: Direction, person: &str, random: &Random) -> String {
    let digits: String = person.chars().filter(char::is_ascii_digit).take(32).collect();
    let unique = format!("{:016X}{:04X}", random.next(), random.next() & 0xffff);
    let way = match direction {
        Direction::FromBusiness => 0x11,
        Direction::FromPhone => 0x12,
    };
    let mut raw = vec![0x1c, 0x18, length(&digits)];
    raw.extend_from_slice(digits.as_bytes());
    raw.extend_from_slice(&[0x15, 0x02, 0x00, way, 0x18, length(&unique)]);
    raw.extend_from_slice(unique.as_bytes());
    raw.push(0);
    format!("wamid.{}", STANDARD.encode(raw))
}

fn length(text: &str) -> u8 {
    u8::try_from(text.len()).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_id_carries_the_persons_digits_and_never_repeats() {
        let random = Random::new(1);
        let first = wamid(Direction::FromBusiness, "5215512345678", &random);
        let second = wamid(Direction::FromBusiness, "5215512345678", &random);
        let raw = STANDARD.decode(first.trim_start_matches("wamid.")).unwrap();

        assert!(first.starts_with("wamid.HBg"));
        assert!(raw.windows(13).any(|part| part == b"5215512345678"));
        assert_ne!(first, second);
    }
}

//! A place in the log as others carry it about: a text that means nothing to them.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize, Serializer};
use store::Position;

const WORDS: usize = 4;

/// A place in the log of a workspace, of one life of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Cursor {
    /// The database's life: another one after a backup was brought back.
    pub epoch: i64,
    /// The place.
    pub position: Position,
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { txid, seq, place } = self.position;
        let mut bytes = Vec::with_capacity(16);
        for number in [self.epoch, txid, seq, place] {
            let big_endian = number.to_be_bytes();
            let significant = &big_endian[big_endian.iter().take_while(|byte| **byte == 0).count()..];
            bytes.push(significant.len() as u8);
            bytes.extend_from_slice(significant);
        }
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// What was given is no cursor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("this is no `id` or `next_cursor` that an earlier answer gave")]
pub struct InvalidCursor;

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, InvalidCursor> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidCursor)?;
        let [epoch, txid, seq, place] = numbers(&bytes).ok_or(InvalidCursor)?;
        Ok(Cursor { epoch, position: Position { txid, seq, place } })
    }
}

fn numbers(mut bytes: &[u8]) -> Option<[i64; WORDS]> {
    let mut numbers = [0; WORDS];
    for number in &mut numbers {
        let (length, rest) = bytes.split_first()?;
        let (significant, rest) = rest.split_at_checked(usize::from(*length))?;
        let mut big_endian = [0; 8];
        big_endian.get_mut(8usize.checked_sub(significant.len())?..)?.copy_from_slice(significant);
        *number = i64::from_be_bytes(big_endian);
        bytes = rest;
    }
    (bytes.is_empty() && numbers.iter().all(|number| 0 <= *number)).then_some(numbers)
}

impl TryFrom<String> for Cursor {
    type Error = InvalidCursor;

    fn try_from(text: String) -> Result<Self, InvalidCursor> {
        text.parse()
    }
}

impl Serialize for Cursor {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_out_and_nothing_else_is_one() {
        for numbers in [[1, 0, 0, 0], [1, 0, 77, 3], [2, i64::MAX, i64::MAX, 255]] {
            let [epoch, txid, seq, place] = numbers;
            let cursor = Cursor { epoch, position: Position { txid, seq, place } };
            assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }
        for text in ["", "now", "AQE", "____", "AQEAAAD_", "CP__________AAAA", "Af8B_wH_Af8B_w"] {
            assert_eq!(text.parse::<Cursor>(), Err(InvalidCursor), "{text}");
        }
    }
}

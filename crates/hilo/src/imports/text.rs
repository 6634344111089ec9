//! Which encoding a file is in: by its mark, by its zeros, or by whether its bytes are UTF-8.

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Serialize};

/// The encodings in which a kept file may be. What comes as UTF-16 is kept as UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// The usual one.
    Utf8,
    /// What Excel writes in Western Europe and Latin America.
    Windows1252,
}

impl Encoding {
    /// A cell as text; nothing if it is none in this encoding.
    pub(super) fn text(self, bytes: Vec<u8>) -> Option<String> {
        match self {
            Encoding::Utf8 => String::from_utf8(bytes).ok(),
            Encoding::Windows1252 => Some(WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned()),
        }
    }
}

/// Makes UTF-8 of a file that is in UTF-16, leaves out the mark at its beginning, and counts what tells its encoding.
pub(super) struct Incoming {
    utf16: Option<Decoder>,
    is_first: bool,
    sequences: Sequences,
}

impl Incoming {
    pub(super) fn new() -> Self {
        Incoming { utf16: None, is_first: true, sequences: Sequences::default() }
    }

    /// The next piece as it is kept. The first one should have more than four bytes.
    pub(super) fn take(&mut self, piece: &[u8], is_last: bool) -> Vec<u8> {
        if std::mem::take(&mut self.is_first) {
            self.utf16 = utf16(piece);
        }
        let mut kept = match &mut self.utf16 {
            Some(decoder) => {
                let room = decoder.max_utf8_buffer_length(piece.len()).unwrap_or(piece.len() * 3 + 16);
                let mut text = String::with_capacity(room);
                let _ = decoder.decode_to_string(piece, &mut text, is_last);
                text.into_bytes()
            }
            None => piece.to_vec(),
        };
        if self.sequences.nothing_yet() && kept.starts_with(b"\xef\xbb\xbf") {
            kept.drain(..3);
        }
        self.sequences.count(&kept);
        kept
    }

    /// What the whole file was in.
    pub(super) fn encoding(&self) -> Encoding {
        if self.sequences.whole == 0 && 0 < self.sequences.broken { Encoding::Windows1252 } else { Encoding::Utf8 }
    }
}

/// By its mark, or by the zeros that every second byte of Western text is.
fn utf16(first: &[u8]) -> Option<Decoder> {
    let zeros = |odd: usize| first.iter().take(64).skip(odd).step_by(2).filter(|byte| **byte == 0).count();
    let most = first.len().min(64) / 4;
    match first {
        [0xff, 0xfe, ..] => Some(UTF_16LE.new_decoder_with_bom_removal()),
        [0xfe, 0xff, ..] => Some(UTF_16BE.new_decoder_with_bom_removal()),
        [_, _, _, _, ..] if most < zeros(1) && zeros(0) == 0 => Some(UTF_16LE.new_decoder_without_bom_handling()),
        [_, _, _, _, ..] if most < zeros(0) && zeros(1) == 0 => Some(UTF_16BE.new_decoder_without_bom_handling()),
        _ => None,
    }
}

/// Letters of several bytes in UTF-8, and bytes that belong to none.
#[derive(Default)]
struct Sequences {
    seen: bool,
    whole: u64,
    broken: u64,
    /// Bytes that the letter under way still needs.
    missing: u8,
}

impl Sequences {
    fn nothing_yet(&self) -> bool {
        !self.seen
    }

    fn count(&mut self, bytes: &[u8]) {
        self.seen |= !bytes.is_empty();
        for byte in bytes {
            match (self.missing, byte) {
                (0, 0x00..=0x7f) => {}
                (0, 0xc2..=0xdf) => self.missing = 1,
                (0, 0xe0..=0xef) => self.missing = 2,
                (0, 0xf0..=0xf4) => self.missing = 3,
                (1, 0x80..=0xbf) => (self.missing, self.whole) = (0, self.whole + 1),
                (_, 0x80..=0xbf) if 1 < self.missing => self.missing -= 1,
                _ => (self.missing, self.broken) = (0, self.broken + 1),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(pieces: &[&[u8]]) -> (Encoding, Vec<u8>) {
        let mut incoming = Incoming::new();
        let kept = pieces.iter().enumerate().flat_map(|(place, piece)| incoming.take(piece, place + 1 == pieces.len()));
        let kept: Vec<u8> = kept.collect();
        (incoming.encoding(), kept)
    }

    #[test]
    fn the_encoding_is_told_by_the_bytes() {
        let text = "nombre,teléfono\nLucía Peña,55 1234 5678\n";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        let (latin, _, _) = WINDOWS_1252.encode(text);
        for file in [&[b"\xef\xbb\xbf", text.as_bytes()].concat(), &[b"\xff\xfe", &utf16[..]].concat(), &utf16, &big] {
            assert_eq!(taken(&[file]), (Encoding::Utf8, text.as_bytes().to_vec()));
            assert_eq!(taken(&[&file[..31], &file[31..]]), (Encoding::Utf8, text.as_bytes().to_vec()));
        }
        let (encoding, kept) = taken(&[&latin]);
        assert_eq!((encoding, encoding.text(kept).as_deref()), (Encoding::Windows1252, Some(text)));
    }

    #[test]
    fn a_file_of_two_encodings_is_utf8_with_cells_that_are_not() {
        let (encoding, kept) = taken(&["Lucía\n".as_bytes(), b"Pe\xf1a\n"]);
        assert_eq!(encoding, Encoding::Utf8);
        assert_eq!(encoding.text(kept), None);
    }
}

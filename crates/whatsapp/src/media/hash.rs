//! The hash that Meta claims for a file.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const PADDED_OR_NOT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// A SHA-256 as Meta writes it: Base64 in webhooks, hexadecimal in look-ups. Anything else claims nothing.
pub fn claimed_hash(text: &str) -> Option<[u8; 32]> {
    from_hex(text).or_else(|| from_base64(text))
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut hash = [0; 32];
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(hash)
}

fn from_base64(text: &str) -> Option<[u8; 32]> {
    let alphabet = if text.contains(['-', '_']) { alphabet::URL_SAFE } else { alphabet::STANDARD };
    GeneralPurpose::new(&alphabet, PADDED_OR_NOT).decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_read_in_either_spelling() {
        let hex = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let hash = claimed_hash(hex).unwrap();
        assert_eq!(hash[..4], [0xe3, 0xb0, 0xc4, 0x42]);
        for spelling in [
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU",
            "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU=",
            &hex.to_uppercase(),
        ] {
            assert_eq!(claimed_hash(spelling), Some(hash), "{spelling}");
        }
        for nothing in ["", "x", "ééééééééééééééééééééééééééééééééé", "+0+0+0"] {
            assert_eq!(claimed_hash(nothing), None, "{nothing}");
        }
    }
}

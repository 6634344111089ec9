//! `X-Hub-Signature-256`: whether Meta wrote a body. It holds for the very bytes, so it is checked before anything is parsed.

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const SCHEME: &str = "sha256=";
const HASH_BYTES: usize = 32;

/// Whether the header is this secret's signature of the body. Takes the same time wherever they differ. An empty secret verifies nothing.
pub fn verify(secret: &[u8], header: &str, body: &[u8]) -> bool {
    if secret.is_empty() {
        return false;
    }
    match header.strip_prefix(SCHEME).and_then(read_hex) {
        Some(signature) => hmac(secret, body).verify_slice(&signature).is_ok(),
        None => false,
    }
}

/// The header Meta would send with the body.
pub fn sign(secret: &[u8], body: &[u8]) -> String {
    let mut header = String::with_capacity(SCHEME.len() + 2 * HASH_BYTES);
    header.push_str(SCHEME);
    for byte in hmac(secret, body).finalize().into_bytes() {
        write!(header, "{byte:02x}").expect("a String takes any text");
    }
    header
}

fn hmac(secret: &[u8], body: &[u8]) -> Hmac<Sha256> {
    let mut hmac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes keys of any length");
    hmac.update(body);
    hmac
}

fn read_hex(hex: &str) -> Option<[u8; HASH_BYTES]> {
    let mut bytes = [0; HASH_BYTES];
    if hex.len() != 2 * HASH_BYTES {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = 16 * digit(pair[0])? + digit(pair[1])?;
    }
    Some(bytes)
}

fn digit(hex: u8) -> Option<u8> {
    char::from(hex).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_test_case_of_hmac_sha256_is_met() {
        // RFC 4231, test case 2.
        assert_eq!(
            sign(b"Jefe", b"what do ya want for nothing?"),
            "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }

    #[test]
    fn only_the_same_secret_over_the_same_bytes_verifies() {
        let header = sign(b"secret", b"{\"a\":1}");

        assert!(verify(b"secret", &header, b"{\"a\":1}"));
        assert!(!verify(b"secret", &header, b"{\"a\": 1}"));
        assert!(!verify(b"Secret", &header, b"{\"a\":1}"));
        assert!(verify(b"secret", &header.to_uppercase().replacen("SHA", "sha", 1), b"{\"a\":1}"));
    }

    #[test]
    fn a_channel_without_a_secret_cannot_receive() {
        assert!(!verify(b"", &sign(b"", b"{}"), b"{}"));
    }

    #[test]
    fn a_header_of_another_shape_does_not_verify() {
        let header = sign(b"secret", b"{}");
        let sha1 = header.replacen("sha256", "sha1", 1);
        for header in
            ["", "sha256=", &header[..70], &format!("{header}0"), &header["sha256=".len()..], &sha1, &"é".repeat(71)]
        {
            assert!(!verify(b"secret", header, b"{}"), "{header}");
        }
    }
}

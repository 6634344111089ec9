//! Codes of an authenticator app, after RFC 6238: six digits, every half minute others.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use sha1::Sha1;

use super::token;

const STEP_MS: i64 = 30_000;
const DIGITS: u32 = 1_000_000;
const SECRET_BYTES: usize = 20; // as long as the hash, as the RFC wants it
const RECOVERY_CODES: usize = 10;

/// A new secret.
pub(crate) fn secret() -> Vec<u8> {
    token::random()[..SECRET_BYTES].to_vec()
}

/// The secret as people type it where they cannot scan.
pub(crate) fn as_text(secret: &[u8]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// The step of a code, if it is the code of this half minute or of the one before or after it.
pub(crate) fn step_of(secret: &[u8], code: &str, now: i64) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let given: u32 = (code.len() == 6).then(|| code.parse().ok()).flatten()?;
    let this = now / STEP_MS;
    // Every step is compared, so that the time says nothing about which one it was.
    let mut found = None;
    for step in [this + 1, this - 1, this] {
        if code_of(secret, step) == given {
            found = Some(step);
        }
    }
    found
}

fn code_of(secret: &[u8], step: i64) -> u32 {
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(secret) else { return DIGITS };
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let from = usize::from(hash[19] & 15);
    let word = u32::from_be_bytes([hash[from], hash[from + 1], hash[from + 2], hash[from + 3]]);
    (word & 0x7fff_ffff) % DIGITS
}

/// The address that authenticator apps read from a picture.
pub(crate) fn uri(secret: &[u8], email: &str) -> String {
    let account: String = email.bytes().map(encoded).collect();
    format!("otpauth://totp/Hilo:{account}?secret={}&issuer=Hilo&digits=6&period=30", as_text(secret))
}

fn encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// The picture, as SVG without a width of its own. Dark on light in every theme: cameras want it so.
pub(crate) fn picture(uri: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(uri, EcLevel::M).ok()?;
    let mut picture = code.render::<svg::Color<'_>>();
    let svg = picture.min_dimensions(200, 200).dark_color(svg::Color("#000")).light_color(svg::Color("#fff")).build();
    svg.find("<svg").map(|start| svg[start..].to_owned())
}

/// New recovery codes, as they are shown once.
pub(crate) fn recovery_codes() -> Vec<String> {
    let code = |_| {
        let text = BASE32_NOPAD.encode(&token::random()[..10]).to_ascii_lowercase();
        format!("{}-{}-{}-{}", &text[..4], &text[4..8], &text[8..12], &text[12..16])
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// What is kept of a recovery code, however it was typed.
pub(crate) fn recovery_hash(code: &str) -> Vec<u8> {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
    token::hash(&plain.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_those_of_the_rfc() {
        let secret = b"12345678901234567890";
        for (second, code) in
            [(59, 287_082), (1_111_111_109, 81_804), (1_234_567_890, 5_924), (20_000_000_000, 353_130)]
        {
            assert_eq!(code_of(secret, second * 1000 / STEP_MS), code);
        }
        assert_eq!(step_of(secret, "287 082", 59_000), Some(1));
        assert_eq!(step_of(secret, "287082", 89_000), Some(1), "a clock that is half a minute off");
        assert_eq!(step_of(secret, "287082", 120_000), None);
        assert_eq!(step_of(secret, "+28708", 59_000), None);
        assert_eq!(as_text(secret), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn the_picture_is_an_svg_and_the_address_names_the_account() {
        let uri = uri(b"12345678901234567890", "a b@óptica.example");
        assert!(uri.starts_with("otpauth://totp/Hilo:a%20b@%C3%B3ptica.example?secret=GEZD"), "{uri}");
        assert!(picture(&uri).unwrap().starts_with("<svg"));
    }

    #[test]
    fn a_recovery_code_is_the_same_however_it_is_typed() {
        let codes = recovery_codes();
        assert_eq!(codes.len(), 10);
        let typed = codes[0].to_uppercase().replace('-', " ");
        assert_eq!(recovery_hash(&codes[0]), recovery_hash(&typed));
        assert_ne!(recovery_hash(&codes[0]), recovery_hash(&codes[1]));
    }
}

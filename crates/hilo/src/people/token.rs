//! What browsers and links carry: 256 random bits, of which only the hash is kept.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A new one: the text that goes out, and the hash for us.
pub fn mint() -> (String, Vec<u8>) {
    let text = URL_SAFE_NO_PAD.encode(random());
    let hash = hash(&text);
    (text, hash)
}

/// What is kept of one.
pub fn hash(text: &str) -> Vec<u8> {
    Sha256::digest(text.as_bytes()).to_vec()
}

/// Random bits: three version 4 ids carry 366 of the system's generator.
pub(super) fn random() -> [u8; 32] {
    let mut bits = Sha256::new();
    for id in [Uuid::new_v4(), Uuid::new_v4(), Uuid::new_v4()] {
        bits.update(id.as_bytes());
    }
    bits.finalize().into()
}

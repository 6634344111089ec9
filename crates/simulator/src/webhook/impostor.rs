//! What is posted before a webhook on purpose: half of it, or a copy that somebody else has signed.

use super::{Change, bundle, signature};

#[derive(Debug, Clone, Copy)]
pub(super) enum Impostor {
    Malformed,
    Forged,
}

impl Impostor {
    pub(super) fn of(self, change: &Change, secret: &str) -> (Vec<u8>, String) {
        let mut body = bundle::body(&[change]);
        match self {
            Self::Malformed => {
                body.truncate(body.len() / 2);
                let signature = signature::sign(secret, &body);
                (body, signature)
            }
            Self::Forged => {
                let signature = signature::sign(&format!("not {secret}"), &body);
                (body, signature)
            }
        }
    }
}

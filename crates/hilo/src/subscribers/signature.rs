//! Signs as Standard Webhooks says, so that any library of theirs verifies it: HMAC-SHA256 over the id, the second and the body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use store::SigningSecret;
use uuid::Uuid;

const PREFIX: &str = "whsec_";

/// A new secret: 32 bytes, of which 244 bits are random.
pub fn fresh_secret() -> SigningSecret {
    let random: Vec<u8> = [Uuid::new_v4(), Uuid::new_v4()].iter().flat_map(|part| *part.as_bytes()).collect();
    SigningSecret(format!("{PREFIX}{}", STANDARD.encode(random)))
}

/// The value of `webhook-signature`: one signature for each secret that is in force.
pub(super) fn sign(secrets: &[SigningSecret], id: &str, second: i64, body: &str) -> String {
    let signatures: Vec<String> = secrets.iter().filter_map(|secret| sign_with(secret, id, second, body)).collect();
    signatures.join(" ")
}

fn sign_with(secret: &SigningSecret, id: &str, second: i64, body: &str) -> Option<String> {
    let key = STANDARD.decode(secret.0.strip_prefix(PREFIX)?).ok()?;
    let mut hmac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    hmac.update(format!("{id}.{second}.{body}").as_bytes());
    Some(format!("v1,{}", STANDARD.encode(hmac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_specification_is_signed_as_it_says() {
        let secret = SigningSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned());
        let signed = sign(&[secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn both_secrets_of_a_rotation_sign() {
        let [new, old] = [fresh_secret(), fresh_secret()];
        let [signed, by_new, by_old] =
            [vec![new.clone(), old.clone()], vec![new], vec![old]].map(|secrets| sign(&secrets, "id", 1, "{}"));
        assert_eq!(signed, format!("{by_new} {by_old}"));
    }
}

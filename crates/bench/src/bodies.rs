//! Webhook bodies as Meta writes and signs them, built before the clock starts.

use std::fmt::Write as _;
use std::net::SocketAddr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::senders::{self, Senders};
use crate::{texts, wire};

/// The business number to which the customers write, where its webhooks go, and what the program is told about it.
#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    pub(crate) app_secret: String,
    pub(crate) phone_number_id: String,
    pub(crate) waba_id: String,
    pub(crate) display_phone_number: String,
    /// The workflow, or what a new workspace starts with.
    pub(crate) workflow: Option<&'static str>,
    /// How many messages may be sent in a second.
    pub(crate) messages_per_second: u32,
}

/// Messages that share a second, as in traffic of that pace: keys that begin with Meta's time must meet times that move.
const A_SECOND: usize = 5_000;

/// The whole requests of a measurement, one a message, the last of them stamped with this Unix second.
pub(crate) fn requests(site: &Site, senders: Senders, messages: usize, second: u64) -> Vec<Box<[u8]>> {
    let stamp = |message: usize| second.saturating_sub(((messages - 1 - message) / A_SECOND) as u64);
    let request = |message| signed(site, &text_message(site, senders, message, stamp(message)));
    (0..messages).map(|message| request(message).into_boxed_slice()).collect()
}

/// A webhook request with Meta's signature over the raw body.
pub(crate) fn signed(site: &Site, body: &str) -> Vec<u8> {
    let header = format!("x-hub-signature-256: sha256={}\r\n", signature(&site.app_secret, body.as_bytes()));
    wire::post(site.address, "/webhooks/whatsapp", &header, body.as_bytes())
}

/// The HMAC-SHA256 of a body, in hexadecimal.
pub(crate) fn signature(secret: &str, body: &[u8]) -> String {
    // An HMAC takes keys of any length, so there is no error to report.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(body);
    mac.finalize().into_bytes().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn text_message(site: &Site, senders: Senders, message: usize, second: u64) -> String {
    let person = senders.of_message(message);
    let sender = senders::sender(person);
    let (phone, user_id) = (&sender.phone, &sender.user_id);
    let name = escaped(texts::name(person));
    let text = escaped(&texts::text(sender.language, message));
    envelope(
        site,
        &format!(
            r#""contacts":[{{"profile":{{"name":"{name}"}},"wa_id":"{phone}","user_id":"{user_id}"}}],"messages":[{{"from":"{phone}","from_user_id":"{user_id}","id":"wamid.HBgN{phone}FQIAEhgUM0{message:016X}AA==","timestamp":"{second}","text":{{"body":"{text}"}},"type":"text"}}]"#
        ),
    )
}

/// Meta's wrapping around the updates of one number.
pub(crate) fn envelope(site: &Site, updates: &str) -> String {
    let Site { waba_id, display_phone_number, phone_number_id, .. } = site;
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"{waba_id}","changes":[{{"value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"{display_phone_number}","phone_number_id":"{phone_number_id}"}},{updates}}},"field":"messages"}}]}}]}}"#
    )
}

/// Non-ASCII as `\uXXXX`, the way Meta escapes what it signs.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() * 2);
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii() => escaped.push(char::from(byte)),
            _ => {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    escaped
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A number that nobody has.
    pub(crate) fn site() -> Site {
        Site {
            address: ([127, 0, 0, 1], 80).into(),
            app_secret: "secret".into(),
            phone_number_id: "1065403522".into(),
            waba_id: "1022".into(),
            display_phone_number: "525550001111".into(),
            workflow: None,
            messages_per_second: 80,
        }
    }

    #[test]
    fn a_webhook_is_json_of_about_a_kilobyte() {
        for message in 0..300 {
            let body = text_message(&site(), Senders::AlwaysNew, message, 1_780_000_000);
            let read: serde_json::Value = serde_json::from_str(&body).unwrap();
            let inbound = &read["entry"][0]["changes"][0]["value"]["messages"][0];
            assert_eq!(inbound["from"], senders::sender(message).phone.as_str());
            assert!(850 <= body.len() && body.len() <= 1300, "{} bytes", body.len());
            assert!(body.is_ascii());
        }
    }

    #[test]
    fn the_time_that_meta_stamps_moves_on() {
        let requests = requests(&site(), Senders::AlwaysNew, 2 * A_SECOND, 1_780_000_000);
        let stamped = |request: &[u8], second: &str| String::from_utf8_lossy(request).contains(second);
        assert!(stamped(&requests[0], "\"1779999999\""));
        assert!(stamped(&requests[2 * A_SECOND - 1], "\"1780000000\""));
    }

    #[test]
    fn an_accent_survives_metas_escaping() {
        assert_eq!(escaped("Ana López"), "Ana L\\u00f3pez");
    }

    #[test]
    fn a_signature_is_the_hmac_of_the_raw_body() {
        // The second test vector of RFC 4231.
        assert_eq!(
            signature("Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}

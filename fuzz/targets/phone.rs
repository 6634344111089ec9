//! Phone numbers: what is read can be read again, and every twin has the same key.

use domain::{PhoneNumber, Region};

/// Reads a text as a number, of several countries and of WhatsApp's.
pub(crate) fn phone(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(number) = PhoneNumber::from_whatsapp(&text) {
        holds(&number);
    }
    for region in ["MX", "BR", "AR", "US"].into_iter().filter_map(|code| code.parse::<Region>().ok()) {
        if let Ok(number) = PhoneNumber::parse(&text, region) {
            holds(&number);
        }
    }
}

fn holds(number: &PhoneNumber) {
    let again = PhoneNumber::from_whatsapp(number.digits()).map(|again| again.as_str().to_owned());
    assert_eq!(again.as_deref(), Ok(number.as_str()));
    let twin = PhoneNumber::from_whatsapp(&number.match_key()).map(|twin| twin.match_key());
    assert_eq!(twin, Ok(number.match_key()), "the key of {number} has another key");
    assert!((6..=15).contains(&number.digits().len()));
    assert!(
        !number.masked().contains(number.digits()) && number.region().is_none_or(|region| region.code().len() == 2)
    );
}

//! JSON as Meta writes it: no character beyond ASCII, and slashes escaped. Whoever parses a body and writes it again
//! before checking the signature finds out here.

use serde_json::Value;

pub(super) fn to_bytes(value: &Value) -> Vec<u8> {
    let plain = value.to_string();
    let mut escaped = Vec::with_capacity(plain.len() + 64);
    for character in plain.chars() {
        match character {
            '/' => escaped.extend_from_slice(br"\/"),
            _ if character.is_ascii() => escaped.push(character as u8),
            _ => {
                let mut units = [0; 2];
                for unit in character.encode_utf16(&mut units) {
                    escaped.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                }
            }
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn text_beyond_ascii_is_escaped_as_utf_16_and_reads_back_the_same() {
        let value = json!({ "text": "¿Mañana 👍?", "mime_type": "image/jpeg" });
        let bytes = to_bytes(&value);
        let written = String::from_utf8(bytes.clone()).unwrap();
        assert!(bytes.is_ascii());
        assert!(written.contains(r"\u00bfMa\u00f1ana \ud83d\udc4d?") && written.contains(r"image\/jpeg"));
        assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), value);
    }
}

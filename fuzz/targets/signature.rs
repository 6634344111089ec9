//! Signatures: the right one opens, and nothing else does.

use whatsapp::signature::{sign, verify};

/// Takes a secret, a header and a body, with a line break behind each of the first two.
pub(crate) fn signature(bytes: &[u8]) {
    let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
    let (secret, header) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let body = parts.next().unwrap_or_default();
    let (header, right) = (String::from_utf8_lossy(header), sign(secret, body));
    assert_eq!(verify(secret, &right, body), !secret.is_empty());
    if verify(secret, &header, body) {
        assert_eq!(header.to_ascii_lowercase(), right, "another signature opens as well");
    }
}

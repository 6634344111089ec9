//! Webhook bodies: whatever is posted is either a body or a reason, and is read the same way twice.

/// Reads a body.
pub(crate) fn webhook(bytes: &[u8]) {
    let first = whatsapp::webhook::parse(bytes);
    let second = whatsapp::webhook::parse(bytes);
    match (first, second) {
        (Ok(first), Ok(second)) => assert_eq!(format!("{first:?}"), format!("{second:?}")),
        (Err(first), Err(second)) => assert_eq!(first.reason, second.reason),
        (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => panic!("once refused and once not: {}", refused.reason),
    }
}

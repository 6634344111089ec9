//! What stands between the password and the code: who gave the right password may show a code for some minutes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::{UserId, WorkspaceId};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use store::UserRow;
use uuid::Uuid;

/// How long.
pub(crate) const LIVES_MS: i64 = 5 * 60_000;
const IDS: usize = 32;
const TIME: usize = 8;

/// For somebody whose password was right just now.
pub(crate) fn make(key: &[u8], user: &UserRow, now: i64) -> String {
    let until = now + LIVES_MS;
    let mut bytes = [*user.workspace.0.as_bytes(), *user.id.0.as_bytes()].concat();
    bytes.extend(until.to_be_bytes());
    if let Some(mac) = mac(key, user, until) {
        bytes.extend(mac.finalize().into_bytes());
    }
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whose it claims to be, before that is checked.
pub(crate) fn claims(pass: &str) -> Option<(WorkspaceId, UserId)> {
    let bytes = URL_SAFE_NO_PAD.decode(pass).ok()?;
    let (workspace, user) = bytes.get(..IDS)?.split_at(IDS / 2);
    Some((WorkspaceId(Uuid::from_slice(workspace).ok()?), UserId(Uuid::from_slice(user).ok()?)))
}

/// Whether it is theirs, and still good. Another password makes it void.
pub(crate) fn is_good(key: &[u8], pass: &str, user: &UserRow, now: i64) -> bool {
    let Ok(bytes) = URL_SAFE_NO_PAD.decode(pass) else { return false };
    let Some((_, rest)) = bytes.split_at_checked(IDS) else { return false };
    let Some((until, code)) = rest.split_first_chunk::<TIME>() else { return false };
    let until = i64::from_be_bytes(*until);
    let is_theirs = mac(key, user, until).is_some_and(|mac| mac.verify_slice(code).is_ok());
    is_theirs && claims(pass) == Some((user.workspace, user.id)) && now < until
}

fn mac(key: &[u8], user: &UserRow, until: i64) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    for part in [
        b"between password and code".as_slice(),
        user.workspace.0.as_bytes(),
        user.id.0.as_bytes(),
        &until.to_be_bytes(),
    ] {
        mac.update(part);
    }
    mac.update(user.password.as_bytes());
    Some(mac)
}

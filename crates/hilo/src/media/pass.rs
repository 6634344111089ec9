//! The address of a file: a sealed name that expires, so that an image needs neither a key nor a cookie.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::{MediaId, WorkspaceId};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// How long an address is good.
const GOOD_FOR: Duration = Duration::from_secs(15 * 60);
/// An address stays the same for so long, so that a page that looks again finds its pictures in the browser.
const SAME_FOR: i64 = 5 * 60 * 1000;
/// Keeps these codes apart from the others that are made with the installation's key.
const PURPOSE: &[u8] = b"address of a file";
const CODE: usize = 16;
const SAID: usize = 40;

/// Makes addresses for the files of one workspace.
#[derive(Clone)]
pub struct Passes {
    key: Vec<u8>,
    workspace: WorkspaceId,
    until: i64,
}

impl Passes {
    pub(super) fn new(key: &[u8], workspace: WorkspaceId, machine_now: i64) -> Self {
        let earliest = machine_now + GOOD_FOR.as_millis() as i64;
        let until = earliest + SAME_FOR - earliest.rem_euclid(SAME_FOR);
        Self { key: key.to_vec(), workspace, until }
    }

    /// The path of a file.
    pub fn path(&self, id: MediaId) -> String {
        let mut bytes = Vec::with_capacity(SAID + CODE);
        bytes.extend_from_slice(self.workspace.0.as_bytes());
        bytes.extend_from_slice(id.0.as_bytes());
        bytes.extend_from_slice(&self.until.to_be_bytes());
        let code = mac(&self.key, &bytes).finalize().into_bytes();
        bytes.extend_from_slice(&code[..CODE]);
        format!("/media/{}", URL_SAFE_NO_PAD.encode(bytes))
    }
}

/// What an address says that this installation gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// Whose file.
    pub workspace: WorkspaceId,
    /// The file.
    pub id: MediaId,
    /// Whether its time is over.
    pub expired: bool,
}

/// What a token says, if this installation gave it.
pub fn open_pass(key: &[u8], token: &str, machine_now: i64) -> Option<Opened> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (said, code) = bytes.split_at_checked(SAID)?;
    if code.len() != CODE || mac(key, said).verify_truncated_left(code).is_err() {
        return None;
    }
    let until = i64::from_be_bytes(said[32..].try_into().ok()?);
    Some(Opened {
        workspace: WorkspaceId(Uuid::from_slice(&said[..16]).ok()?),
        id: MediaId(Uuid::from_slice(&said[16..32]).ok()?),
        expired: until <= machine_now,
    })
}

fn mac(key: &[u8], said: &[u8]) -> Hmac<Sha256> {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key)
        .unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"));
    mac.update(PURPOSE);
    mac.update(said);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"the key of the installation";
    const US: WorkspaceId = WorkspaceId(Uuid::from_u128(1));
    const PHOTO: MediaId = MediaId(Uuid::from_u128(2));

    #[test]
    fn an_address_is_good_for_a_quarter_of_an_hour_and_stays_the_same_for_minutes() {
        let path = Passes::new(KEY, US, 1000).path(PHOTO);
        let token = path.strip_prefix("/media/").unwrap();
        assert_eq!(open_pass(KEY, token, 1000), Some(Opened { workspace: US, id: PHOTO, expired: false }));
        assert!(!open_pass(KEY, token, 1000 + 15 * 60 * 1000).unwrap().expired);
        assert!(open_pass(KEY, token, 20 * 60 * 1000).unwrap().expired);
        assert_eq!(Passes::new(KEY, US, 200_000).path(PHOTO), path);
        assert_eq!(open_pass(b"another key", token, 1000), None);
    }

    #[test]
    fn no_bit_of_an_address_can_be_changed() {
        let path = Passes::new(KEY, US, 1000).path(PHOTO);
        let bytes = URL_SAFE_NO_PAD.decode(path.strip_prefix("/media/").unwrap()).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert_eq!(open_pass(KEY, &URL_SAFE_NO_PAD.encode(changed), 1000), None, "byte {place}");
        }
        for nothing in ["", "AAAA", "ä"] {
            assert_eq!(open_pass(KEY, nothing, 1000), None);
        }
        assert_eq!(open_pass(KEY, &URL_SAFE_NO_PAD.encode(&bytes[..SAID]), 1000), None);
    }
}

//! The name under which a send travels through Meta and comes back: which message of ours, authenticated.
//!
//! Any app that is subscribed to the same business account sees it, so it carries a code that only this installation can make.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::{ConversationId, SendId, WorkspaceId};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

const VERSION: &str = "h1.";
const CODE: usize = 8;

/// Seals and opens names with the installation's key.
#[derive(Clone)]
pub struct Seal {
    key: Vec<u8>,
}

/// Which message of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sealed {
    /// The send.
    pub send: SendId,
    /// Its thread.
    pub conversation: ConversationId,
    /// Its place in the thread.
    pub seq: i64,
    /// Which attempt it was.
    pub attempt: i64,
}

impl Seal {
    /// With the installation's key.
    pub fn new(key: Vec<u8>) -> Self {
        Self { key }
    }

    /// The name of an attempt, at most 100 characters.
    pub fn close(&self, workspace: WorkspaceId, sealed: &Sealed) -> String {
        let mut bytes = Vec::with_capacity(56);
        bytes.extend_from_slice(sealed.send.0.as_bytes());
        bytes.extend_from_slice(sealed.conversation.0.as_bytes());
        bytes.extend_from_slice(&sealed.seq.to_be_bytes());
        bytes.extend_from_slice(&sealed.attempt.to_be_bytes());
        let code = self.code(workspace, &bytes);
        bytes.extend_from_slice(&code);
        format!("{VERSION}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What a name says, if this installation gave it in that workspace.
    pub fn open(&self, workspace: WorkspaceId, name: &str) -> Option<Sealed> {
        let bytes = URL_SAFE_NO_PAD.decode(name.strip_prefix(VERSION)?).ok()?;
        let (said, code) = bytes.split_at_checked(48)?;
        if code.len() != CODE || self.code(workspace, said) != code {
            return None;
        }
        let number = |from: usize| said[from..from + 8].try_into().map(i64::from_be_bytes).ok();
        Some(Sealed {
            send: SendId(Uuid::from_slice(&said[..16]).ok()?),
            conversation: ConversationId(Uuid::from_slice(&said[16..32]).ok()?),
            seq: number(32)?,
            attempt: number(40)?,
        })
    }

    fn code(&self, workspace: WorkspaceId, bytes: &[u8]) -> [u8; CODE] {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.key)
            .unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"));
        mac.update(workspace.0.as_bytes());
        mac.update(bytes);
        let full = mac.finalize().into_bytes();
        std::array::from_fn(|index| full[index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_only_in_its_own_workspace() {
        let seal = Seal::new(b"key".to_vec());
        let sealed = Sealed {
            send: SendId(Uuid::from_u128(1)),
            conversation: ConversationId(Uuid::from_u128(2)),
            seq: 7,
            attempt: 1,
        };
        let workspace = WorkspaceId(Uuid::from_u128(9));
        let name = seal.close(workspace, &sealed);
        assert!(name.len() <= 100);
        assert_eq!(seal.open(workspace, &name), Some(sealed));
        assert_eq!(seal.open(WorkspaceId(Uuid::from_u128(8)), &name), None);
        assert_eq!(Seal::new(b"other".to_vec()).open(workspace, &name), None);
        assert_eq!(seal.open(workspace, "h1.AAAA"), None);
    }
}

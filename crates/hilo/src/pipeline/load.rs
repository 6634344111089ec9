//! Reads what is known when a message comes: the only stage that does.

use sha2::{Digest, Sha256};
use store::Tx;

use super::values::{Inbound, Known, Nature};

/// Whether the message has had no effect yet; from now on it has.
pub(super) fn is_new(tx: &mut Tx<'_>, inbound: &Inbound) -> store::Result<bool> {
    let message = &inbound.message;
    let key = key(&[b"message", inbound.channel.0.as_bytes(), message.wamid.as_bytes()]);
    tx.claim_effect(inbound.workspace, message.sent_at, &key)
}

/// Everything that the stages after this one look at.
pub(super) fn known(tx: &mut Tx<'_>, inbound: &Inbound) -> store::Result<Known> {
    let sender = &inbound.sender;
    let candidates = tx.candidates(inbound.workspace, &sender.identities())?;
    let phone = sender.phone.as_ref().map(|phone| phone.as_str());
    let conversation = tx.known_conversation(inbound.workspace, inbound.channel, phone, sender.user_id.as_deref())?;
    let answers_ours = match (&conversation, &inbound.message.context, &inbound.message.nature) {
        (Some(conversation), Some(context), Nature::Message) => tx.is_ours(inbound.workspace, conversation.id, context)?,
        _ => false,
    };
    Ok(Known { candidates, conversation, answers_ours })
}

/// The first half of a SHA-256 over the parts: as good as the whole against accident, and half the disk.
pub fn key(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize()[..16].to_vec()
}

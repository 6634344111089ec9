//! Reads what is known when a message comes: the only stage that does.

mod topics;

use domain::PhoneNumber;
use domain::contact::Sender;
use sha2::{Digest, Sha256};
use store::{Address, Ahead, Foresight, KnownConversation, Tx};

pub(super) use topics::lookup;

use super::values::{Inbound, Known, Nature};

/// Whether the message has had no effect yet; from now on it has.
pub(super) fn is_new(tx: &mut Tx<'_>, inbound: &Inbound) -> store::Result<bool> {
    tx.claim_locked_effect(inbound.workspace, inbound.message.sent_at, &key_of(inbound))
}

/// Everything that will be asked on this message's way, in one trip.
pub(super) fn foresee(tx: &mut Tx<'_>, inbound: &Inbound) -> store::Result<()> {
    with_foresight(inbound, |message| tx.foresee_message(message))
}

/// The same, before its transaction.
pub(super) fn ahead(inbound: &Inbound) -> Ahead {
    with_foresight(inbound, |message| message.ahead())
}

fn with_foresight<T>(inbound: &Inbound, then: impl FnOnce(&Foresight<'_>) -> T) -> T {
    let sender = &inbound.sender;
    let user_id = sender.user_id.as_deref();
    let waits_as = sender.phone.as_ref().map(PhoneNumber::match_key);
    let phone = sender.phone.as_ref().map(|phone| phone.as_str());
    then(&Foresight {
        workspace: inbound.workspace,
        effect: (inbound.message.sent_at, &key_of(inbound)),
        waits_as: (waits_as.as_deref(), user_id),
        names: &inbound.all_names(),
        address: Address { channel: inbound.channel, phone, user_id },
    })
}

fn key_of(inbound: &Inbound) -> Vec<u8> {
    key(&[b"message", inbound.channel.0.as_bytes(), inbound.message.wamid.as_bytes()])
}

/// Everything that the stages after this one look at.
pub(super) fn known(tx: &mut Tx<'_>, inbound: &Inbound) -> store::Result<Known> {
    let sender = &inbound.sender;
    let candidates = tx.candidates(inbound.workspace, &inbound.all_names())?;
    let phone = sender.phone.as_ref().map(|phone| phone.as_str());
    let found = tx.known_conversation(inbound.workspace, inbound.channel, phone, sender.user_id.as_deref())?;
    let user_id_pinned_elsewhere = found.as_ref().is_some_and(|thread| is_of_another_number(thread, sender));
    // A reply there would go to a number that this sender does not write from.
    let conversation = found.filter(|_| !user_id_pinned_elsewhere);
    let quoted = match (&conversation, &inbound.message.context, &inbound.message.nature) {
        (Some(conversation), Some(context), Nature::Message) => tx.ours(inbound.workspace, conversation.id, context)?,
        _ => None,
    };
    Ok(Known { candidates, conversation, user_id_pinned_elsewhere, quoted })
}

fn is_of_another_number(thread: &KnownConversation, sender: &Sender) -> bool {
    let pinned = thread.phone.as_deref().and_then(|phone| PhoneNumber::from_whatsapp(phone).ok());
    match (pinned, &sender.phone) {
        (Some(pinned), Some(phone)) => pinned.match_key() != phone.match_key(),
        _ => false,
    }
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

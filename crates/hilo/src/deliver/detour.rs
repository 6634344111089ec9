//! A message that WhatsApp did not take at one address of a person goes out once more, to the other.
//!
//! Only on WhatsApp's own word that it did not arrive, once for each message, and to no address but those that its thread is pinned to:
//! a number that somebody says is theirs is not asked.

use domain::change::{EventType, Subject};
use domain::delivery::{Address, Progress};
use domain::ids::{EventId, SendId};
use domain::interaction::Step;
use jiff::Timestamp;
use store::{ConversationRow, EventRow, NewMessage, NewSend, OutboxRow, Sending, Tx};

use super::consequences::{Place, message};
use crate::changes;
use crate::clock::machine_now;
use crate::ids;
use crate::outgoing::{Detour, Payload};

/// Nobody can be reached there: not on WhatsApp, or not by this address.
const UNDELIVERABLE: i64 = 131_026;
/// This template goes to phone numbers only.
const NEEDS_PHONE: i64 = 131_062;

/// Queues a refused message anew, if there is another address to try. Answers whether it did. The row is the refused one's, as it
/// stood in the outbox.
pub(crate) fn take(
    tx: &mut Tx<'_>,
    place: &Place,
    refused: &OutboxRow,
    code: i64,
    now: Timestamp,
) -> store::Result<bool> {
    let Ok(payload) = Payload::read(&refused.send.payload) else { return Ok(false) };
    let Some(thread) = tx.conversation(place.workspace, place.conversation)? else { return Ok(false) };
    let Some(avoid) = refused.sent_to.filter(|sent_to| may_take(code, *sent_to, &thread, payload.detour)) else {
        return Ok(false);
    };
    let Some(before) = message(tx, place)? else { return Ok(false) };
    let detour = Some(Detour { avoid, instead_of: place.seq });
    repeat(tx, place, refused, &before.message, &Payload { detour, ..payload }, now)?;
    tell(tx, place, &thread, now)?;
    Ok(true)
}

/// Whether the refusal is about the address that the message went to, and another is left.
fn may_take(code: i64, sent_to: Address, thread: &ConversationRow, earlier: Option<Detour>) -> bool {
    let has_another = match sent_to {
        Address::Phone => thread.user_id.is_some() && code == UNDELIVERABLE,
        // The thread has learnt its number since.
        Address::UserId => thread.phone.is_some() && [UNDELIVERABLE, NEEDS_PHONE].contains(&code),
    };
    has_another && earlier.is_none()
}

fn repeat(
    tx: &mut Tx<'_>,
    place: &Place,
    refused: &OutboxRow,
    before: &NewMessage,
    payload: &Payload,
    now: Timestamp,
) -> store::Result<()> {
    let (workspace, at) = (place.workspace, now.as_millisecond());
    let send = SendId(ids::fresh());
    let seq = tx.take_seqs(workspace, place.conversation, 1, at)?;
    let message = NewMessage { seq, wamid: None, sent_at: at, recorded_at: at, send: Some(send), ..before.clone() };
    tx.add_message(workspace, &message)?;
    let payload = payload.to_json().to_string();
    tx.add_send(workspace, &NewSend { id: send, seq, payload, ..refused.send.clone() }, machine_now())?;
    changes::tell(tx, workspace, EventType::MessageQueued, Subject::Message(place.conversation, seq))
}

fn tell(tx: &mut Tx<'_>, place: &Place, thread: &ConversationRow, now: Timestamp) -> store::Result<()> {
    let Some(contact) = thread.contact else { return Ok(()) };
    let event = EventRow {
        id: EventId(ids::fresh()),
        contact,
        conversation: Some(place.conversation),
        at: now.as_millisecond(),
        by: "automation".to_owned(),
        step: Step::SendRedirected { instead_of: place.seq },
    };
    tx.add_event(place.workspace, &event)
}

/// Whether a repeated message has arrived at its first address after all: reports may come in any order.
pub(super) fn is_needless(tx: &mut Tx<'_>, sending: &Sending, payload: Option<&Payload>) -> store::Result<bool> {
    let Some(detour) = payload.and_then(|payload| payload.detour) else { return Ok(false) };
    let found = tx.messages(sending.workspace, sending.send.conversation, detour.instead_of - 1, 1)?;
    let first = found.into_iter().find(|row| row.message.seq == detour.instead_of);
    let progress = first.and_then(|row| row.progress);
    Ok(progress.is_some_and(|progress| Progress::Delivered.rank() <= progress.rank()))
}

#[cfg(test)]
mod tests {
    use domain::ids::{ChannelId, ConversationId};
    use uuid::Uuid;

    use super::*;

    fn thread(phone: Option<&str>, user_id: Option<&str>) -> ConversationRow {
        ConversationRow {
            id: ConversationId(Uuid::nil()),
            channel: ChannelId(Uuid::nil()),
            contact: None,
            candidates: None,
            phone: phone.map(str::to_owned),
            user_id: user_id.map(str::to_owned),
            profile_name: None,
            window_until: 0,
            last_message_at: 0,
            person_since: None,
            interaction: None,
            ticket: None,
        }
    }

    #[test]
    fn the_other_address_is_tried_once_and_only_where_the_refusal_is_about_the_address() {
        use Address::{Phone, UserId};
        let both = thread(Some("+525512345678"), Some("MX.1"));
        assert!(may_take(131_026, Phone, &both, None) && may_take(131_026, UserId, &both, None));
        assert!(may_take(131_062, UserId, &both, None) && !may_take(131_062, Phone, &both, None));
        let detour = Detour { avoid: Phone, instead_of: 2 };
        assert!(!may_take(131_026, UserId, &both, Some(detour)), "there is no third");
        for code in [131_021, 131_030, 131_047, 131_049, 100, 0] {
            assert!(!may_take(code, Phone, &both, None) && !may_take(code, UserId, &both, None), "{code}");
        }
        assert!(!may_take(131_026, Phone, &thread(Some("+525512345678"), None), None));
        assert!(!may_take(131_062, UserId, &thread(None, Some("MX.1")), None));
    }
}

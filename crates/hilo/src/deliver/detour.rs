//! A message that WhatsApp did not take at one address of a person goes out once more, to the other.
//!
//! Only on WhatsApp's own word that it did not arrive, once for each message, and to no address but those that its thread is pinned to:
//! a number that somebody says is theirs is not asked. Reports come in any order, so a failure has to stand for a moment before it counts.

use std::time::Duration;

use domain::change::{EventType, Subject};
use domain::delivery::{Address, Progress, SendState};
use domain::ids::{EventId, SendId};
use domain::interaction::Step;
use jiff::Timestamp;
use store::{ConversationRow, EventRow, NewMessage, NewSend, OutboxRow, Sending, Tx};

use super::consequences::{Place, message};
use crate::changes;
use crate::clock::machine_now;
use crate::ids;
use crate::node::Node;
use crate::outgoing::{Detour, Payload};

/// Nobody can be reached there: not on WhatsApp, or not by this address.
const UNDELIVERABLE: i64 = 131_026;
/// This template goes to phone numbers only.
const NEEDS_PHONE: i64 = 131_062;

/// So long another report has to say that it was sent after all.
const FOR_OTHER_REPORTS: Duration = Duration::from_secs(10);
/// After so long, what was to be said may be out of date: a person decides.
const TOO_LATE: Duration = Duration::from_secs(15 * 60);

/// Queues a message anew that was refused before it was taken, if there is another address to try. Answers whether it did. The row is the
/// refused one's, as it stood in the outbox.
pub(super) fn take_at_once(
    tx: &mut Tx<'_>,
    place: &Place,
    refused: &OutboxRow,
    code: i64,
    now: Timestamp,
) -> store::Result<bool> {
    Ok(take(tx, place, refused, code, now)?.is_some())
}

/// The same for a message that failed after it had been taken.
pub(crate) fn take_in_a_moment(
    tx: &mut Tx<'_>,
    place: &Place,
    failed: &OutboxRow,
    code: i64,
    now: Timestamp,
) -> store::Result<bool> {
    let Some(send) = take(tx, place, failed, code, now)? else { return Ok(false) };
    let reason =
        "WhatsApp did not reach the person at their other address; waits a moment for reports that say otherwise";
    let machine = machine_now();
    let not_before = machine + FOR_OTHER_REPORTS.as_millis() as i64;
    tx.put_off(place.workspace, send, SendState::Queued, reason, not_before, machine)?;
    Ok(true)
}

fn take(
    tx: &mut Tx<'_>,
    place: &Place,
    refused: &OutboxRow,
    code: i64,
    now: Timestamp,
) -> store::Result<Option<SendId>> {
    let since = machine_now() - refused.changed_at;
    if refused.state == SendState::NeedsReview || (TOO_LATE.as_millis() as i64) < since {
        return Ok(None);
    }
    let Ok(payload) = Payload::read(&refused.send.payload) else { return Ok(None) };
    let Some(thread) = tx.conversation(place.workspace, place.conversation)? else { return Ok(None) };
    let Some(avoid) = refused.sent_to.filter(|sent_to| may_take(code, *sent_to, &thread, payload.detour)) else {
        return Ok(None);
    };
    let Some(before) = message(tx, place)? else { return Ok(None) };
    let detour = Some(Detour { avoid, instead_of: place.seq });
    let send = repeat(tx, place, refused, &before.message, &Payload { detour, ..payload }, now)?;
    tell(tx, place, &thread, send, now)?;
    Ok(Some(send))
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
) -> store::Result<SendId> {
    let (workspace, at) = (place.workspace, now.as_millisecond());
    let send = SendId(ids::fresh());
    let seq = tx.take_seqs(workspace, place.conversation, 1, at)?;
    // It was asked for when the first one was: whoever has asked for no more since is spared this one too.
    let message = NewMessage { seq, wamid: None, sent_at: at, send: Some(send), ..before.clone() };
    tx.add_message(workspace, &message)?;
    let payload = payload.to_json().to_string();
    tx.add_send(workspace, &NewSend { id: send, seq, payload, ..refused.send.clone() }, machine_now())?;
    changes::tell(tx, workspace, EventType::MessageQueued, Subject::Message(place.conversation, seq))?;
    Ok(send)
}

fn tell(tx: &mut Tx<'_>, place: &Place, thread: &ConversationRow, send: SendId, now: Timestamp) -> store::Result<()> {
    let Some(contact) = thread.contact else { return Ok(()) };
    let event = EventRow {
        id: EventId(ids::fresh()),
        contact,
        conversation: Some(place.conversation),
        at: now.as_millisecond(),
        by: "automation".to_owned(),
        step: Step::SendRedirected { send },
    };
    tx.add_event(place.workspace, &event)
}

/// When a node has run for long enough to have heard the reports that came while nobody listened.
pub(super) fn not_before(node: &Node, payload: Option<&Payload>) -> Option<i64> {
    payload.and_then(|payload| payload.detour)?;
    Some(ids::made_at(node.id) + FOR_OTHER_REPORTS.as_millis() as i64)
}

/// Whether WhatsApp says by now that the message that is repeated was sent to its first address.
pub(super) fn is_needless(tx: &mut Tx<'_>, sending: &Sending, payload: Option<&Payload>) -> store::Result<bool> {
    let Some(detour) = payload.and_then(|payload| payload.detour) else { return Ok(false) };
    let found = tx.messages(sending.workspace, sending.send.conversation, detour.instead_of - 1, 1)?;
    let first = found.into_iter().find(|row| row.message.seq == detour.instead_of);
    Ok(first.and_then(|row| row.reports).is_some_and(|reports| was_sent(&reports)))
}

fn was_sent(reports: &str) -> bool {
    let sent = [Progress::Sent, Progress::Delivered, Progress::Read, Progress::Played];
    reports
        .split(';')
        .filter_map(|report| report.split_once('@'))
        .any(|(name, _)| sent.iter().any(|one| one.name() == name))
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
            member: None,
            candidates: None,
            phone: phone.map(str::to_owned),
            user_id: user_id.map(str::to_owned),
            profile_name: None,
            window_until: 0,
            last_message_at: 0,
            person_since: None,
            interaction: None,
            ticket: None,
            last_ticket: None,
            last_seq: 0,
            last_agent: None,
            elsewhere_at: None,
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

    #[test]
    fn any_report_but_a_failure_says_that_it_was_sent() {
        assert!(!was_sent("") && !was_sent("failed@1;failed@2;"));
        assert!(was_sent("failed@1;sent@1;") && was_sent("read@3;"));
    }
}

//! From the threads to WhatsApp.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{by_key, finding};
use crate::chaos::evidence::{Accepted, Conversation, Evidence, InOutbox, Message};
use crate::chaos::report::{Finding, Kind};

/// Taken by WhatsApp more than once: the same send, or another with the words of the same reply.
pub(super) fn sent_twice(evidence: &Evidence) -> Vec<Finding> {
    let by_send = by_key(&evidence.accepted, |accepted| accepted.send.as_deref());
    let sends = by_send.iter().filter(|(_, accepted)| 1 < accepted.len());
    let sends = sends.map(|(send, accepted)| format!("the send {send} was taken {} times", accepted.len()));

    // A reply of an agent is numbered, so its words are sent once. Those of an acknowledgement repeat from matter to matter.
    let replies: HashSet<&str> = by_agents(evidence).filter_map(|message| message.text.as_deref()).collect();
    let texts = by_key(&evidence.accepted, |accepted| accepted.text.as_deref().filter(|text| replies.contains(text)));
    let different =
        |accepted: &[&Accepted]| accepted.iter().map(|one| one.send.as_deref()).collect::<HashSet<_>>().len();
    let texts = texts.iter().filter(|(_, accepted)| 1 < different(accepted));
    let texts = texts.map(|(text, accepted)| format!("`{text}` was taken as {} sends", different(accepted)));

    sends.chain(texts).map(|what| finding(Kind::DoubleSend, what)).collect()
}

/// A template has a name of its own, so WhatsApp refuses a second one, or anything else that makes no sense.
pub(super) fn submitted_twice(evidence: &Evidence) -> Vec<Finding> {
    let what = format!(
        "{} requests made no sense to WhatsApp; a second template of one name is such a one",
        evidence.nonsense
    );
    if evidence.nonsense == 0 { Vec::new() } else { vec![finding(Kind::DoubleSend, what)] }
}

/// A matter that says it is acknowledged has one acknowledgement in its thread, and no matter has two; but one for each time that its
/// customer took it up again.
pub(super) fn acknowledgements(evidence: &Evidence) -> Vec<Finding> {
    let of_matter = by_key(&evidence.told.messages, |message| {
        message.interaction_id.as_deref().filter(|_| message.author == "automation")
    });
    let taken_up = by_key(&evidence.told.messages, |message| {
        message.interaction_id.as_deref().filter(|_| message.taken_up().is_some())
    });
    let mut findings = Vec::new();
    for matter in &evidence.told.interactions {
        let more = taken_up.get(matter.id.as_str()).map_or(0, Vec::len);
        match (of_matter.get(matter.id.as_str()).map_or(0, Vec::len), matter.acknowledged_at) {
            (0, Some(_)) => {
                findings
                    .push(finding(Kind::Lost, format!("the acknowledgement of matter {} is in no thread", matter.id)));
            }
            (0 | 1, _) => {}
            (several, _) if several <= 1 + more => {}
            (several, _) => {
                findings
                    .push(finding(Kind::DoubleSend, format!("matter {} was acknowledged {several} times", matter.id)));
            }
        }
    }
    findings
}

/// WhatsApp took a message of a thread after a later one of the same thread.
pub(super) fn out_of_order(evidence: &Evidence) -> Vec<Finding> {
    let messages = by_send(evidence);
    let mut furthest: HashMap<&str, i64> = HashMap::new();
    let mut findings = Vec::new();
    for message in evidence.accepted.iter().filter_map(|accepted| messages.get(accepted.send.as_deref()?)) {
        let furthest = furthest.entry(&message.conversation_id).or_insert(message.seq);
        if message.seq < *furthest {
            let what = format!("{} left after number {furthest} of its thread", name(message));
            findings.push(finding(Kind::Order, what));
        }
        *furthest = message.seq.max(*furthest);
    }
    findings
}

/// Sent to another address than the one that the thread is pinned to.
pub(super) fn misdirected(evidence: &Evidence) -> Vec<Finding> {
    let messages = by_send(evidence);
    let threads: HashMap<&str, &Conversation> =
        evidence.told.conversations.iter().map(|thread| (thread.id.as_str(), thread)).collect();
    let mut findings = Vec::new();
    for accepted in &evidence.accepted {
        let Some(message) = accepted.send.as_deref().and_then(|send| messages.get(send)) else { continue };
        let thread = threads.get(message.conversation_id.as_str());
        if !thread.is_some_and(|thread| thread.is_at(&accepted.recipient)) {
            findings.push(finding(Kind::Misdirected, format!("{} went to {}", name(message), accepted.recipient)));
        }
    }
    findings
}

/// Sends of which the program does not know, or does not say, what WhatsApp knows.
pub(super) fn unaccounted(evidence: &Evidence) -> Vec<Finding> {
    let messages = by_send(evidence);
    // Of one that failed and whose answer was lost, the report finds nothing: it has no name, and nobody knows WhatsApp's.
    let has_name = |accepted: &&Accepted| !evidence.failed.contains(&accepted.wamid);
    let taken = by_key(&evidence.accepted, |accepted| accepted.send.as_deref());
    let reported: HashSet<&str> =
        evidence.accepted.iter().filter(has_name).filter_map(|accepted| accepted.send.as_deref()).collect();
    let outbox: HashMap<&str, &InOutbox> = evidence.told.outbox.iter().map(|send| (send.id.as_str(), send)).collect();

    let strange = evidence
        .accepted
        .iter()
        .filter(|accepted| accepted.send.as_deref().is_none_or(|send| !messages.contains_key(send)));
    let strange = strange.map(|accepted| format!("WhatsApp took {}, which is in no thread", accepted.wamid));
    let owed = evidence.accepted.iter().filter(|accepted| evidence.owed.contains(&accepted.wamid));
    let owed: HashSet<&str> = owed.filter_map(|accepted| accepted.send.as_deref()).collect();
    let adrift = messages.iter().filter(|(send, _)| !owed.contains(*send)).filter_map(|(send, message)| {
        let trouble = match outbox.get(send).copied() {
            Some(listed) => adrift(message, Some(listed), reported.contains(send)),
            None => adrift(message, None, taken.contains_key(send)),
        }?;
        Some(format!("{} {trouble}", name(message)))
    });
    let homeless = evidence.told.outbox.iter().filter(|send| !messages.contains_key(send.id.as_str()));
    let homeless =
        homeless.map(|send| format!("the send {} of thread {} has no message", send.id, send.conversation_id));
    strange.chain(adrift).chain(homeless).map(|what| finding(Kind::Unaccounted, what)).collect()
}

/// Sends that still move, and those on which WhatsApp has not been able to report.
pub(super) fn unsettled(evidence: &Evidence) -> Vec<Finding> {
    let moving = evidence.told.outbox.iter().filter(|send| send.is_under_way());
    let moving =
        moving.map(|send| format!("the send {} of thread {} is {}", send.id, send.conversation_id, send.state));
    let owed = evidence.accepted.iter().filter(|accepted| evidence.owed.contains(&accepted.wamid));
    let owed = owed.map(|accepted| format!("WhatsApp still has reports on {} to deliver", accepted.wamid));
    moving.chain(owed).map(|what| finding(Kind::Unsettled, what)).collect()
}

/// What is wrong with where a message of ours stands, unless its send still moves.
fn adrift(message: &Message, in_outbox: Option<&InOutbox>, taken: bool) -> Option<&'static str> {
    let status = message.status.as_deref().unwrap_or("pending");
    match in_outbox {
        Some(send) if send.is_under_way() => None,
        // Every report has arrived, so what WhatsApp took cannot be open any more.
        Some(_) if taken => Some("is listed for a person although WhatsApp took it and reported on it"),
        Some(_) => None,
        None => match (status, taken) {
            ("sent" | "delivered" | "read" | "played" | "failed", true) | ("cancelled" | "failed", false) => None,
            ("cancelled", true) => Some("was taken back although WhatsApp has it"),
            ("pending" | "accepted", true) => Some("was reported on by WhatsApp, and the reports are lost"),
            ("pending" | "accepted", false) => Some("waits in no list"),
            (_, true) => Some("has a status that nobody knows"),
            (_, false) => Some("is said to have arrived although WhatsApp never had it"),
        },
    }
}

fn by_agents(evidence: &Evidence) -> impl Iterator<Item = &Message> {
    evidence.told.messages.iter().filter(|message| message.author == "agent")
}

/// Our messages by the send that carries them.
fn by_send(evidence: &Evidence) -> BTreeMap<&str, &Message> {
    let ours = evidence.told.messages.iter();
    ours.filter_map(|message| Some((message.send_id.as_deref()?, message))).collect()
}

fn name(message: &Message) -> String {
    format!("our message {} of thread {}", message.seq, message.conversation_id)
}

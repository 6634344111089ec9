//! What automation told guests, beside what it wrote down with it: both or neither, once, and nothing that was not so any more.

use std::collections::{BTreeMap, HashSet};

use super::{by_key, finding};
use crate::chaos::evidence::{Evidence, Guest, Message};
use crate::chaos::report::{Finding, Kind};

/// An answer whose note or change is not there, or a note or change whose answer is in no thread.
pub(super) fn torn(evidence: &Evidence) -> Vec<Finding> {
    let is_torn = |act: &Act| act.times.iter().any(|(_, times)| (*times == 0) != (act.said == 0));
    let torn = acts(evidence).into_iter().filter(is_torn).map(|act| finding(Kind::Lost, act.in_words()));

    let sends: HashSet<&str> = evidence.told.messages.iter().filter_map(|message| message.send_id.as_deref()).collect();
    let sent = evidence.told.follow_ups.iter().filter(|row| row.state == "sent");
    let unsaid = sent.filter(|row| !row.send_id.as_deref().is_some_and(|send| sends.contains(send)));
    let unsaid = unsaid.map(|row| finding(Kind::Lost, format!("the follow-up {} is sent and in no thread", row.id)));
    torn.chain(unsaid).collect()
}

/// Said, noted or changed more than once.
pub(super) fn doubled(evidence: &Evidence) -> Vec<Finding> {
    let mut findings = Vec::new();
    for act in acts(evidence) {
        if 1 < act.said {
            findings.push(finding(Kind::DoubleSend, act.in_words()));
        }
        if act.times.iter().any(|(_, times)| 1 < *times) {
            findings.push(finding(Kind::DoubleWrite, act.in_words()));
        }
    }
    let said = by_words(evidence);
    for words in evidence.guests.iter().flat_map(|guest| [guest.request(), guest.reminder()]) {
        let left = |message: &&&Message| message.status.as_deref() != Some("cancelled");
        let times = said.get(words.as_str()).map_or(0, |messages| messages.iter().filter(left).count());
        if 1 < times {
            findings.push(finding(Kind::DoubleSend, format!("`{words}` was sent {times} times")));
        }
    }
    findings
}

/// Reminded of an appointment that was cancelled, or although they wanted no more messages, and the program knew in time.
pub(super) fn unfounded(evidence: &Evidence) -> Vec<Finding> {
    let taken: HashSet<&str> = evidence.accepted.iter().filter_map(|accepted| accepted.text.as_deref()).collect();
    let ended = evidence.guests.iter().filter(|guest| guest.ended_in_time).map(Guest::reminder);
    let wrong = ended.filter(|words| taken.contains(words.as_str()));
    wrong
        .map(|words| finding(Kind::Unfounded, format!("`{words}` was sent, and that it should not be was known")))
        .collect()
}

/// Something that automation does at once: it says it, notes it and, where it does, changes the record.
struct Act {
    words: String,
    said: usize,
    /// What else is done with it, and how often it was.
    times: Vec<(&'static str, usize)>,
}

impl Act {
    fn in_words(&self) -> String {
        let times: Vec<String> = self.times.iter().map(|(what, times)| format!("{what} {times} times")).collect();
        format!("`{}` was said {} times, {}", self.words, self.said, times.join(", "))
    }
}

fn acts<'a>(evidence: &'a Evidence) -> Vec<Act> {
    let said = by_words(evidence);
    let notes = by_key(&evidence.told.notes, |note| Some((note.record.as_str(), note.text.as_str())));
    let confirmed = by_key(&evidence.told.confirmed, |visit| Some(visit.as_str()));
    let act = |words: String, times| Act { said: said.get(words.as_str()).map_or(0, Vec::len), words, times };
    let of_guest = |guest: &'a Guest| {
        let noted = |record, text| ("noted", notes.get(&(record, text)).map_or(0, Vec::len));
        let answer = guest.order.as_deref();
        let answer = answer.map(|order| act(guest.answer(), vec![noted(order, "order status sent")]));
        let confirmation = guest.visit.as_deref().map(|visit| {
            let changed = ("changed the record", confirmed.get(visit).map_or(0, Vec::len));
            act(guest.confirmation(), vec![noted(visit, "confirmed on WhatsApp"), changed])
        });
        [answer, confirmation]
    };
    evidence.guests.iter().flat_map(of_guest).flatten().collect()
}

/// What automation said.
fn by_words(evidence: &Evidence) -> BTreeMap<&str, Vec<&Message>> {
    by_key(&evidence.told.messages, |message| message.text.as_deref().filter(|_| message.author == "automation"))
}

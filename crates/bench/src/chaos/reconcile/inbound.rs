//! From the people to the threads.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{by_key, finding};
use crate::chaos::evidence::{Aside, Conversation, Evidence, File, Message, Said};
use crate::chaos::report::{Finding, Kind};

/// Said, and in no thread: lost, unless WhatsApp still has it to deliver or the backlog still has it to work off.
pub(super) fn lost(evidence: &Evidence) -> Vec<Finding> {
    let recorded = recorded(evidence);
    let waiting: HashSet<&str> = evidence.told.backlog.iter().filter_map(Aside::waits).collect();
    let kept = |said: &Said| evidence.passages.get(&said.wamid).is_some_and(|passage| passage.kept != u64::MAX);
    let missing = evidence.said.iter().filter(|said| !recorded.contains_key(said.wamid.as_str()));
    let judge = |said: &Said| match (waiting.contains(said.wamid.as_str()), kept(said)) {
        (true, _) => finding(Kind::Unsettled, format!("{} waits in the backlog", name(said))),
        (false, true) => finding(Kind::Lost, format!("{} was taken with a 200 and is in no thread", name(said))),
        (false, false) => finding(Kind::Unsettled, format!("{} is still with WhatsApp", name(said))),
    };
    missing.map(judge).collect()
}

/// A photo that WhatsApp has, and that is not here.
pub(super) fn lost_files(evidence: &Evidence) -> Vec<Finding> {
    let lost = evidence.told.files.iter().filter(|file| file.state != "stored");
    let what = |file: &File| format!("photo {} is {}: {}", file.id, file.state, file.reason.as_deref().unwrap_or("?"));
    let kind = |file: &File| if file.state == "waiting" { Kind::Unsettled } else { Kind::Lost };
    lost.map(|file| finding(kind(file), what(file))).collect()
}

/// In the thread of somebody else.
pub(super) fn misfiled(evidence: &Evidence) -> Vec<Finding> {
    let recorded = recorded(evidence);
    let threads: HashMap<&str, &Conversation> =
        evidence.told.conversations.iter().map(|thread| (thread.id.as_str(), thread)).collect();
    let is_misfiled = |said: &Said, message: &Message| {
        let writer = &evidence.people[said.person];
        threads.get(message.conversation_id.as_str()).is_none_or(|thread| {
            let addresses = [thread.phone.as_deref(), thread.user_id.as_deref()];
            !addresses.into_iter().flatten().all(|address| writer.include(address))
        })
    };
    let places = evidence.said.iter().filter_map(|said| Some((said, recorded.get(said.wamid.as_str())?)));
    let wrong = places.filter(|(said, messages)| messages.iter().any(|message| is_misfiled(said, message)));
    wrong
        .map(|(said, _)| finding(Kind::Misdirected, format!("{} is in a thread that is not only theirs", name(said))))
        .collect()
}

/// In the threads more than once.
pub(super) fn doubled(evidence: &Evidence) -> Vec<Finding> {
    let recorded = recorded(evidence);
    let count = |said: &Said| recorded.get(said.wamid.as_str()).map_or(0, Vec::len);
    let doubled = evidence.said.iter().filter(|said| 1 < count(said));
    doubled
        .map(|said| finding(Kind::DoubleWrite, format!("{} stands {} times in the threads", name(said), count(said))))
        .collect()
}

/// A message stands behind one that came later. It came later if it was posted after the other had been answered with 200, or if one
/// body carried both.
pub(super) fn out_of_order(evidence: &Evidence) -> Vec<Finding> {
    let recorded = recorded(evidence);
    let mut findings = Vec::new();
    for person in 0..evidence.people.len() {
        let said = evidence.said.iter().filter(|said| said.person == person);
        let places = said.filter_map(|said| Some((said, recorded.get(said.wamid.as_str())?.first()?.seq)));
        let mut by_place: Vec<(&Said, i64)> = places.collect();
        by_place.sort_by_key(|(_, seq)| *seq);
        findings.extend(overtakers(evidence, &by_place));
    }
    findings
}

/// Of each message the nearest before it in the thread that came later. A look at the latest of all before it is enough to know that
/// there is one.
fn overtakers(evidence: &Evidence, by_place: &[(&Said, i64)]) -> Vec<Finding> {
    let passage = |said: &Said| evidence.passages.get(&said.wamid).copied().unwrap_or_default();
    let mut findings = Vec::new();
    let mut latest: Option<(&Said, u64)> = None;
    let mut of_bulk: HashMap<usize, &Said> = HashMap::new();
    for (said, _) in by_place {
        let passage = passage(said);
        let overtaken_by = latest.filter(|(_, posted)| passage.kept < *posted).map(|(other, _)| other);
        let in_its_bulk =
            said.bulk.and_then(|bulk| of_bulk.get(&bulk).copied()).filter(|other| said.number < other.number);
        if let Some(other) = overtaken_by.or(in_its_bulk) {
            let number = other.number;
            findings
                .push(finding(Kind::Order, format!("{} stands behind number {number}, which came later", name(said))));
        }
        if passage.posted != u64::MAX && latest.is_none_or(|(_, posted)| posted < passage.posted) {
            latest = Some((said, passage.posted));
        }
        if let Some(bulk) = said.bulk {
            of_bulk
                .entry(bulk)
                .and_modify(|last| *last = if last.number < said.number { said } else { last })
                .or_insert(said);
        }
    }
    findings
}

/// What the people said as it stands in the threads, by WhatsApp's id.
fn recorded(evidence: &Evidence) -> BTreeMap<&str, Vec<&Message>> {
    by_key(&evidence.told.messages, |message| message.wamid.as_deref().filter(|_| message.author == "customer"))
}

fn name(said: &Said) -> String {
    format!("message {} of person {} ({})", said.number, said.person, said.wamid)
}

//! From webhook to delivered acknowledgement: what the ledger says when the load has ended.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use serde::Serialize;

use crate::ledger::{Arrival, Ledger};
use crate::script::Script;
use crate::senders::Senders;
use crate::workload::Latency;

/// What came of the webhooks of one measurement.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Outcome {
    /// Messages that were accepted and, where one was owed, acknowledged, a second.
    pub messages_per_s: f64,
    /// Webhooks answered with 200 a second, until the last answer.
    pub accepted_per_s: f64,
    /// Acknowledgements a second.
    pub acknowledged_per_s: f64,
    /// Statuses a second.
    pub statuses_per_s: f64,
    /// From where to where the next three are.
    pub latency: Latency,
    /// Half were faster, in milliseconds.
    pub p50_ms: f64,
    /// One in a hundred was slower.
    pub p99_ms: f64,
    /// The slowest.
    pub max_ms: f64,
    /// From a webhook to its answer.
    pub answer_ms: Percentiles,
    /// From a person's first message to its acknowledgement at the Graph API.
    pub acknowledgement_ms: Percentiles,
    /// From the first webhook to the last answer or acknowledgement.
    pub seconds: f64,
    /// Webhooks sent.
    pub sent: usize,
    /// Webhooks answered with 200.
    pub accepted: usize,
    /// Webhooks answered with anything else, or not at all.
    pub refused: usize,
    /// Messages among the accepted webhooks.
    pub messages: usize,
    /// People whose acknowledgement reached the Graph API.
    pub acknowledged: usize,
    /// People whose message was accepted and who never got an acknowledgement, messages that were accepted and are not in the
    /// database, and reports that were accepted and left no trace.
    pub lost: usize,
    /// Acknowledgements beyond the first of a person, sends repeated under the same name, and sends to strangers.
    pub double_acknowledgements: usize,
    /// Contacts beyond the first of a person.
    pub duplicate_contacts: usize,
    /// Messages that stand behind one that was only sent after they had been accepted.
    pub order_violations: usize,
}

/// How long things took, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Percentiles {
    /// Half were faster.
    pub p50: f64,
    /// One in a hundred was slower.
    pub p99: f64,
    /// The slowest.
    pub max: f64,
}

/// Who wrote what to whom, for whoever reads the ledger.
#[derive(Clone, Copy)]
pub(crate) struct Book<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) script: &'a Script,
    pub(crate) senders: Senders,
    pub(crate) messages: usize,
}

/// Speed is that of the measured webhooks; losses and doubles are looked for among all of them.
pub(crate) fn outcome(book: Book<'_>, measured: &[usize], latency: Latency) -> Outcome {
    let Book { ledger, script, .. } = book;
    let sent: Vec<usize> = measured.iter().copied().filter(|post| ledger.sent_at(*post).is_some()).collect();
    let accepted: Vec<usize> = sent.iter().copied().filter(|post| ledger.accepted_at(*post).is_some()).collect();
    let messages: Vec<usize> = accepted.iter().copied().filter(|post| *post < book.messages).collect();
    let greeted = first_words(book, &messages);

    let start = sent.iter().filter_map(|post| ledger.sent_at(*post)).min().unwrap_or_default();
    let last_answer = accepted.iter().filter_map(|post| ledger.accepted_at(*post)).max().unwrap_or(start);
    let last_ack = greeted.keys().filter_map(|person| ledger.acknowledged_at(*person)).max().unwrap_or(start);
    let seconds = last_answer.max(last_ack).saturating_sub(start).as_secs_f64();
    let statuses: usize = accepted.iter().map(|post| script.statuses(*post)).sum();

    let spans = accepted.iter().filter_map(|post| ledger.accepted_at(*post)?.checked_sub(ledger.sent_at(*post)?));
    let answer_ms = percentiles(spans.collect());
    let spans = greeted.iter().filter_map(|(person, first)| ledger.acknowledged_at(*person)?.checked_sub(*first));
    let acknowledgement_ms = percentiles(spans.collect());
    let shown = match latency {
        Latency::Acknowledgement => acknowledgement_ms,
        Latency::Answer => answer_ms,
    };
    Outcome {
        messages_per_s: rate(complete(book, &messages), seconds),
        accepted_per_s: rate(accepted.len(), last_answer.saturating_sub(start).as_secs_f64()),
        acknowledged_per_s: rate(greeted.len(), seconds),
        statuses_per_s: rate(statuses, seconds),
        latency,
        p50_ms: shown.p50,
        p99_ms: shown.p99,
        max_ms: shown.max,
        answer_ms,
        acknowledgement_ms,
        seconds,
        sent: sent.len(),
        accepted: accepted.len(),
        refused: sent.len() - accepted.len(),
        messages: messages.len(),
        acknowledged: greeted.len(),
        lost: owed(book).iter().filter(|person| ledger.acknowledged_at(**person).is_none()).count(),
        double_acknowledgements: ledger.arrivals(doubles),
        duplicate_contacts: 0,
        order_violations: 0,
    }
}

/// The people whose message was accepted: each of them is owed one acknowledgement.
pub(crate) fn owed(book: Book<'_>) -> HashSet<usize> {
    let accepted = (0..book.messages).filter(|message| book.ledger.accepted_at(*message).is_some());
    accepted.map(|message| book.senders.of_message(message)).collect()
}

/// When the people wrote for the first time who did so in these messages and were acknowledged after it.
fn first_words(book: Book<'_>, messages: &[usize]) -> HashMap<usize, Duration> {
    let mut first = HashMap::new();
    for message in messages {
        let (person, Some(sent)) = (book.senders.of_message(*message), book.ledger.sent_at(*message)) else { continue };
        first.entry(person).and_modify(|at| *at = sent.min(*at)).or_insert(sent);
    }
    first.retain(|person, sent| book.ledger.acknowledged_at(*person).is_some_and(|at| *sent <= at));
    first
}

/// What came more than once: to somebody, or under one name; and what came to nobody of ours.
pub(crate) fn doubles(arrivals: &[Arrival]) -> usize {
    let (mut people, mut names) = (HashSet::new(), HashSet::new());
    arrivals
        .iter()
        .filter(|arrival| {
            let again = arrival.person.is_none_or(|person| !people.insert(person));
            let same_name = arrival.opaque.as_ref().is_some_and(|name| !names.insert(name.clone()));
            again || same_name
        })
        .count()
}

fn complete(book: Book<'_>, messages: &[usize]) -> usize {
    let acknowledged = |message: &&usize| book.ledger.acknowledged_at(book.senders.of_message(**message)).is_some();
    messages.iter().filter(acknowledged).count()
}

/// Ranks, not averages.
pub(crate) fn percentiles(mut spans: Vec<Duration>) -> Percentiles {
    spans.sort_unstable();
    let at = |share: f64| {
        let rank = (spans.len() as f64 * share).ceil() as usize;
        spans.get(rank.saturating_sub(1)).map_or(0.0, |span| span.as_secs_f64() * 1000.0)
    };
    Percentiles { p50: at(0.50), p99: at(0.99), max: at(1.0) }
}

fn rate(count: usize, seconds: f64) -> f64 {
    if seconds == 0.0 { 0.0 } else { count as f64 / seconds }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::bodies::tests::site;
    use crate::senders::sender;

    fn exchanged(messages: usize) -> Ledger {
        let ledger = Ledger::open(messages, messages, 1);
        for message in 0..messages {
            ledger.sent(message, Instant::now());
            ledger.accepted(message);
        }
        ledger
    }

    fn told(ledger: &Ledger, senders: Senders, messages: usize) -> Outcome {
        let script = Script::of_messages(&site(), senders, messages, 1_780_000_000);
        let book = Book { ledger, script: &script, senders, messages };
        outcome(book, &(0..messages).collect::<Vec<_>>(), Latency::Acknowledgement)
    }

    #[test]
    fn a_person_without_an_acknowledgement_is_lost() {
        let ledger = exchanged(3);
        ledger.arrived(&sender(0).phone, Some("a"));
        ledger.arrived(&sender(2).phone, Some("b"));
        let outcome = told(&ledger, Senders::AlwaysNew, 3);
        assert_eq!((outcome.acknowledged, outcome.lost, outcome.double_acknowledgements), (2, 1, 0));
    }

    #[test]
    fn a_second_acknowledgement_is_a_double_even_under_another_name() {
        let ledger = exchanged(1);
        ledger.arrived(&sender(0).phone, Some("a"));
        ledger.arrived(&sender(0).user_id, Some("b"));
        assert_eq!(told(&ledger, Senders::AlwaysNew, 1).double_acknowledgements, 1);
    }

    #[test]
    fn an_acknowledgement_to_a_stranger_voids_the_run_too() {
        let ledger = exchanged(1);
        ledger.arrived(&sender(0).phone, None);
        ledger.arrived("5215500000000", None);
        assert_eq!(told(&ledger, Senders::AlwaysNew, 1).double_acknowledgements, 1);
    }

    #[test]
    fn a_known_person_is_owed_one_acknowledgement_for_all_messages() {
        let ledger = exchanged(10);
        ledger.arrived(&sender(0).phone, None);
        assert_eq!(told(&ledger, Senders::Known(2), 10).lost, 1);
        ledger.arrived(&sender(1).phone, None);
        let outcome = told(&ledger, Senders::Known(2), 10);
        assert_eq!((outcome.lost, outcome.acknowledged), (0, 2));
        assert_eq!(outcome.messages, 10);
    }

    #[test]
    fn percentiles_are_ranks_not_averages() {
        let spans = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentiles(spans), Percentiles { p50: 100.0, p99: 198.0, max: 200.0 });
        assert_eq!(percentiles(Vec::new()), Percentiles::default());
    }
}

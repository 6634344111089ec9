//! From webhook to delivered acknowledgement: what the ledger says when the load has ended.

use std::collections::HashSet;
use std::ops::Range;
use std::time::Duration;

use serde::Serialize;

use crate::ledger::{Arrival, Ledger};
use crate::senders::Senders;

/// What came of the messages of one measurement.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Webhooks sent.
    pub sent: usize,
    /// Webhooks answered with 200.
    pub accepted: usize,
    /// Webhooks answered with anything else, or not at all.
    pub refused: usize,
    /// People whose acknowledgement reached the Graph API.
    pub acknowledged: usize,
    /// People whose message was accepted and who never got an acknowledgement.
    pub lost: usize,
    /// Acknowledgements beyond the first of a person, sends repeated under the same name, and sends to strangers.
    pub double_acks: usize,
    /// From the first webhook to the last answer or acknowledgement.
    pub seconds: f64,
    /// Messages that were accepted and, where one was owed, acknowledged, a second.
    pub messages_per_s: f64,
    /// Webhooks answered with 200 a second, until the last answer.
    pub accepted_per_s: f64,
    /// Acknowledgements a second.
    pub acked_per_s: f64,
    /// From the webhook to its 200.
    pub accept_ms: Percentiles,
    /// From the webhook to its acknowledgement at the Graph API.
    pub ack_ms: Percentiles,
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

/// Reads the book. Speed is that of the measured messages; losses and doubles are looked for among all of them.
pub(crate) fn outcome(ledger: &Ledger, senders: Senders, messages: usize, measured: Range<usize>) -> Outcome {
    let sent: Vec<usize> = measured.filter(|message| ledger.sent_at(*message).is_some()).collect();
    let accepted: Vec<usize> = sent.iter().copied().filter(|message| ledger.accepted_at(*message).is_some()).collect();
    let people = senders.among(messages);
    let greeted: Vec<usize> =
        sent.iter().copied().filter(|person| *person < people && ledger.acknowledged_at(*person).is_some()).collect();

    let start = sent.iter().filter_map(|message| ledger.sent_at(*message)).min().unwrap_or_default();
    let last_answer = accepted.iter().filter_map(|message| ledger.accepted_at(*message)).max().unwrap_or(start);
    let last_ack = greeted.iter().filter_map(|person| ledger.acknowledged_at(*person)).max().unwrap_or(start);
    let seconds = last_answer.max(last_ack).saturating_sub(start).as_secs_f64();

    Outcome {
        sent: sent.len(),
        accepted: accepted.len(),
        refused: sent.len() - accepted.len(),
        acknowledged: greeted.len(),
        lost: lost(ledger, senders, messages),
        double_acks: ledger.arrivals(doubles),
        seconds,
        messages_per_s: rate(complete(ledger, senders, &accepted), seconds),
        accepted_per_s: rate(accepted.len(), last_answer.saturating_sub(start).as_secs_f64()),
        acked_per_s: rate(greeted.len(), seconds),
        accept_ms: percentiles(took(ledger, &accepted, Ledger::accepted_at)),
        ack_ms: percentiles(took(ledger, &greeted, Ledger::acknowledged_at)),
    }
}

/// The people whose message was accepted: each of them is owed one acknowledgement.
pub(crate) fn owed(ledger: &Ledger, senders: Senders, messages: usize) -> HashSet<usize> {
    let accepted = (0..messages).filter(|message| ledger.accepted_at(*message).is_some());
    accepted.map(|message| senders.of_message(message)).collect()
}

fn lost(ledger: &Ledger, senders: Senders, messages: usize) -> usize {
    let owed = owed(ledger, senders, messages);
    owed.iter().filter(|person| ledger.acknowledged_at(**person).is_none()).count()
}

fn doubles(arrivals: &[Arrival]) -> usize {
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

fn complete(ledger: &Ledger, senders: Senders, accepted: &[usize]) -> usize {
    accepted.iter().filter(|message| ledger.acknowledged_at(senders.of_message(**message)).is_some()).count()
}

fn took(ledger: &Ledger, numbers: &[usize], end: fn(&Ledger, usize) -> Option<Duration>) -> Vec<Duration> {
    let spans = numbers.iter().filter_map(|number| end(ledger, *number)?.checked_sub(ledger.sent_at(*number)?));
    spans.collect()
}

fn percentiles(mut spans: Vec<Duration>) -> Percentiles {
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
    use crate::senders::sender;

    fn exchanged(messages: usize) -> Ledger {
        let ledger = Ledger::open(messages, 1);
        for message in 0..messages {
            ledger.sent(message, 0, Instant::now());
            ledger.accepted(message);
        }
        ledger
    }

    #[test]
    fn a_person_without_an_acknowledgement_is_lost() {
        let ledger = exchanged(3);
        ledger.arrived(&sender(0).phone, Some("a"));
        ledger.arrived(&sender(2).phone, Some("b"));
        let outcome = outcome(&ledger, Senders::AlwaysNew, 3, 0..3);
        assert_eq!((outcome.acknowledged, outcome.lost, outcome.double_acks), (2, 1, 0));
    }

    #[test]
    fn a_second_acknowledgement_is_a_double_even_under_another_name() {
        let ledger = exchanged(1);
        ledger.arrived(&sender(0).phone, Some("a"));
        ledger.arrived(&sender(0).user_id, Some("b"));
        assert_eq!(outcome(&ledger, Senders::AlwaysNew, 1, 0..1).double_acks, 1);
    }

    #[test]
    fn an_acknowledgement_to_a_stranger_voids_the_run_too() {
        let ledger = exchanged(1);
        ledger.arrived(&sender(0).phone, None);
        ledger.arrived("5215500000000", None);
        assert_eq!(outcome(&ledger, Senders::AlwaysNew, 1, 0..1).double_acks, 1);
    }

    #[test]
    fn a_known_person_is_owed_one_acknowledgement_for_all_messages() {
        let ledger = exchanged(10);
        ledger.arrived(&sender(0).phone, None);
        assert_eq!(lost(&ledger, Senders::Known(2), 10), 1);
        ledger.arrived(&sender(1).phone, None);
        assert_eq!(lost(&ledger, Senders::Known(2), 10), 0);
    }

    #[test]
    fn percentiles_are_ranks_not_averages() {
        let spans = (1..=200).map(Duration::from_millis).collect();
        assert_eq!(percentiles(spans), Percentiles { p50: 100.0, p99: 198.0, max: 200.0 });
        assert_eq!(percentiles(Vec::new()), Percentiles::default());
    }
}

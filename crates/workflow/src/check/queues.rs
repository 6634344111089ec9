//! Where conversations wait for a person.

use domain::Language;
use jiff::SignedDuration;
use serde_saphyr::Spanned;

use super::{business, wording};
use crate::duration;
use crate::file::{QueueFile, Word};
use crate::finding::Findings;
use crate::hours::Hours;
use crate::model::{Business, Queue};
use crate::suggest::did_you_mean;

/// Nobody waits for an answer longer than a month of opening hours.
const LONGEST_PROMISE: SignedDuration = SignedDuration::from_hours(720);

pub(super) fn queues(
    written: &Spanned<Vec<QueueFile>>,
    opening: &[(String, Hours)],
    business: Option<&Business>,
    languages: &[Language],
    found: &mut Findings,
) -> Option<Vec<Queue>> {
    if written.value.is_empty() {
        found.error(written, "no-queue", "list at least one queue, so that conversations have a place to wait");
    }
    let mut ids = Vec::new();
    let mut queues = Vec::new();
    for queue in &written.value {
        wording::id(&queue.id, &mut ids, "queue", found);
        queues.push(self::queue(queue, opening, business, languages, found));
    }
    queues.into_iter().collect()
}

fn queue(
    written: &QueueFile,
    opening: &[(String, Hours)],
    business: Option<&Business>,
    languages: &[Language],
    found: &mut Findings,
) -> Option<Queue> {
    let name = wording::translated(&written.name, languages, "the name of this queue", found);
    let promise = promise(&written.promise, found);
    let hours = hours(&written.hours, opening, found);
    let time_zone = match &written.time_zone {
        Some(zone) => business::time_zone(zone, found),
        None => business.map(|business| business.time_zone.clone()),
    };
    Some(Queue { id: written.id.value.clone(), name, promise: promise?, hours: hours?, time_zone: time_zone? })
}

fn promise(written: &Word, found: &mut Findings) -> Option<SignedDuration> {
    let promise = duration::parse(&written.value, "hm")
        .filter(|promise| SignedDuration::ZERO < *promise && *promise <= LONGEST_PROMISE);
    if promise.is_none() {
        let message = format!(
            "`{}` is not a promise; write opening time in hours and minutes, like `2h` or `1h 30m`, at most 720h",
            written.value
        );
        found.error(written, "promise", message);
    }
    promise
}

fn hours(written: &Word, opening: &[(String, Hours)], found: &mut Findings) -> Option<Hours> {
    let name = written.value.as_str();
    let hours = opening.iter().find(|(known, _)| known == name).map(|(_, hours)| hours.clone());
    if hours.is_none() {
        let suggestion = did_you_mean(name, opening.iter().map(|(known, _)| known.as_str()));
        let advice =
            if suggestion.is_empty() { "; add them under `hours` or name others".to_owned() } else { suggestion };
        found.error(written, "unknown-hours", format!("there are no hours `{name}`{advice}"));
    }
    hours
}

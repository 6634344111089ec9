//! How soon a person answers, counted in time during which the queue is open.

use jiff::{SignedDuration, Timestamp};

use crate::model::Queue;

/// What a queue promises to somebody who writes now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// When the answer is late.
    pub due: Timestamp,
    /// Whether somebody is there now.
    pub open_now: bool,
    /// When the queue opens, where it is closed now; nothing if it is open, or never opens again.
    pub opens: Option<Timestamp>,
}

/// What `queue` promises to somebody who writes at `at`.
///
/// Two hours promised half an hour before closing are due an hour and a half after the next opening. A queue that never
/// opens again still owes its answer: there the promise counts by the clock.
pub fn promise(queue: &Queue, at: Timestamp) -> Promise {
    let open_now = queue.hours.is_open(at, &queue.time_zone);
    let opens = if open_now { None } else { queue.hours.next_opening(at, &queue.time_zone) };
    let due = after_open_time(queue, at).unwrap_or_else(|| later(at, queue.promise));
    Promise { due, open_now, opens }
}

fn after_open_time(queue: &Queue, at: Timestamp) -> Option<Timestamp> {
    let mut missing = queue.promise;
    for stretch in queue.hours.stretches(at, &queue.time_zone) {
        let length = stretch.from.duration_until(stretch.to);
        if missing <= length {
            return Some(later(stretch.from, missing));
        }
        missing -= length;
    }
    None
}

fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hours::{Hours, Interval};
    use crate::model::Translated;
    use jiff::tz::TimeZone;

    fn queue(zone: &str, promised_hours: i64, from: u16, to: u16) -> Queue {
        let mut week: [Vec<Interval>; 7] = std::array::from_fn(|_| vec![Interval { from: from * 60, to: to * 60 }]);
        week[6] = Vec::new();
        Queue {
            id: "support".into(),
            name: Translated::default(),
            promise: SignedDuration::from_hours(promised_hours),
            hours: Hours { week, holidays: Vec::new() },
            time_zone: TimeZone::get(zone).expect("a zone of the bundled database"),
        }
    }

    fn at(moment: &str) -> Timestamp {
        moment.parse().expect("a moment")
    }

    #[test]
    fn two_hours_promised_in_the_morning_are_due_two_hours_later() {
        let promised = promise(&queue("America/Mexico_City", 2, 9, 18), at("2026-03-03T10:00:00-06:00"));
        assert_eq!(promised, Promise { due: at("2026-03-03T12:00:00-06:00"), open_now: true, opens: None });
    }

    #[test]
    fn two_hours_promised_half_an_hour_before_closing_are_due_the_next_morning() {
        let promised = promise(&queue("America/Mexico_City", 2, 9, 18), at("2026-03-03T17:30:00-06:00"));
        assert_eq!(promised, Promise { due: at("2026-03-04T10:30:00-06:00"), open_now: true, opens: None });
    }

    #[test]
    fn a_promise_that_ends_at_closing_is_due_then() {
        let promised = promise(&queue("America/Sao_Paulo", 2, 9, 18), at("2026-03-03T16:00:00-03:00"));
        assert_eq!(promised.due, at("2026-03-03T18:00:00-03:00"));
    }

    #[test]
    fn what_is_written_on_saturday_night_is_promised_for_monday() {
        let promised = promise(&queue("America/Sao_Paulo", 2, 9, 18), at("2026-03-07T22:00:00-03:00"));
        let opens = Some(at("2026-03-09T09:00:00-03:00"));
        assert_eq!(promised, Promise { due: at("2026-03-09T11:00:00-03:00"), open_now: false, opens });
    }

    #[test]
    fn a_promise_over_the_skipped_hour_counts_only_the_hours_that_there_were() {
        // Saturday 23:00 to Sunday is closed in `queue`; so open on Sundays too, around the clock.
        let mut round_the_clock = queue("America/New_York", 2, 0, 24);
        round_the_clock.hours.week[6] = vec![Interval { from: 0, to: Interval::MIDNIGHT }];
        let promised = promise(&round_the_clock, at("2026-03-08T01:00:00-05:00"));
        assert_eq!(promised.due, at("2026-03-08T04:00:00-04:00"));
        let promised = promise(&round_the_clock, at("2026-11-01T00:30:00-04:00"));
        assert_eq!(promised.due, at("2026-11-01T01:30:00-05:00"));
    }

    #[test]
    fn a_queue_that_never_opens_owes_its_answer_by_the_clock() {
        let mut closed = queue("America/Santiago", 2, 9, 18);
        closed.hours = Hours::default();
        let promised = promise(&closed, at("2026-03-03T10:00:00-03:00"));
        assert_eq!(promised, Promise { due: at("2026-03-03T12:00:00-03:00"), open_now: false, opens: None });
    }
}

//! What becomes of a delivery and of its endpoint after an attempt.

use domain::endpoint::DeliveryState;
use jiff::SignedDuration;

use super::post::Answer;

/// The pauses between attempts; the first is made at once, and after the last there is none.
const PAUSES: [SignedDuration; 9] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];
/// An endpoint of which nothing has been heard for so long is not posted to any more.
const PATIENCE: SignedDuration = SignedDuration::from_hours(5 * 24);
/// However long an endpoint asks to be left alone.
const LONGEST_REST: SignedDuration = SignedDuration::from_hours(24);

/// How an endpoint fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Health {
    /// Since when every attempt failed.
    pub(super) failing_since: Option<i64>,
    /// Before this it does not want to hear anything.
    pub(super) not_before: i64,
    /// Why it is not posted to any more.
    pub(super) disabled: Option<String>,
}

/// Where a delivery stands after its `attempt`th attempt, and when it is tried again. `jitter` of 0 to 1 keeps those that failed
/// together from coming back together; nothing comes earlier than published.
pub(super) fn of_delivery(answer: &Answer, attempt: i64, jitter: f64, now: i64) -> (DeliveryState, i64) {
    if answer.is_success() {
        return (DeliveryState::Delivered, 0);
    }
    let Some(pause) = usize::try_from(attempt - 1).ok().and_then(|place| PAUSES.get(place)) else {
        return (DeliveryState::Dead, 0);
    };
    let pause = (pause.as_millis() as f64 * (1.0 + jitter / 10.0)) as i64;
    (DeliveryState::Waiting, now + pause.max(rest(answer)))
}

/// How an endpoint fares after one more answer.
pub(super) fn of_endpoint(before: Health, answer: &Answer, now: i64) -> Health {
    if answer.is_success() {
        return Health { failing_since: None, ..before };
    }
    let failing_since = before.failing_since.unwrap_or(now);
    let disabled = if answer.status == Some(410) {
        Some("it answered 410: it is gone and wants to hear nothing more".to_owned())
    } else if PATIENCE.as_millis() as i64 <= now - failing_since {
        Some(format!("every attempt for 5 days failed, the last one so: {}", answer.in_words()))
    } else {
        before.disabled
    };
    let not_before = before.not_before.max(if rest(answer) == 0 { 0 } else { now + rest(answer) });
    Health { failing_since: Some(failing_since), not_before, disabled }
}

/// For how long an endpoint that has too much to do wants to be left alone, in milliseconds.
fn rest(answer: &Answer) -> i64 {
    match (answer.status, answer.retry_after) {
        (Some(429 | 503), Some(seconds)) => seconds.saturating_mul(1000).clamp(0, LONGEST_REST.as_millis() as i64),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOUND: Health = Health { failing_since: None, not_before: 0, disabled: None };

    fn status(status: i64) -> Answer {
        Answer { status: Some(status), retry_after: None, text: String::new() }
    }

    #[test]
    fn ten_attempts_at_the_published_times_and_then_it_is_dead() {
        let minutes = |attempt: i64| match of_delivery(&status(500), attempt, 0.0, 0) {
            (DeliveryState::Waiting, next) => next as f64 / 60_000.0,
            (state, _) => panic!("{state}"),
        };
        let hour = 60.0;
        let pauses: Vec<f64> = (1..=9).map(minutes).collect();
        assert_eq!(pauses[..3], [5.0 / 60.0, 5.0, 30.0]);
        assert_eq!(pauses[3..], [2.0, 5.0, 10.0, 14.0, 20.0, 24.0].map(|hours| hours * hour));
        assert_eq!(of_delivery(&status(500), 10, 0.0, 0), (DeliveryState::Dead, 0));
        assert_eq!(of_delivery(&status(204), 10, 0.0, 0), (DeliveryState::Delivered, 0));
        assert_eq!(of_delivery(&status(302), 1, 1.0, 0), (DeliveryState::Waiting, 5_500), "a redirect is a failure");
    }

    #[test]
    fn an_endpoint_that_asks_for_a_pause_gets_it() {
        for asked in [429, 503] {
            let answer = Answer { retry_after: Some(60), ..status(asked) };
            assert_eq!(of_delivery(&answer, 1, 0.0, 0).1, 60_000);
            assert_eq!(of_delivery(&answer, 2, 0.0, 0).1, 300_000, "the published pause is longer");
            assert_eq!(of_endpoint(SOUND, &answer, 1_000).not_before, 61_000);
            let forever = Answer { retry_after: Some(i64::MAX), ..status(asked) };
            assert_eq!(of_endpoint(SOUND, &forever, 0).not_before, 24 * 3_600_000);
        }
        let not_asked = Answer { retry_after: Some(60), ..status(500) };
        assert_eq!(of_endpoint(SOUND, &not_asked, 0).not_before, 0);
    }

    #[test]
    fn an_endpoint_is_disabled_by_five_days_of_failures_or_by_its_own_word() {
        let day = 24 * 3_600_000;
        let failing = of_endpoint(SOUND, &status(500), 1);
        assert_eq!((failing.failing_since, &failing.disabled), (Some(1), &None));
        let still = of_endpoint(failing.clone(), &status(500), 5 * day);
        assert_eq!((still.failing_since, &still.disabled), (Some(1), &None));
        let given_up = of_endpoint(still.clone(), &status(500), 1 + 5 * day);
        assert!(given_up.disabled.is_some_and(|reason| reason.contains("5 days") && reason.contains("500")));
        assert_eq!(of_endpoint(still, &status(200), 6 * day).failing_since, None);
        assert!(of_endpoint(SOUND, &status(410), 0).disabled.is_some());
    }
}

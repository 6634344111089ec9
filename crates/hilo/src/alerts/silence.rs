//! Whether the silence of a number means something: only where more would have come in that time, by what usually comes.

use store::ChannelDay;

/// By what usually comes, so many bodies: then chance alone would not keep them all away once in years.
const EXPECTED: f64 = 12.0;
/// Whoever was heard of on fewer days has no usual yet.
const FEWEST_DAYS: usize = 3;
/// The days that say what is usual.
pub(super) const USUAL_DAYS: i64 = 14;

/// Since when a number is silent, if that is longer than it should be: `open_ms` is how much of a stretch was business time.
pub(super) fn silent_since(
    days: &[ChannelDay],
    longest_ms: i64,
    now: i64,
    open_ms: impl Fn(i64, i64) -> i64,
) -> Option<i64> {
    const DAY_MS: i64 = 24 * 3_600_000;
    let (last, first) = (days.first()?, days.last()?);
    if days.len() < FEWEST_DAYS {
        return None;
    }
    let silent = open_ms(last.heard_at, now);
    let usual = open_ms(first.day * DAY_MS, last.heard_at);
    if silent < longest_ms || usual == 0 {
        return None;
    }
    let heard: i64 = days.iter().map(|day| day.heard).sum();
    let expected = heard as f64 * silent as f64 / usual as f64;
    (EXPECTED <= expected).then_some(last.heard_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR_MS: i64 = 3_600_000;
    const DAY: i64 = 24;

    /// A number that hears so much on each of ten days, the last time at noon of day 9.
    fn days(heard: i64) -> Vec<ChannelDay> {
        let day = |day: i64| ChannelDay { day, heard, heard_at: (day * DAY + 12) * HOUR_MS };
        (0..10).rev().map(day).collect()
    }

    fn since(days: &[ChannelDay], hours: i64) -> Option<i64> {
        let now = (9 * DAY + 12 + hours) * HOUR_MS;
        silent_since(days, 2 * HOUR_MS, now, |from, to| to - from)
    }

    #[test]
    fn a_busy_number_is_missed_soon_and_one_that_hears_little_much_later() {
        assert_eq!(since(&days(240), 1), None, "not for as long as is set");
        assert_eq!(since(&days(240), 2), Some((9 * DAY + 12) * HOUR_MS));
        assert_eq!(since(&days(12), 10), None, "one body in two hours may well be late");
        assert!(since(&days(12), 30).is_some());
    }

    #[test]
    fn nights_do_not_count_and_a_number_without_a_usual_is_not_missed() {
        let closed = silent_since(&days(240), 2 * HOUR_MS, 10 * DAY * HOUR_MS, |_, to| to.min(HOUR_MS));
        assert_eq!(closed, None);
        assert_eq!(since(&days(240)[..2], 9), None);
        assert_eq!(since(&[], 9), None);
    }
}

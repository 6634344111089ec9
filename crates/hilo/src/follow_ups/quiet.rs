//! The hours in which the business bothers nobody, by the clock on its wall.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ToSpan};
use workflow::{Interval, QuietRule};

/// So long before quiet hours begin, what they forbid is sent: all of it has left when they do.
const LEAD: SignedDuration = SignedDuration::from_mins(30);

/// When the quiet hours end in which a moment lies, if it lies in any.
pub(super) fn quiet_until(quiet: Option<Interval>, at: i64, zone: &TimeZone) -> Option<i64> {
    let (quiet, wall) = within(quiet, at, zone)?;
    let is_evening = is_over_midnight(quiet) && quiet.from <= minute(wall);
    let day = if is_evening { wall.date().tomorrow().ok()? } else { wall.date() };
    // Where the clock is turned back, the end may come by twice: it is over at the first.
    moment(day, quiet.to, zone).map(|end| end.max(at + 1))
}

/// When they began.
fn quiet_since(quiet: Option<Interval>, at: i64, zone: &TimeZone) -> Option<i64> {
    let (quiet, wall) = within(quiet, at, zone)?;
    let is_morning = is_over_midnight(quiet) && minute(wall) < quiet.to;
    let day = if is_morning { wall.date().yesterday().ok()? } else { wall.date() };
    moment(day, quiet.from, zone).map(|start| start.min(at))
}

/// Where something goes that is due at a moment: there, or where the rule says if that is quiet.
pub(super) fn out_of_quiet(quiet: Option<Interval>, rule: QuietRule, due: i64, now: i64, zone: &TimeZone) -> i64 {
    let Some(end) = quiet_until(quiet, due, zone) else { return due };
    match rule {
        QuietRule::After => end,
        QuietRule::Before => {
            let start = quiet_since(quiet, due, zone).unwrap_or(due) - LEAD.as_millis() as i64;
            if now <= start {
                start
            } else if now < due && quiet_until(quiet, now, zone).is_none() {
                now
            } else {
                end
            }
        }
    }
}

fn within(quiet: Option<Interval>, at: i64, zone: &TimeZone) -> Option<(Interval, DateTime)> {
    let quiet = quiet?;
    let wall = zone.to_datetime(Timestamp::from_millisecond(at).ok()?);
    let minute = minute(wall);
    let is_quiet = match is_over_midnight(quiet) {
        true => quiet.from <= minute || minute < quiet.to,
        false => quiet.from <= minute && minute < quiet.to,
    };
    is_quiet.then_some((quiet, wall))
}

fn is_over_midnight(quiet: Interval) -> bool {
    quiet.to <= quiet.from
}

fn minute(wall: DateTime) -> u16 {
    wall.hour() as u16 * 60 + wall.minute() as u16
}

/// A time of a day as a moment: what the clock skips is the moment after the gap, of what it repeats the first counts.
fn moment(day: Date, minute: u16, zone: &TimeZone) -> Option<i64> {
    let wall = day.to_datetime(jiff::civil::Time::midnight()).checked_add(i64::from(minute).minutes()).ok()?;
    Some(wall.to_zoned(zone.clone()).ok()?.timestamp().as_millisecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NIGHT: Option<Interval> = Some(Interval { from: 21 * 60, to: 8 * 60 });

    fn at(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    #[test]
    fn the_night_is_quiet_until_the_morning_on_both_sides_of_midnight() {
        let mexico = zone("America/Mexico_City");
        let morning = Some(at("2026-03-04T08:00:00-06:00"));
        assert_eq!(quiet_until(NIGHT, at("2026-03-03T21:00:00-06:00"), &mexico), morning);
        assert_eq!(quiet_until(NIGHT, at("2026-03-04T07:59:59-06:00"), &mexico), morning);
        assert_eq!(quiet_until(NIGHT, at("2026-03-03T20:59:59-06:00"), &mexico), None);
        assert_eq!(quiet_until(NIGHT, at("2026-03-04T08:00:00-06:00"), &mexico), None);
        assert_eq!(quiet_until(None, at("2026-03-04T03:00:00-06:00"), &mexico), None);
    }

    #[test]
    fn what_the_night_forbids_is_sent_the_evening_before_or_the_morning_after() {
        let mexico = zone("America/Mexico_City");
        let due = at("2026-03-04T06:30:00-06:00");
        let goes = |rule, now: &str| out_of_quiet(NIGHT, rule, due, at(now), &mexico);
        assert_eq!(goes(QuietRule::After, "2026-03-01T12:00:00-06:00"), at("2026-03-04T08:00:00-06:00"));
        assert_eq!(goes(QuietRule::Before, "2026-03-01T12:00:00-06:00"), at("2026-03-03T20:30:00-06:00"));
        let late = "2026-03-03T20:45:00-06:00";
        assert_eq!(goes(QuietRule::Before, late), at(late), "the evening is nearly over: at once");
        assert_eq!(goes(QuietRule::Before, "2026-03-03T23:00:00-06:00"), at("2026-03-04T08:00:00-06:00"));
        let noon = at("2026-03-04T12:00:00-06:00");
        assert_eq!(out_of_quiet(NIGHT, QuietRule::Before, noon, noon, &mexico), noon);
    }

    #[test]
    fn the_hours_are_those_of_the_wall_where_clocks_change() {
        let (santiago, new_york) = (zone("America/Santiago"), zone("America/New_York"));
        // The night from 5 to 6 September skips an hour in Santiago, that from 31 October to 1 November repeats one in New York.
        assert_eq!(
            quiet_until(NIGHT, at("2026-09-05T22:00:00-04:00"), &santiago),
            Some(at("2026-09-06T08:00:00-03:00"))
        );
        assert_eq!(
            quiet_until(NIGHT, at("2026-10-31T22:00:00-04:00"), &new_york),
            Some(at("2026-11-01T08:00:00-05:00"))
        );
        let ends_in_the_gap = Some(Interval { from: 21 * 60, to: 2 * 60 + 30 });
        let end = quiet_until(ends_in_the_gap, at("2026-03-08T01:00:00-05:00"), &new_york);
        assert_eq!(end, Some(at("2026-03-08T03:30:00-04:00")), "after the gap");
        let ends_twice = Some(Interval { from: 21 * 60, to: 90 });
        let end = quiet_until(ends_twice, at("2026-11-01T00:30:00-04:00"), &new_york);
        assert_eq!(end, Some(at("2026-11-01T01:30:00-04:00")), "the first of the two");
    }
}

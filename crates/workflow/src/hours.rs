//! When people are there: a week by the clock on the wall, and the days that are different.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Span, Timestamp, ToSpan, Zoned};

/// No calendar of holidays keeps a business closed for longer; after that it is taken as never opening again.
const FURTHEST_OPENING_DAYS: i32 = 400;

/// When a queue is open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hours {
    /// The intervals of each day, Monday first; a day without any is closed.
    pub week: [Vec<Interval>; 7],
    /// Days that do not follow the week.
    pub holidays: Vec<Holiday>,
}

/// A part of a day, by the clock on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Minutes since midnight at which it opens.
    pub from: u16,
    /// Minutes since midnight at which it closes; [`Interval::MIDNIGHT`] is the day's end.
    pub to: u16,
}

impl Interval {
    /// The end of a day.
    pub const MIDNIGHT: u16 = 24 * 60;
}

/// A day that does not follow the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holiday {
    /// Which day it is.
    pub date: HolidayDate,
    /// What people call it.
    pub name: String,
    /// When the business opens on it all the same; empty for not at all.
    pub open: Vec<Interval>,
}

/// Which day a holiday is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolidayDate {
    /// One day of one year.
    Once(Date),
    /// The same day of every year.
    EveryYear {
        /// 1 to 12.
        month: i8,
        /// 1 to 31.
        day: i8,
    },
}

/// A stretch of time in which it is open without a break.
pub(crate) struct Stretch {
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

impl Hours {
    /// Whether somebody is there: whether the clock on the wall reads a time at which the business is open.
    ///
    /// Where a clock is turned back, the repeated hour counts twice; where it is turned forward, the skipped hour not at all.
    pub fn is_open(&self, at: Timestamp, time_zone: &TimeZone) -> bool {
        let local = time_zone.to_datetime(at);
        let minute = local.hour() as u16 * 60 + local.minute() as u16;
        self.intervals(local.date()).iter().any(|interval| interval.from <= minute && minute < interval.to)
    }

    /// The first moment from `at` on at which it is open; `at` itself where it is. Nothing if it never opens again.
    pub fn next_opening(&self, at: Timestamp, time_zone: &TimeZone) -> Option<Timestamp> {
        self.stretches(at, time_zone).next().map(|stretch| stretch.from)
    }

    /// How much of the time between two moments it is open.
    pub fn open_between(&self, from: Timestamp, to: Timestamp, time_zone: &TimeZone) -> SignedDuration {
        let open = self.stretches(from, time_zone).take_while(|stretch| stretch.from < to);
        open.map(|stretch| stretch.from.duration_until(stretch.to.min(to))).sum()
    }

    /// The stretches of open time from `at` on, the first one cut at `at`.
    pub(crate) fn stretches(&self, at: Timestamp, time_zone: &TimeZone) -> impl Iterator<Item = Stretch> {
        let today = time_zone.to_datetime(at).date();
        // A clock turned back over midnight brings yesterday's last hour again.
        let days = (-1..FURTHEST_OPENING_DAYS).map_while(move |day| today.checked_add(day.days()).ok());
        days.flat_map(move |date| self.stretches_of(date, time_zone))
            .filter(move |stretch| at < stretch.to)
            .map(move |stretch| Stretch { from: stretch.from.max(at), to: stretch.to })
    }

    fn intervals(&self, date: Date) -> &[Interval] {
        match self.holidays.iter().find(|holiday| holiday.date.is(date)) {
            Some(holiday) => &holiday.open,
            None => &self.week[date.weekday().to_monday_zero_offset() as usize],
        }
    }

    /// The open time of one day, in order, as moments: what the clock on the wall skips is not among them, and what it
    /// repeats is there twice.
    fn stretches_of(&self, date: Date, time_zone: &TimeZone) -> Vec<Stretch> {
        let intervals = self.intervals(date);
        if intervals.is_empty() {
            return Vec::new();
        }
        let mut stretches: Vec<Stretch> = constant_offsets(date, time_zone)
            .iter()
            .flat_map(|part| intervals.iter().filter_map(|interval| part.meet(date, *interval)))
            .collect();
        stretches.sort_by_key(|stretch| stretch.from);
        stretches
    }
}

impl HolidayDate {
    fn is(self, date: Date) -> bool {
        match self {
            HolidayDate::Once(once) => once == date,
            HolidayDate::EveryYear { month, day } => date.month() == month && date.day() == day,
        }
    }
}

/// A part of a day during which the zone keeps one distance from UTC.
struct ConstantOffset {
    from: Timestamp,
    to: Timestamp,
    offset: Offset,
}

impl ConstantOffset {
    fn meet(&self, date: Date, interval: Interval) -> Option<Stretch> {
        let from = self.offset.to_timestamp(on_the_clock(date, interval.from)?).ok()?.max(self.from);
        let to = self.offset.to_timestamp(on_the_clock(date, interval.to)?).ok()?.min(self.to);
        (from < to).then_some(Stretch { from, to })
    }
}

fn on_the_clock(date: Date, minute: u16) -> Option<DateTime> {
    date.to_datetime(Time::midnight()).checked_add(i64::from(minute).minutes()).ok()
}

/// The day with a margin wider than any zone's distance from UTC, cut wherever that distance changes.
fn constant_offsets(date: Date, time_zone: &TimeZone) -> Vec<ConstantOffset> {
    let midnight_in_utc =
        date.to_datetime(Time::midnight()).to_zoned(TimeZone::UTC).map(|zoned: Zoned| zoned.timestamp());
    let Ok(midnight) = midnight_in_utc else { return Vec::new() };
    let margin = |hours: Span| midnight.checked_add(hours).ok();
    let (Some(start), Some(end)) = (margin((-26).hours()), margin(50.hours())) else { return Vec::new() };

    let mut parts = Vec::new();
    let mut from = start;
    for transition in time_zone.following(start).take_while(|transition| transition.timestamp() < end) {
        parts.push(ConstantOffset { from, to: transition.timestamp(), offset: time_zone.to_offset(from) });
        from = transition.timestamp();
    }
    parts.push(ConstantOffset { from, to: end, offset: time_zone.to_offset(from) });
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect("a zone of the bundled database")
    }

    fn at(moment: &str) -> Timestamp {
        moment.parse().expect("a moment")
    }

    fn every_day(from: u16, to: u16) -> Hours {
        Hours { week: std::array::from_fn(|_| vec![Interval { from, to }]), holidays: Vec::new() }
    }

    fn office() -> Hours {
        let mut hours = every_day(9 * 60, 18 * 60);
        hours.week[5] = Vec::new();
        hours.week[6] = Vec::new();
        hours
    }

    #[test]
    fn the_week_is_read_by_the_clock_on_the_wall_in_mexico_city() {
        let mexico = zone("America/Mexico_City");
        assert!(!office().is_open(at("2026-03-02T08:59:59-06:00"), &mexico));
        assert!(office().is_open(at("2026-03-02T09:00:00-06:00"), &mexico));
        assert!(office().is_open(at("2026-03-02T17:59:59-06:00"), &mexico));
        assert!(!office().is_open(at("2026-03-02T18:00:00-06:00"), &mexico));
        assert!(!office().is_open(at("2026-03-07T12:00:00-06:00"), &mexico));
    }

    #[test]
    fn after_friday_evening_comes_monday_morning() {
        let next = office().next_opening(at("2026-03-06T18:00:00-03:00"), &zone("America/Sao_Paulo"));
        assert_eq!(next, Some(at("2026-03-09T09:00:00-03:00")));
    }

    #[test]
    fn a_holiday_is_closed_or_short_and_the_week_goes_on_after_it() {
        let mut hours = office();
        let short = vec![Interval { from: 600, to: 720 }];
        hours.holidays = vec![
            Holiday { date: HolidayDate::EveryYear { month: 12, day: 25 }, name: "Navidad".into(), open: Vec::new() },
            Holiday {
                date: HolidayDate::Once("2026-12-24".parse().expect("a day")),
                name: "Víspera".into(),
                open: short,
            },
        ];
        let mexico = zone("America/Mexico_City");
        assert!(!hours.is_open(at("2026-12-24T09:30:00-06:00"), &mexico));
        assert!(hours.is_open(at("2026-12-24T10:30:00-06:00"), &mexico));
        let next = hours.next_opening(at("2026-12-24T12:00:00-06:00"), &mexico);
        assert_eq!(next, Some(at("2026-12-28T09:00:00-06:00")));
        assert!(!hours.is_open(at("2031-12-25T10:00:00-06:00"), &mexico));
    }

    #[test]
    fn an_opening_inside_the_hour_that_new_york_skips_is_the_moment_after_it() {
        let hours = every_day(2 * 60 + 30, 4 * 60);
        let next = hours.next_opening(at("2026-03-08T01:00:00-05:00"), &zone("America/New_York"));
        assert_eq!(next, Some(at("2026-03-08T03:00:00-04:00")));
    }

    #[test]
    fn the_hour_that_new_york_repeats_is_open_twice() {
        let (hours, new_york) = (every_day(60, 90), zone("America/New_York"));
        assert!(hours.is_open(at("2026-11-01T01:15:00-04:00"), &new_york));
        assert!(!hours.is_open(at("2026-11-01T01:45:00-04:00"), &new_york));
        assert!(hours.is_open(at("2026-11-01T01:15:00-05:00"), &new_york));
        let again = hours.next_opening(at("2026-11-01T01:45:00-04:00"), &new_york);
        assert_eq!(again, Some(at("2026-11-01T01:00:00-05:00")));
    }

    #[test]
    fn the_midnight_that_santiago_skips_opens_at_one() {
        let next = every_day(0, 60 * 8).next_opening(at("2026-09-05T22:00:00-04:00"), &zone("America/Santiago"));
        assert_eq!(next, Some(at("2026-09-06T01:00:00-03:00")));
    }

    #[test]
    fn the_hour_before_midnight_that_santiago_repeats_is_open_twice() {
        let (hours, santiago) = (every_day(23 * 60, Interval::MIDNIGHT), zone("America/Santiago"));
        let lengths: Vec<i64> = hours
            .stretches(at("2026-04-04T22:00:00-03:00"), &santiago)
            .take(3)
            .map(|stretch| stretch.from.duration_until(stretch.to).as_mins())
            .collect();
        assert_eq!(lengths, [60, 60, 60]);
        let second = hours.stretches(at("2026-04-04T22:00:00-03:00"), &santiago).nth(1).map(|stretch| stretch.to);
        assert_eq!(second, Some(at("2026-04-05T00:00:00-04:00")));
    }

    #[test]
    fn being_open_and_the_stretches_agree_at_every_minute_of_a_year_of_changes() {
        for name in ["America/New_York", "America/Santiago", "America/Sao_Paulo", "America/Mexico_City"] {
            let (hours, zone) = (every_day(45, 23 * 60 + 30), zone(name));
            // 2018: the last year in which all four changed their clocks.
            let start = at("2018-01-01T12:00:00Z");
            for quarter in 0..(365 * 96) {
                let moment = start + SignedDuration::from_mins(15 * quarter);
                let by_stretch = hours.next_opening(moment, &zone) == Some(moment);
                assert_eq!(hours.is_open(moment, &zone), by_stretch, "{name} {moment}");
            }
        }
    }

    #[test]
    fn what_is_open_between_two_moments_is_counted_over_nights_and_weekends() {
        let mexico = zone("America/Mexico_City");
        let between = |from: &str, to: &str| office().open_between(at(from), at(to), &mexico).as_hours();
        assert_eq!(between("2026-03-06T16:00:00-06:00", "2026-03-09T10:00:00-06:00"), 3);
        assert_eq!(between("2026-03-06T19:00:00-06:00", "2026-03-09T08:00:00-06:00"), 0);
        assert_eq!(between("2026-03-03T10:00:00-06:00", "2026-03-03T11:00:00-06:00"), 1);
    }

    #[test]
    fn a_week_without_an_open_day_never_opens() {
        assert_eq!(Hours::default().next_opening(at("2026-03-02T09:00:00Z"), &TimeZone::UTC), None);
    }
}

//! Named weeks and holidays.

use jiff::civil::Date;

use super::wording;
use crate::file::{HolidayFile, HoursFile, Word, WorkflowFile};
use crate::finding::Findings;
use crate::hours::{Holiday, HolidayDate, Hours, Interval};

/// The weeks by name; queues refer to them.
pub(super) fn opening(written: &WorkflowFile, found: &mut Findings) -> Vec<(String, Hours)> {
    let holidays: Vec<Holiday> = written.holidays.iter().filter_map(|day| holiday(day, found)).collect();
    let mut named = Vec::new();
    for (name, week) in &written.hours.0 {
        let days = days(&week.value, found);
        if days.iter().all(Vec::is_empty) {
            let message = format!(
                "the hours `{}` have no day on which they are open; add one like `monday: [09:00-18:00]`",
                name.value
            );
            found.error(name, "never-open", message);
        }
        let holidays = if week.value.works_holidays { Vec::new() } else { holidays.clone() };
        named.push((name.value.clone(), Hours { week: days, holidays }));
    }
    named
}

fn days(week: &HoursFile, found: &mut Findings) -> [Vec<Interval>; 7] {
    [&week.monday, &week.tuesday, &week.wednesday, &week.thursday, &week.friday, &week.saturday, &week.sunday]
        .map(|day| intervals(day, found))
}

fn intervals(written: &[Word], found: &mut Findings) -> Vec<Interval> {
    let mut intervals: Vec<Interval> = Vec::new();
    for word in written {
        let Some(interval) = interval(word, found) else { continue };
        if intervals.last().is_some_and(|before| interval.from < before.to) {
            let message = format!(
                "`{}` starts before the interval in front of it ends; put them in order without overlap",
                word.value
            );
            found.error(word, "interval-overlap", message);
        }
        intervals.push(interval);
    }
    intervals
}

fn interval(written: &Word, found: &mut Findings) -> Option<Interval> {
    let text = written.value.as_str();
    let Some((from, to)) = ends_of(text) else {
        found.error(written, "interval", format!("`{text}` is not an interval of a day; write it like `09:00-18:00`"));
        return None;
    };
    if to <= from {
        let message =
            format!("`{text}` ends before it starts; swap the two, and split a night at midnight into two days");
        found.error(written, "interval-order", message);
    }
    Some(Interval { from, to })
}

/// `09:00-18:00`, in minutes since midnight.
pub(super) fn ends_of(text: &str) -> Option<(u16, u16)> {
    let (from, to) = text.split_once('-')?;
    Some((minute_of_day(from)?, minute_of_day(to)?))
}

/// Minutes since midnight; `24:00` is the end of the day.
fn minute_of_day(text: &str) -> Option<u16> {
    let (hours, minutes) = text.trim().split_once(':')?;
    let two_digits = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hours) || minutes.len() != 2 || !two_digits(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let minute = hours * 60 + minutes;
    (minutes < 60 && minute <= Interval::MIDNIGHT).then_some(minute)
}

fn holiday(written: &HolidayFile, found: &mut Findings) -> Option<Holiday> {
    wording::not_blank(&written.name, found);
    let open = intervals(&written.open, found);
    let Some(date) = holiday_date(&written.date.value) else {
        let message = format!("`{}` is not a day; write `2026-12-25`, or `12-25` for every year", written.date.value);
        found.error(&written.date, "holiday", message);
        return None;
    };
    Some(Holiday { date, name: written.name.value.clone(), open })
}

fn holiday_date(text: &str) -> Option<HolidayDate> {
    let parts: Vec<&str> = text.split('-').collect();
    match parts.as_slice() {
        [_, _, _] => text.parse().ok().map(HolidayDate::Once),
        [month, day] => {
            // A leap year, so that 02-29 may be a holiday of every year that has one.
            let date = Date::new(2028, month.parse().ok()?, day.parse().ok()?).ok()?;
            Some(HolidayDate::EveryYear { month: date.month(), day: date.day() })
        }
        _ => None,
    }
}

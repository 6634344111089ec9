//! Opening hours and stretches of time, as people say them.

use workflow::{Hours, Interval};

use crate::http::drawn::Reader;

const MINUTE_MS: i64 = 60_000;

/// `Mon–Fri 09:00–18:00 · Sat 10:00–14:00`: days that are alike stand together, and closed ones are left out.
pub(super) fn week(reader: &Reader, hours: &Hours) -> String {
    let mut parts: Vec<(usize, usize, &[Interval])> = Vec::new();
    for (day, intervals) in hours.week.iter().enumerate() {
        match parts.last_mut() {
            Some((_, last, alike)) if *last + 1 == day && *alike == intervals.as_slice() => *last = day,
            Some(_) | None => parts.push((day, day, intervals)),
        }
    }
    let open = parts.into_iter().filter(|(_, _, intervals)| !intervals.is_empty());
    let said = open.map(|(first, last, intervals)| {
        let name = |day: usize| reader.say(&format!("weekday-{}", (day + 1) % 7)); // Monday first here, Sunday there
        let days = if first == last { name(first) } else { format!("{}–{}", name(first), name(last)) };
        let times: Vec<String> =
            intervals.iter().map(|part| format!("{}–{}", time(part.from), time(part.to))).collect();
        format!("{days} {}", times.join(", "))
    });
    let said: Vec<String> = said.collect();
    if said.is_empty() { reader.say("queues-closed") } else { said.join(" · ") }
}

fn time(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// `25 min`, `3 h`, `3 h 20 min`, `2 d`.
pub(super) fn span(reader: &Reader, ms: i64) -> String {
    let minutes = (ms / MINUTE_MS).max(0);
    let (hours, rest) = (minutes / 60, minutes % 60);
    match (hours, rest) {
        (0, _) => format!("{minutes} min"),
        (1..48, 0) => format!("{hours} h"),
        (1..48, _) => format!("{hours} h {rest} min"),
        _ => reader.say_with("queues-days", &[("days", &(hours / 24).to_string())]),
    }
}

#[cfg(test)]
mod tests {
    use domain::Language;
    use jiff::Timestamp;
    use jiff::tz::TimeZone;

    use super::*;

    #[test]
    fn days_that_are_alike_stand_together() {
        let reader = Reader { language: Language::En, zone: TimeZone::UTC, now: Timestamp::UNIX_EPOCH };
        let day = vec![Interval { from: 540, to: 1080 }];
        let mut hours = Hours { week: std::array::from_fn(|_| day.clone()), holidays: Vec::new() };
        hours.week[5] = vec![Interval { from: 600, to: 720 }, Interval { from: 780, to: 840 }];
        hours.week[6] = Vec::new();
        assert_eq!(week(&reader, &hours), "Mon–Fri 09:00–18:00 · Sat 10:00–12:00, 13:00–14:00");
        assert_eq!(span(&reader, 200 * MINUTE_MS), "3 h 20 min");
        assert_eq!([25, 60, 120].map(|minutes| span(&reader, minutes * MINUTE_MS)), ["25 min", "1 h", "2 h"]);
    }
}

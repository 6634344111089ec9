//! Putting a conversation aside: until the customer writes, until a moment, or until something changes that is kept of them.

use jiff::civil::{Time, Weekday, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use maud::{Markup, html};
use serde_json::{Value, json};
use store::Snooze;

use super::super::calls;
use super::super::thread::Thread;
use super::{Choice, choice};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;

/// More of them nobody looks through in a menu.
const MOST_RECORDS: usize = 8;
const MORNING: Time = time(9, 0, 0, 0);
const EVENING: Time = time(18, 0, 0, 0);

pub(super) fn render(view: &View, thread: &Thread) -> Markup {
    let path = calls::snooze(thread.conversation.id);
    let snoozed = thread.ticket.as_ref().and_then(|row| row.snoozed.as_ref());
    let title = view.say(if snoozed.is_some() { "inbox-snoozed" } else { "inbox-snooze" });
    html! {
        details.menu #menu-snooze {
            summary.round.on[snoozed.is_some()] aria-keyshortcuts="s" title=(title) aria-label=(title) { (icon(Sign::Snooze)) }
            div.sheet {
                @match snoozed {
                    Some(snooze) => {
                        p.soft { (waits_for(view, thread, snooze)) }
                        (choice(&Choice { digit: 1, path: &path, method: "DELETE", body: Value::Null, goes_on: false }, html! { (view.say("inbox-wake")) }))
                    },
                    None => (choices(view, thread, &path)),
                }
            }
        }
    }
}

/// Until they write, until a moment, until something that is kept of them changes. A message of theirs ends each of them.
fn choices(view: &View, thread: &Thread, path: &str) -> Markup {
    let choose = |digit, body| Choice { digit, path, method: "PUT", body, goes_on: true };
    let times = times(view.reader.now, &view.reader.zone);
    let behind = times.len() + 2;
    let kept = thread.beside.as_ref().map(|beside| beside.may_change(view)).unwrap_or_default();
    html! {
        (choice(&choose(1, json!({})), html! { (view.say("inbox-until-reply")) }))
        @for (place, (key, until)) in times.into_iter().enumerate() {
            (choice(&choose(place + 2, json!({ "until": until.as_millisecond() })), html! {
                (view.say(key)) " " small.soft { (view.reader.when(until.as_millisecond())) }
            }))
        }
        @if !kept.is_empty() { p.soft { (view.say("inbox-until-record")) } }
        @for (place, awaited) in kept.into_iter().take(MOST_RECORDS).enumerate() {
            (choice(&choose(behind + place, json!({ "record": awaited.record })), html! { bdi { (awaited.name) } }))
        }
    }
}

/// What brings it back.
fn waits_for(view: &View, thread: &Thread, snooze: &Snooze) -> String {
    let name = |record: &str| thread.beside.as_ref().and_then(|beside| beside.name_of(view, record));
    match (snooze.until, snooze.record.as_ref()) {
        (Some(until), _) => view.say_with("inbox-snoozed-until", &[("when", &view.reader.when(until))]),
        (None, Some(record)) => {
            let name = name(record).unwrap_or_else(|| view.say("inbox-snoozed-record"));
            view.say_with("inbox-snoozed-for", &[("record", &name)])
        }
        (None, None) => view.say("inbox-snoozed-reply"),
    }
}

/// When people want to see something again, as far as that is still to come.
fn times(now: Timestamp, zone: &TimeZone) -> Vec<(&'static str, Timestamp)> {
    let here = now.to_zoned(zone.clone());
    let at = |day: &Zoned, hour: Time| day.with().time(hour).build().ok().map(|at| at.timestamp());
    let tomorrow = here.checked_add(1.day()).ok();
    let monday = here.nth_weekday(1, Weekday::Monday).ok();
    let all = [
        ("inbox-until-hours", now.checked_add(3.hours()).ok()),
        ("inbox-until-evening", at(&here, EVENING)),
        ("inbox-until-tomorrow", tomorrow.and_then(|day| at(&day, MORNING))),
        ("inbox-until-monday", monday.and_then(|day| at(&day, MORNING))),
    ];
    all.into_iter().filter_map(|(key, at)| Some((key, at.filter(|at| now < *at)?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_comes_back_before_now_and_days_are_those_of_the_business() {
        let zone = TimeZone::get("America/Mexico_City").unwrap();
        // Friday, 20:00 there; Saturday in Greenwich.
        let told = times("2026-03-28T02:00:00Z".parse().unwrap(), &zone);
        let told: Vec<(&str, String)> = told.into_iter().map(|(key, at)| (key, at.to_string())).collect();
        assert_eq!(
            told,
            [
                ("inbox-until-hours", "2026-03-28T05:00:00Z".to_owned()),
                ("inbox-until-tomorrow", "2026-03-28T15:00:00Z".to_owned()),
                ("inbox-until-monday", "2026-03-30T15:00:00Z".to_owned()),
            ]
        );
    }
}

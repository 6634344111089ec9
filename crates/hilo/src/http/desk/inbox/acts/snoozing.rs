//! Putting a conversation aside: until it comes back by itself, or the customer writes.

use jiff::civil::{Time, Weekday, time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Zoned};
use maud::{Markup, html};
use serde_json::{Value, json};

use super::super::calls;
use super::super::thread::Thread;
use super::{Choice, choice};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;

const MORNING: Time = time(9, 0, 0, 0);
const EVENING: Time = time(18, 0, 0, 0);

pub(super) fn render(view: &View, thread: &Thread) -> Markup {
    let path = calls::snooze(thread.conversation.id);
    let snoozed = thread.ticket.as_ref().is_some_and(|row| row.snoozed.is_some());
    let choose = |digit, method, body| Choice { digit, path: &path, method, body, goes_on: true };
    let title = view.say(if snoozed { "inbox-snoozed" } else { "inbox-snooze" });
    html! {
        details.menu #menu-snooze {
            summary.round.on[snoozed] aria-keyshortcuts="s" title=(title) aria-label=(title) { (icon(Sign::Snooze)) }
            div.sheet {
                @if snoozed {
                    (choice(&Choice { goes_on: false, ..choose(1, "DELETE", Value::Null) }, html! { (view.say("inbox-wake")) }))
                } @else {
                    (choice(&choose(1, "PUT", json!({})), html! { (view.say("inbox-until-reply")) }))
                    @for (place, (key, until)) in times(view.reader.now, &view.reader.zone).into_iter().enumerate() {
                        (choice(&choose(place + 2, "PUT", json!({ "until": until.as_millisecond() })), html! {
                            (view.say(key)) " " small.soft { (view.reader.when(until.as_millisecond())) }
                        }))
                    }
                }
            }
        }
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

//! A week: a column for each day, from Monday on.

use std::collections::HashMap;

use domain::ids::{ContactId, WorkspaceId};
use domain::record::Appointment;
use jiff::Span;
use jiff::civil::Date;
use maud::{Markup, html};
use store::{ContactRow, Tx, Versioned};
use uuid::Uuid;

use super::super::{card, list};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::problem::Problem;

/// How many appointments a week shows at most.
const SHOWN: i64 = 500;
const DAYS: i64 = 7;

/// The days of a week with their beginnings, and the beginning of the next.
pub(super) struct Days {
    first: Date,
    begins: Vec<i64>,
}

impl Days {
    /// The week of a day such as `2026-12-24`; of today, unless one is asked for.
    pub(super) fn of(view: &View, asked: Option<&str>) -> Result<Days, Problem> {
        let today = view.reader.now.to_zoned(view.reader.zone.clone()).date();
        let day = asked.and_then(|day| day.parse::<Date>().ok()).unwrap_or(today);
        let first = later(day, -i64::from(day.weekday().to_monday_zero_offset()))?;
        let begins = (0..=DAYS).map(|nth| start_of(view, later(first, nth)?)).collect::<Result<_, _>>()?;
        Ok(Days { first, begins })
    }

    /// From when until when.
    pub(super) fn span(&self) -> (i64, i64) {
        (self.begins.first().copied().unwrap_or_default(), self.begins.last().copied().unwrap_or_default())
    }

    fn another(&self, weeks: i64) -> String {
        later(self.first, weeks * DAYS).unwrap_or(self.first).to_string()
    }
}

fn later(day: Date, days: i64) -> Result<Date, Problem> {
    day.checked_add(Span::new().days(days)).map_err(|_| no_such_day())
}

fn start_of(view: &View, day: Date) -> Result<i64, Problem> {
    let start = day.to_zoned(view.reader.zone.clone()).map_err(|_| no_such_day())?;
    Ok(start.timestamp().as_millisecond())
}

fn no_such_day() -> Problem {
    Problem::invalid("`day` is a day such as 2026-12-24, in a year that calendars know")
}

/// What begins in a week.
pub(super) struct Week {
    visits: Vec<Versioned<Appointment>>,
    people: HashMap<ContactId, ContactRow>,
}

impl Week {
    pub(super) fn read(tx: &mut Tx<'_>, workspace: WorkspaceId, (from, until): (i64, i64)) -> store::Result<Week> {
        let visits = tx.appointments_between(workspace, (from, Uuid::nil()), until, SHOWN)?;
        let people = list::people(tx, workspace, visits.iter().map(|kept| kept.record.contact))?;
        Ok(Week { visits, people })
    }
}

/// The way to other weeks.
pub(super) fn walk(view: &View, days: &Days) -> Markup {
    html! {
        (step(view, days, -1, Sign::Back, "record-week-before"))
        a.quiet href="?" { (view.say("inbox-today")) }
        (step(view, days, 1, Sign::Forward, "record-week-after"))
    }
}

fn step(view: &View, days: &Days, weeks: i64, sign: Sign, key: &str) -> Markup {
    let name = view.say(key);
    html! { a.round href={ "?day=" (days.another(weeks)) } aria-label=(name) title=(name) { (icon(sign)) } }
}

/// The week.
pub(super) fn render(view: &View, days: &Days, week: &Week) -> Markup {
    html! {
        div #calendar .week data-live {
            @if week.visits.is_empty() { (list::empty(view, "record-no-appointments")) }
            @for day in days.begins.windows(2) { (one_day(view, day, week)) }
        }
    }
}

fn one_day(view: &View, day: &[i64], week: &Week) -> Markup {
    let [from, until] = day else { return html! {} };
    let visits: Vec<_> = week.visits.iter().filter(|kept| (*from..*until).contains(&kept.record.starts_at)).collect();
    let is_today = view.reader.is_today(*from);
    html! {
        section.day-column.today[is_today].free[visits.is_empty()] {
            h2 { (view.reader.day(*from)) @if is_today { " " span.count { (view.say("inbox-today")) } } }
            @if !visits.is_empty() { ul.small-cards { @for kept in &visits { (visit(view, kept, &week.people)) } } }
        }
    }
}

fn visit(view: &View, kept: &Versioned<Appointment>, people: &HashMap<ContactId, ContactRow>) -> Markup {
    let visit = &kept.record;
    html! {
        li.small-card #{ "a-" (visit.id) } {
            p { time { (view.reader.clock(visit.starts_at)) } " " a href={ "/appointments/" (visit.id) } { bdi { (visit.service) } } }
            p.soft { (list::person(view, people, Some(visit.contact))) @if let Some(place) = &visit.place { " · " bdi { (place) } } }
            (card::appointment_status(view, kept))
        }
    }
}

//! Appointments: what is to come, day by day, and each of them.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Html;
use domain::ids::AppointmentId;
use domain::record::{Appointment, Record};
use jiff::civil::Date;
use maud::{Markup, html};
use store::{Stored, Tx, Versioned};
use uuid::Uuid;

use super::list::{self, Asked};
use super::past::{self, Past};
use super::{card, field};
use crate::http::desk::frame::{self, Place};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;

/// How many days a page shows, and how many appointments at most.
const DAYS: i64 = 7;
const SHOWN: i64 = 200;

/// `GET /appointments`.
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    view: View,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let today = view.reader.now.to_zoned(view.reader.zone.clone()).date();
    let first = asked.day.as_deref().and_then(|day| day.parse::<Date>().ok()).unwrap_or(today);
    let (from, until) = (start_of(&view, first)?, start_of(&view, later(first, DAYS)?)?);
    let workspace = view.workspace;
    let look = move |tx: &mut Tx<'_>| {
        let rows = tx.appointments_between(workspace, (from, Uuid::nil()), until, SHOWN)?;
        let people = list::people(tx, workspace, rows.iter().map(|kept| kept.record.contact))?;
        Ok((rows, people))
    };
    let (rows, people) = node.store.read(look).await?;
    let title = view.say("desk-appointments");
    let walk = html! {
        a.quiet href={ "?day=" (later(first, -DAYS)?) } { (view.say("record-week-before")) }
        a.quiet href="?" { (view.say("inbox-today")) }
        a.quiet href={ "?day=" (later(first, DAYS)?) } { (view.say("record-week-after")) }
    };
    let content = html! {
        main #main .page tabindex="-1" {
            (list::head(&title, &walk))
            div #calendar .calendar data-live {
                @if rows.is_empty() { (list::empty(&view, "record-no-appointments")) }
                @for visits in rows.chunk_by(|one, next| view.reader.is_same_day(one.record.starts_at, next.record.starts_at)) {
                    section.card {
                        h2 { (day(&view, visits)) }
                        ul.small-cards {
                            @for kept in visits {
                                li.visit #{ "a-" (kept.record.id) } {
                                    time { (view.reader.clock(kept.record.starts_at)) }
                                    div {
                                        p { a href={ "/appointments/" (kept.record.id) } { bdi { (kept.record.service) } }
                                            " · " (list::person(&view, &people, Some(kept.record.contact))) }
                                        @if let Some(place) = &kept.record.place { p.soft { bdi { (place) } } }
                                        (card::appointment_status(&view, kept))
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(Html(frame::page(&view, &title, Place::Appointments, content).into_string()))
}

fn day(view: &View, visits: &[Versioned<Appointment>]) -> Markup {
    let at = visits.first().map_or(view.now(), |kept| kept.record.starts_at);
    html! { (if view.reader.is_today(at) { view.say("inbox-today") } else { view.reader.day(at) }) }
}

fn later(day: Date, days: i64) -> Result<Date, Problem> {
    day.checked_add(jiff::Span::new().days(days)).map_err(|_| no_such_day())
}

fn start_of(view: &View, day: Date) -> Result<i64, Problem> {
    let start = day.to_zoned(view.reader.zone.clone()).map_err(|_| no_such_day())?;
    Ok(start.timestamp().as_millisecond())
}

fn no_such_day() -> Problem {
    Problem::invalid("`day` is a day such as 2026-12-24, in a year that calendars know")
}

/// `GET /appointments/{id}`.
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    view: View,
    Path(id): Path<String>,
) -> Result<Html<String>, Problem> {
    let id: AppointmentId = id.parse().map_err(|_| Problem::missing("appointment"))?;
    let workspace = view.workspace;
    let look = move |tx: &mut Tx<'_>| {
        let Some(kept) = Appointment::one(tx, workspace, id.0)? else { return Ok(None) };
        let people = list::people(tx, workspace, std::iter::once(kept.record.contact))?;
        let past = Past::read(tx, workspace, kept.record.reference())?;
        Ok(Some((kept, people, tx.users(workspace)?, past)))
    };
    let (kept, people, users, told) = node.store.read(look).await?.ok_or_else(|| Problem::missing("appointment"))?;
    let (visit, of) = (&kept.record, field::Of::new(format!("/appointments/{id}"), kept.version));
    let fields = html! {
        section.card {
            (card::appointment_status(&view, &kept))
            (field::text(&view, &of, "service", Some(&visit.service)))
            (field::moment(&view, &of, "starts_at", &visit.local(visit.starts_at), &visit.time_zone))
            (field::moment(&view, &of, "ends_at", &visit.local(visit.ends_at), &visit.time_zone))
            (field::text(&view, &of, "time_zone", Some(&visit.time_zone)))
            (field::text(&view, &of, "place", visit.place.as_deref()))
            (card::owner(&view, &of, &users, visit.owner))
            dl.known {
                div { dt { (crate::explain::record::field(view.reader.language, "contact_id")) }
                    dd { (list::person(&view, &people, Some(visit.contact))) } }
            }
        }
    };
    let sheet = list::sheet(&view, "/appointments", &visit.service, &fields, &past::render(&view, &told));
    Ok(Html(frame::page(&view, &visit.service, Place::Appointments, sheet).into_string()))
}

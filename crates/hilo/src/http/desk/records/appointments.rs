//! Appointments: week by week or as a list, and each of them.

mod rows;
mod week;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Html;
use domain::ids::AppointmentId;
use domain::record::{Appointment, Record};
use maud::html;
use store::{Stored, Tx};

use super::list::{self, Asked};
use super::past::{self, Past};
use super::{card, field};
use crate::http::desk::frame::{self, Place};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;
use rows::Rows;
use week::{Days, Week};

/// `GET /appointments`.
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    view: View,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let is_list = asked.show.as_deref() == Some("list");
    let title = view.say("desk-appointments");
    let (walk, shown) = if is_list {
        let workspace = view.workspace;
        let rows = node.store.read(move |tx| Rows::read(tx, workspace, &asked)).await?;
        (html! {}, rows::render(&view, &rows))
    } else {
        let (days, workspace) = (Days::of(&view, asked.day.as_deref())?, view.workspace);
        let span = days.span();
        let week = node.store.read(move |tx| Week::read(tx, workspace, span)).await?;
        (week::walk(&view, &days), week::render(&view, &days, &week))
    };
    let content = html! {
        main #main .page.wide[!is_list] tabindex="-1" {
            (list::head(&title, &html! {
                (walk)
                (list::ways(&view, &[("?", "record-as-week", !is_list), ("?show=list", "record-as-list", is_list)]))
            }))
            (shown)
        }
    };
    Ok(Html(frame::page(&view, &title, Place::Appointments, content).into_string()))
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

//! The list: every appointment, or those of a status, the newest first.

use std::collections::HashMap;

use domain::ids::{AppointmentId, ContactId, WorkspaceId};
use domain::record::{Appointment, AppointmentStatus, Noun};
use maud::{Markup, html};
use store::{AppointmentsOf, ContactRow, Tx, Versioned};

use super::super::card;
use super::super::list::{self, Asked, PAGE};
use crate::explain::record;
use crate::http::desk::view::View;

/// A page of them.
pub(super) struct Rows {
    status: Option<AppointmentStatus>,
    visits: Vec<Versioned<Appointment>>,
    people: HashMap<ContactId, ContactRow>,
}

impl Rows {
    pub(super) fn read(tx: &mut Tx<'_>, workspace: WorkspaceId, asked: &Asked) -> store::Result<Rows> {
        let status = asked.status.as_deref().and_then(|status| status.parse::<AppointmentStatus>().ok());
        let after = asked.after.as_deref().and_then(|id| id.parse::<AppointmentId>().ok());
        let which = status.map_or(AppointmentsOf::All, AppointmentsOf::Status);
        let visits = tx.appointments(workspace, which, after, PAGE)?;
        let people = list::people(tx, workspace, visits.iter().map(|kept| kept.record.contact))?;
        Ok(Rows { status, visits, people })
    }
}

/// The choice of a status, and the rows.
pub(super) fn render(view: &View, rows: &Rows) -> Markup {
    let options = card::statuses_of(view, Noun::Appointment, AppointmentStatus::ALL.iter().map(|status| status.name()));
    let chosen = rows.status.map(AppointmentStatus::name);
    let query = chosen.map(|status| format!("&status={status}")).unwrap_or_default();
    html! {
        (list::tabs(view, "show=list", chosen, &options))
        div #appointments data-live {
            @if rows.visits.is_empty() { (list::empty(view, "record-no-visits")) } @else {
                ul.people-list { @for kept in &rows.visits { (row(view, kept, &rows.people)) } }
                (list::more(view, rows.visits.len(), rows.visits.last().map(|kept| kept.record.id.to_string()), &format!("&show=list{query}")))
            }
        }
    }
}

fn row(view: &View, kept: &Versioned<Appointment>, people: &HashMap<ContactId, ContactRow>) -> Markup {
    let visit = &kept.record;
    html! {
        li #{ "a-" (visit.id) } {
            a href={ "/appointments/" (visit.id) } {
                strong.name { bdi { (visit.service) } }
                span.soft { @if let Some(row) = people.get(&visit.contact) { bdi { (list::name(view, row)) } } }
                span.state.{ "is-" (visit.status.name().replace('_', "-")) } {
                    (record::status(view.reader.language, Noun::Appointment, visit.status.name()))
                }
                time.at { (view.reader.day_and_clock(visit.starts_at)) }
            }
        }
    }
}

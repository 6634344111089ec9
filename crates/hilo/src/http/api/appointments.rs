//! Meetings at a time, and what became of them.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::ids::{AppointmentId, ContactId, InteractionId, UserId};
use domain::record::{Appointment, AppointmentStatus};
use serde::{Deserialize, Serialize};
use store::{AppointmentsOf, Versioned};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::Answer;
use super::page::{Asked, Page, filter};
use super::record::{self, Place, SHORT, asked_id, at_most, given, needed};
use super::schemas::{AppointmentStatusName, Id, Time};
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::ids;
use crate::inbox::Refusal;
use crate::node::Node;
use crate::records::{Trail, change, create as create_record, set_appointment_status};

/// A meeting with a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Appointment)]
pub(crate) struct AppointmentView {
    #[schema(value_type = Id)]
    id: AppointmentId,
    #[schema(value_type = Id)]
    contact_id: ContactId,
    /// What for.
    #[schema(example = "Examen de la vista")]
    service: String,
    /// Where.
    place: Option<String>,
    #[schema(value_type = Time)]
    starts_at: i64,
    #[schema(value_type = Time)]
    ends_at: i64,
    /// In which zone people read its time.
    #[schema(example = "America/Mexico_City")]
    time_zone: String,
    #[schema(value_type = AppointmentStatusName)]
    status: AppointmentStatus,
    /// The person of yours who sees to it.
    #[schema(value_type = Option<Id>)]
    owner_id: Option<UserId>,
    /// Named by whoever changes it.
    version: i64,
    #[schema(value_type = Time)]
    created_at: i64,
    #[schema(value_type = Time)]
    updated_at: i64,
}

impl From<Versioned<Appointment>> for AppointmentView {
    fn from(kept: Versioned<Appointment>) -> Self {
        let Versioned { record: visit, version, created_at, updated_at } = kept;
        AppointmentView {
            id: visit.id,
            contact_id: visit.contact,
            service: visit.service,
            place: visit.place,
            starts_at: visit.starts_at,
            ends_at: visit.ends_at,
            time_zone: visit.time_zone,
            status: visit.status,
            owner_id: visit.owner,
            version,
            created_at,
            updated_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// With this person.
    #[param(value_type = Option<Id>)]
    contact_id: Option<String>,
    /// Of this status.
    #[param(value_type = Option<AppointmentStatusName>)]
    status: Option<String>,
    /// That begin at this moment or later, in the order of their beginning.
    #[param(value_type = Option<Time>)]
    from: Option<i64>,
    /// Together with `from`: and before this moment.
    #[param(value_type = Option<Time>)]
    until: Option<i64>,
    /// What was made or changed since, the longest ago first.
    #[param(value_type = Option<Time>)]
    changed_since: Option<i64>,
}

/// Appointments, the newest first.
#[utoipa::path(get, path = "/appointments", tag = "appointments", operation_id = "list_appointments", params(Asked, Filter), responses((status = 200, body = Page<AppointmentView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(filter): Query<Filter>,
) -> Answer<Page<AppointmentView>> {
    if let Some(since) = filter.changed_since {
        return record::changed_since::<Appointment, AppointmentView>(&node, &caller, &asked, since).await;
    }
    let (workspace, limit) = (caller.workspace, asked.limit()?);
    if let Some(from) = filter.from {
        let after = asked.cursor::<Place>()?.unwrap_or(Place(from, Uuid::nil()));
        let until = filter.until.unwrap_or(i64::MAX);
        let rows = node.store.read(move |tx| tx.appointments_between(workspace, after.into(), until, limit)).await?;
        let place = |kept: &Versioned<Appointment>| Place(kept.record.starts_at, kept.record.id.0).to_string();
        return Ok(Json(Page::of(rows, limit, place, AppointmentView::from)));
    }
    let (which, before) = (wanted(&filter)?, asked.cursor::<AppointmentId>()?);
    let rows = node.store.read(move |tx| tx.appointments(workspace, which, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |kept| kept.record.id.to_string(), AppointmentView::from)))
}

fn wanted(asked: &Filter) -> Result<AppointmentsOf, Problem> {
    let status = filter::<AppointmentStatus>("status", asked.status.as_deref())?;
    match (&asked.contact_id, status) {
        (None, None) => Ok(AppointmentsOf::All),
        (Some(id), None) => Ok(AppointmentsOf::Contact(asked_id("contact_id", id)?)),
        (None, Some(status)) => Ok(AppointmentsOf::Status(status)),
        (Some(_), Some(_)) => Err(Problem::invalid("ask by one of `contact_id`, `status` and `from`, not by several")),
    }
}

/// One appointment.
#[utoipa::path(get, path = "/appointments/{id}", tag = "appointments", operation_id = "get_appointment", responses((status = 200, body = AppointmentView)))]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<AppointmentView> {
    record::one::<Appointment, AppointmentView>(&node, &caller, &id).await
}

/// A meeting to be agreed on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AppointmentWish {
    #[schema(value_type = Id)]
    contact_id: ContactId,
    /// What for.
    #[schema(min_length = 1, max_length = 200, example = "Examen de la vista")]
    service: String,
    /// Where.
    #[serde(default)]
    #[schema(max_length = 200)]
    place: Option<String>,
    #[schema(value_type = Time)]
    starts_at: i64,
    /// After it begins, and within a week.
    #[schema(value_type = Time)]
    ends_at: i64,
    /// In which zone people read its time; that of the business unless given.
    #[serde(default)]
    #[schema(example = "America/Mexico_City")]
    time_zone: Option<String>,
    /// The person of yours who sees to it.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    owner_id: Option<UserId>,
    /// The matter that caused it.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    interaction_id: Option<InteractionId>,
}

/// Books an appointment.
#[utoipa::path(post, path = "/appointments", tag = "appointments", operation_id = "create_appointment", request_body = AppointmentWish, responses((status = 201, description = "The appointment, scheduled.", body = AppointmentView)))]
pub(super) async fn create(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body: wish, attempt }: Posted<AppointmentWish>,
) -> Result<Response, Problem> {
    let workflow = node.workflows.of(caller.workspace)?;
    let here = || workflow.workflow.business.time_zone.iana_name().unwrap_or("UTC").to_owned();
    let visit = Appointment {
        id: AppointmentId(ids::fresh()),
        contact: wish.contact_id,
        service: needed("service", wish.service, SHORT)?,
        place: at_most("place", wish.place, SHORT)?,
        starts_at: wish.starts_at,
        ends_at: wish.ends_at,
        time_zone: wish.time_zone.unwrap_or_else(here),
        status: AppointmentStatus::Scheduled,
        owner: wish.owner_id,
    };
    visit.check_times().map_err(|error| Problem::invalid(error.to_string()))?;
    let trail = Trail::new(&node, caller.workspace, &caller.actor(), wish.interaction_id);
    let shown = |kept: &Versioned<Appointment>| AppointmentView::from(kept.clone());
    attempt.once(StatusCode::CREATED, shown, |once| create_record(&node, caller.workspace, visit, trail, once)).await
}

/// What is to be different about an appointment; a field that is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AppointmentPatch {
    /// The version that you saw.
    version: i64,
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    contact_id: Option<ContactId>,
    /// What for.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    service: Option<String>,
    /// Where; null if nobody says.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 200)]
    place: Option<Option<String>>,
    /// Without `ends_at`, it takes as long as before.
    #[serde(default)]
    #[schema(value_type = Option<Time>)]
    starts_at: Option<i64>,
    #[serde(default)]
    #[schema(value_type = Option<Time>)]
    ends_at: Option<i64>,
    #[serde(default)]
    #[schema(example = "America/Mexico_City")]
    time_zone: Option<String>,
    /// The person of yours who sees to it.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Id>)]
    owner_id: Option<Option<UserId>>,
    /// The matter that caused the change.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    interaction_id: Option<InteractionId>,
}

/// Moves an appointment to another time, or puts something else about it right.
#[utoipa::path(
    patch,
    path = "/appointments/{id}",
    tag = "appointments",
    operation_id = "change_appointment",
    request_body = AppointmentPatch,
    responses(
        (status = 200, description = "The appointment as it is now.", body = AppointmentView),
        (status = 412, description = "It was changed meanwhile."),
    )
)]
pub(super) async fn change_one(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: patch, .. }: Posted<AppointmentPatch>,
) -> Answer<AppointmentView> {
    let edit = record::edit::<Appointment>(&node, &caller, &id, patch.version, patch.interaction_id)?;
    let service = patch.service.map(|service| needed("service", service, SHORT)).transpose()?;
    let place = patch.place.map(|place| at_most("place", place, SHORT)).transpose()?;
    let edited = move |_: &mut store::Tx<'_>, old: &Appointment| {
        let starts_at = patch.starts_at.unwrap_or(old.starts_at);
        let as_long = starts_at.saturating_add(old.ends_at - old.starts_at);
        let new = Appointment {
            id: old.id,
            contact: patch.contact_id.unwrap_or(old.contact),
            service: service.clone().unwrap_or_else(|| old.service.clone()),
            place: place.clone().unwrap_or_else(|| old.place.clone()),
            starts_at,
            ends_at: patch.ends_at.unwrap_or(as_long),
            time_zone: patch.time_zone.clone().unwrap_or_else(|| old.time_zone.clone()),
            status: old.status,
            owner: patch.owner_id.unwrap_or(old.owner),
        };
        Ok(new.check_times().map(|()| new).map_err(|error| Refusal::Invalid(error.to_string())))
    };
    Ok(Json(change(&node, caller.workspace, edit, edited).await?.into()))
}

/// What became of an appointment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AppointmentMove {
    /// The version that you saw.
    version: i64,
    #[schema(value_type = AppointmentStatusName)]
    status: AppointmentStatus,
    /// The matter that caused it.
    #[serde(default)]
    #[schema(value_type = Option<Id>)]
    interaction_id: Option<InteractionId>,
}

/// Confirms or cancels an appointment, says that it took place or that nobody came, or schedules it again.
#[utoipa::path(
    put,
    path = "/appointments/{id}/status",
    tag = "appointments",
    operation_id = "set_appointment_status",
    request_body = AppointmentMove,
    responses(
        (status = 200, description = "The appointment as it is now.", body = AppointmentView),
        (status = 409, description = "From where it stands it does not become that."),
        (status = 412, description = "It was changed meanwhile."),
    )
)]
pub(super) async fn set_status(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: to, .. }: Posted<AppointmentMove>,
) -> Answer<AppointmentView> {
    let edit = record::edit::<Appointment>(&node, &caller, &id, to.version, to.interaction_id)?;
    Ok(Json(set_appointment_status(&node, caller.workspace, edit, to.status).await?.into()))
}

//! Records as they stand beside a person: small, and with the one thing that is changed most.

use domain::record::{Appointment, AppointmentStatus, Deal, Noun, Order, Pipeline, StageKind};
use maud::{Markup, html};
use serde_json::json;
use store::Versioned;

use super::field::{self, amount};
use crate::explain::record;
use crate::http::desk::view::View;

/// A deal with the stage that it stands in.
pub(super) fn deal(view: &View, kept: &Versioned<Deal>, pipelines: &[Versioned<Pipeline>]) -> Markup {
    let deal = &kept.record;
    html! {
        li.small-card #{ "d-" (deal.id) } {
            p { a href={ "/deals/" (deal.id) } { bdi { (deal.title) } }
                @if let Some(money) = deal.amount { " " span.soft { (amount(view, money)) } } }
            (stage(view, kept, pipelines))
        }
    }
}

/// Where a deal stands; another one is chosen in place, and one that is lost is asked why.
pub(super) fn stage(view: &View, kept: &Versioned<Deal>, pipelines: &[Versioned<Pipeline>]) -> Markup {
    let deal = &kept.record;
    let Some(pipeline) = pipelines.iter().map(|kept| &kept.record).find(|pipeline| pipeline.id == deal.pipeline) else {
        return html! {};
    };
    html! {
        form.editable data-edit={ "/deals/" (deal.id) "/stage" } data-method="PUT" data-version=(kept.version) data-kind="text" {
            label { span { (record::field(view.reader.language, "stage")) }
                select name="stage" {
                    @for stage in &pipeline.stages {
                        option value=(stage.id) selected[stage.id == deal.stage] data-needs=[(stage.kind == StageKind::Lost).then_some("reason")] {
                            (record::stage(view.reader.language, &stage.id, &stage.name))
                        }
                    }
                } }
            label data-needed="reason" hidden[deal.state.reason().is_none()] {
                span { (record::field(view.reader.language, "lost_reason")) }
                input name="reason" maxlength="200" autocomplete="off" value=[deal.state.reason()] placeholder=(view.say("record-why-lost"));
            }
            (field::saves())
        }
    }
}

/// An appointment with what can become of it.
pub(super) fn appointment(view: &View, kept: &Versioned<Appointment>) -> Markup {
    let visit = &kept.record;
    html! {
        li.small-card #{ "a-" (visit.id) } {
            p { a href={ "/appointments/" (visit.id) } { bdi { (visit.service) } }
                " " time.soft { (view.reader.day_and_clock(visit.starts_at)) } }
            (appointment_status(view, kept))
        }
    }
}

/// What became of an appointment, with buttons for what can.
pub(super) fn appointment_status(view: &View, kept: &Versioned<Appointment>) -> Markup {
    let visit = &kept.record;
    let path = format!("/appointments/{}/status", visit.id);
    let named = |status: AppointmentStatus| status.name();
    let next = visit.status.next(visit.starts_at, view.now()).into_iter().map(named).collect::<Vec<_>>();
    statuses(view, Noun::Appointment, &path, kept.version, named(visit.status), &next)
}

/// An order with how far it is.
pub(super) fn order(view: &View, kept: &Versioned<Order>) -> Markup {
    let order = &kept.record;
    html! {
        li.small-card #{ "o-" (order.id) } {
            p { a href={ "/orders/" (order.id) } { bdi { (view.say_with("record-order-number", &[("number", &order.number)])) } }
                @if let Some(money) = order.total { " " span.soft { (amount(view, money)) } } }
            (order_status(view, kept))
        }
    }
}

/// How far an order is, with buttons for what comes next.
pub(super) fn order_status(view: &View, kept: &Versioned<Order>) -> Markup {
    let order = &kept.record;
    let path = format!("/orders/{}/status", order.id);
    let next: Vec<&str> = order.status.next().into_iter().map(|status| status.name()).collect();
    statuses(view, Noun::Order, &path, kept.version, order.status.name(), &next)
}

fn statuses(view: &View, noun: Noun, path: &str, version: i64, status: &str, next: &[&str]) -> Markup {
    let named = |status: &str| record::status(view.reader.language, noun, status);
    html! {
        div.status {
            span.state.{ "is-" (status.replace('_', "-")) } { (named(status)) }
            @for to in next {
                button.chip type="button" data-act=(path) data-method="PUT" data-body=(json!({ "version": version, "status": to })) {
                    (named(to))
                }
            }
        }
    }
}

/// Every status that a list can be of, with what it is called.
pub(super) fn statuses_of<'a>(view: &View, noun: Noun, all: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
    all.map(|status| (status.to_owned(), record::status(view.reader.language, noun, status))).collect()
}

/// The person of ours who sees to a record.
pub(super) fn owner(
    view: &View,
    of: &field::Of,
    users: &[store::UserRow],
    chosen: Option<domain::ids::UserId>,
) -> Markup {
    let nobody = (String::new(), view.say("record-nobody"));
    let named = users.iter().map(|user| (user.id.to_string(), user.name.clone()));
    let options: Vec<(String, String)> = std::iter::once(nobody).chain(named).collect();
    field::choice(view, of, "owner_id", &options, &chosen.map(|id| id.to_string()).unwrap_or_default())
}

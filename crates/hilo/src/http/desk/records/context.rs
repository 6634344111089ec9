//! What is known of a person beside a conversation, and on their own page: tickets, deals, appointments, orders, what happened last, notes.

mod waits;

use domain::contact::IdentityKind;
use domain::follow_up::FollowUpState;
use domain::ids::{ContactId, TicketId, WorkspaceId, ticket_reference};
use domain::interaction::TicketState;
use domain::record::{Appointment, Company, Deal, Note, Noun, Order, Pipeline, RecordRef};
use maud::{Markup, html};
use serde_json::json;
use store::{
    AppointmentsOf, DealsOf, EventRow, FollowUpPlace, FollowUpRow, FollowUpsOf, OrdersOf, TicketRow, Tx, Versioned,
};

use super::field::Among;
use super::{card, field, list, past};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;

pub(crate) use super::field::usual_currency;

/// How many of each are shown.
const SHOWN: i64 = 10;
/// What happened last.
const LAST: i64 = 5;

/// What is kept of a person.
pub(crate) struct Beside {
    contact: ContactId,
    /// What amounts are usually of.
    currency: &'static str,
    company: Option<Versioned<Company>>,
    tickets: Vec<TicketRow>,
    deals: Vec<Versioned<Deal>>,
    pipelines: Vec<Versioned<Pipeline>>,
    appointments: Vec<Versioned<Appointment>>,
    orders: Vec<Versioned<Order>>,
    follow_ups: Vec<FollowUpRow>,
    events: Vec<EventRow>,
    notes: Vec<Versioned<Note>>,
}

impl Beside {
    /// Reads it all.
    pub(crate) fn read(
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        contact: ContactId,
        currency: &'static str,
    ) -> store::Result<Beside> {
        let threads = tx.conversations(workspace, Some(contact), None, SHOWN)?;
        let tickets: Vec<TicketId> =
            threads.iter().flat_map(|thread| [thread.ticket, thread.last_ticket]).flatten().collect();
        let record = RecordRef { noun: Noun::Contact, id: contact.0 };
        Ok(Beside {
            contact,
            currency,
            company: tx.company_of(workspace, contact)?,
            tickets: if tickets.is_empty() { Vec::new() } else { tx.tickets_by_id(workspace, &tickets)? },
            deals: tx.deals(workspace, &DealsOf::Contact(contact), None, SHOWN)?,
            pipelines: tx.pipelines(workspace)?,
            appointments: tx.appointments(workspace, AppointmentsOf::Contact(contact), None, SHOWN)?,
            orders: tx.orders(workspace, OrdersOf::Contact(contact), None, SHOWN)?,
            follow_ups: planned(tx, workspace, contact)?,
            events: tx.events(workspace, contact, LAST)?,
            notes: tx.record_notes(workspace, record, None, SHOWN)?,
        })
    }
}

/// What waits to be said without being asked, the nearest first.
fn planned(tx: &mut Tx<'_>, workspace: WorkspaceId, contact: ContactId) -> store::Result<Vec<FollowUpRow>> {
    let mut rows = Vec::new();
    for state in [FollowUpState::Pending, FollowUpState::Held] {
        let which = FollowUpsOf::Contact(contact, Some(state));
        rows.extend(tx.follow_ups(workspace, which, &FollowUpPlace::last(), SHOWN)?);
    }
    rows.sort_by_key(|row| row.look_at);
    Ok(rows)
}

/// All of it, each kind with a way to add another.
pub(crate) fn render(view: &View, beside: &Beside) -> Markup {
    html! {
        (company(view, beside))
        (tickets(view, &beside.tickets))
        (deals(view, beside))
        (appointments(view, beside))
        (orders(view, beside))
        (follow_ups(view, &beside.follow_ups))
        (past::notes(view, RecordRef { noun: Noun::Contact, id: beside.contact.0 }, &beside.notes))
        (last(view, &beside.events))
    }
}

/// For whom they work.
fn company(view: &View, beside: &Beside) -> Markup {
    let of = field::Of::new(format!("/contacts/{}", beside.contact), 0);
    let known = beside.company.as_ref().map(|kept| (kept.record.id.to_string(), kept.record.name.as_str()));
    let chosen = known.as_ref().map(|(id, name)| (id.as_str(), *name));
    html! { section.card { (field::lookup(view, &of, "company_id", Among::Companies, chosen)) } }
}

/// What is open, and what they said of what is not.
fn tickets(view: &View, tickets: &[TicketRow]) -> Markup {
    let (open, closed): (Vec<&TicketRow>, Vec<_>) = tickets.iter().partition(|row| row.state == TicketState::Open);
    let rated: Vec<_> = closed.into_iter().filter_map(|row| Some((row, row.score?))).collect();
    html! {
        @if !open.is_empty() || !rated.is_empty() {
            section.card {
                h2 { (view.say(if open.is_empty() { "record-rated" } else { "record-tickets" })) }
                ul.small-cards {
                    @for row in open { (ticket(view, row, None)) }
                    @for (row, score) in rated { (ticket(view, row, Some(score))) }
                }
            }
        }
    }
}

fn ticket(view: &View, row: &TicketRow, score: Option<i64>) -> Markup {
    html! {
        li.small-card #{ "t-" (row.ticket.id) } {
            p { strong { (ticket_reference(row.ticket.id)) } " "
                span.soft { (view.explainer().queue(&row.ticket.queue)) } }
            p.soft dir="auto" { (row.ticket.subject) }
            @if let Some(score) = score { p { (view.say_with("record-score", &[("score", &score.to_string())])) } }
        }
    }
}

fn deals(view: &View, beside: &Beside) -> Markup {
    let fields = html! {
        input type="hidden" name="contact_id" value=(beside.contact);
        (list::input(view, "title", "text", true))
        label { span { (crate::explain::record::field(view.reader.language, "amount")) }
            (field::amount_inputs(view, "amount", None, beside.currency)) }
    };
    let cards = html! { @for kept in &beside.deals { (card::deal(view, kept, &beside.pipelines)) } };
    part(view, Sign::Deal, "desk-deals", "record-new-deal", "/deals", &fields, &cards)
}

fn appointments(view: &View, beside: &Beside) -> Markup {
    let zone = view.reader.zone.iana_name().unwrap_or("UTC");
    let fields = html! {
        input type="hidden" name="contact_id" value=(beside.contact);
        (list::input(view, "service", "text", true))
        label { span { (crate::explain::record::field(view.reader.language, "starts_at")) }
            input type="datetime-local" name="starts_at" required data-zone=(zone) data-lasts="ends_at"; }
        label { span { (view.say("record-minutes")) }
            input type="number" name="minutes" value="30" min="5" max="1440" required; }
    };
    let mut sorted: Vec<&Versioned<Appointment>> = beside.appointments.iter().collect();
    // What is to come first, the nearest on top; then what was.
    sorted.sort_by_key(|kept| {
        let begins = kept.record.starts_at;
        if view.now() <= begins { (false, begins) } else { (true, -begins) }
    });
    let cards = html! { @for kept in sorted { (card::appointment(view, kept)) } };
    part(view, Sign::Calendar, "desk-appointments", "record-new-appointment", "/appointments", &fields, &cards)
}

fn orders(view: &View, beside: &Beside) -> Markup {
    let fields = html! {
        input type="hidden" name="contact_id" value=(beside.contact);
        (list::input(view, "number", "text", true))
        label { span { (crate::explain::record::field(view.reader.language, "total")) }
            (field::amount_inputs(view, "total", None, beside.currency)) }
    };
    let cards = html! { @for kept in &beside.orders { (card::order(view, kept)) } };
    part(view, Sign::Order, "desk-orders", "record-new-order", "/orders", &fields, &cards)
}

fn part(view: &View, sign: Sign, title: &str, new: &str, path: &str, fields: &Markup, cards: &Markup) -> Markup {
    html! {
        section.card {
            div.card-top {
                h2 { (icon(sign)) (view.say(title)) }
                details.menu {
                    summary.round aria-label=(view.say(new)) title=(view.say(new)) { span aria-hidden="true" { "+" } }
                    form.sheet.create data-create=(path) { (fields) button.primary type="submit" { (view.say("record-create")) } }
                }
            }
            ul.small-cards { (cards) }
        }
    }
}

fn follow_ups(view: &View, rows: &[FollowUpRow]) -> Markup {
    html! {
        @if !rows.is_empty() {
            section.card {
                h2 { (view.say("follow-up-title")) }
                ul.small-cards {
                    @for row in rows {
                        li.small-card {
                            @let name = view.explainer().follow_up(&row.key.rule);
                            @let when = view.reader.when(row.look_at.unwrap_or(row.due_at));
                            p { @match row.because {
                                Some(because) if row.state == FollowUpState::Held => {
                                    (view.say_with("follow-up-kept", &[("name", &name), ("why", &view.explainer().because(because)), ("when", &when)]))
                                }
                                _ => (view.say_with("follow-up-next", &[("name", &name), ("when", &when)])),
                            } }
                            button.chip type="button" data-act={ "/follow-ups/" (row.key) "/skip" } data-method="POST" data-body="{}" {
                                (view.say("follow-up-skip"))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn last(view: &View, events: &[EventRow]) -> Markup {
    html! {
        @if !events.is_empty() {
            section.card {
                h2 { (view.say("record-last")) }
                ol.past {
                    @for event in events.iter().rev() {
                        li #{ "l-" (event.id) } {
                            p dir="auto" { (view.explainer().step(&event.step)) }
                            p.soft { bdi { (event.by) } " · " time { (view.reader.when(event.at)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Name, language and consent of a person, changed in place.
pub(super) fn identity(view: &View, row: &store::ContactRow) -> Markup {
    let of = field::Of::new(format!("/contacts/{}", row.contact.id), 0);
    let languages: Vec<(String, String)> = std::iter::once((String::new(), view.say("record-unknown")))
        .chain(domain::Language::ALL.map(|one| (one.to_string(), view.say(&format!("language-{one}")))))
        .collect();
    let out = row.contact.opted_out_at.is_some();
    html! {
        section.card {
            (field::text(view, &of, "name", row.contact.name.as_deref()))
            (field::choice(view, &of, "language", &languages, &row.contact.language.map(|one| one.to_string()).unwrap_or_default()))
            dl.known {
                @for known in &row.identities {
                    div { dt { (view.say(kind_of(known.identity.kind))) }
                        dd { bdi { (known.identity.value) } } }
                }
                div { dt { (view.say("inbox-consent")) }
                    dd.alarm[out] { (view.say(if out { "inbox-opted-out" } else { "inbox-not-opted-out" })) " "
                        button.chip type="button" data-act=(of.path) data-method="PATCH" data-body=(json!({ "opted_out": !out })) {
                            (view.say(if out { "record-allow" } else { "record-opt-out" }))
                        } } }
                div { dt { (view.say("inbox-known-since")) } dd { (view.reader.day(row.created_at)) } }
            }
        }
    }
}

pub(super) fn kind_of(kind: IdentityKind) -> &'static str {
    match kind {
        IdentityKind::Phone => "inbox-identity-phone",
        IdentityKind::UserId | IdentityKind::ParentUserId => "inbox-identity-user-id",
        IdentityKind::Email => "inbox-identity-email",
        IdentityKind::ExternalId => "inbox-identity-external",
    }
}

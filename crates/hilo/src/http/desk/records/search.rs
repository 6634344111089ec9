//! The search across everything.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Html;
use domain::ids::ticket_reference;
use domain::search::Query as Looked;
use maud::{Markup, html};

use super::field::amount;
use super::list::{self, Asked, LONGEST};
use crate::http::desk::frame::{self, Place};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;
use crate::search::{Found, Scope, search};

const SHOWN: i64 = 20;

/// `GET /search`.
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    view: View,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let typed: String = asked.q.unwrap_or_default().chars().take(LONGEST).collect();
    let looked = Looked::parse(&typed);
    let is_empty = looked.words.is_empty() && !looked.has_filters();
    let scope = Scope::of(&node, view.workspace, Some(view.person.user));
    let found = node.store.read(move |tx| search(tx, &scope, &looked, SHOWN)).await?;
    let title = view.say("desk-search");
    let content = html! {
        main #main .page tabindex="-1" {
            header.page-top {
                h1 { (title) }
                form.find role="search" {
                    (icon(Sign::Search))
                    input #search type="search" name="q" value=(typed) data-finds placeholder=(view.say("record-find"))
                        aria-label=(view.say("record-find")) autocomplete="off" autofocus[is_empty];
                }
            }
            p.soft { (view.say("record-find-help")) }
            div #found data-live { (results(&view, &found, is_empty)) }
        }
    };
    Ok(Html(frame::page(&view, &title, Place::Search, content).into_string()))
}

fn results(view: &View, found: &Found, is_empty: bool) -> Markup {
    let groups = [
        group(
            view,
            Sign::People,
            "desk-contacts",
            found.contacts.iter().map(|row| {
                let known = row.identities.first().map(|one| one.identity.value.clone());
                let standing = row.provisional_at.map(|_| view.say("provisional-tag"));
                let beside: Vec<String> = known.into_iter().chain(standing).collect();
                (format!("/contacts/{}", row.contact.id), list::name(view, row), Some(beside.join(" · ")))
            }),
        ),
        group(
            view,
            Sign::Inbox,
            "desk-inbox",
            found.conversations.iter().map(|row| {
                let address = row.phone.clone().or_else(|| row.user_id.clone());
                let name = row.profile_name.clone().or_else(|| address.clone());
                (format!("/inbox/{}", row.id), name.unwrap_or_else(|| view.say("nobody")), address)
            }),
        ),
        group(
            view,
            Sign::Done,
            "record-tickets",
            found.tickets.iter().map(|row| {
                let link = format!("/inbox/{}", row.ticket.conversation);
                (link, ticket_reference(row.ticket.id), Some(row.ticket.subject.clone()))
            }),
        ),
        group(
            view,
            Sign::Company,
            "desk-companies",
            found.companies.iter().map(|kept| {
                (format!("/companies/{}", kept.record.id), kept.record.name.clone(), kept.record.domain.clone())
            }),
        ),
        group(
            view,
            Sign::Deal,
            "desk-deals",
            found.deals.iter().map(|kept| {
                let worth = kept.record.amount.map(|money| amount(view, money));
                (format!("/deals/{}", kept.record.id), kept.record.title.clone(), worth)
            }),
        ),
        group(
            view,
            Sign::Calendar,
            "desk-appointments",
            found.appointments.iter().map(|kept| {
                let when = view.reader.day_and_clock(kept.record.starts_at);
                (format!("/appointments/{}", kept.record.id), kept.record.service.clone(), Some(when))
            }),
        ),
        group(
            view,
            Sign::Order,
            "desk-orders",
            found.orders.iter().map(|kept| {
                let status = crate::explain::record::status(
                    view.reader.language,
                    domain::record::Noun::Order,
                    kept.record.status.name(),
                );
                (format!("/orders/{}", kept.record.id), kept.record.number.clone(), Some(status))
            }),
        ),
    ];
    let nothing = groups.iter().all(Option::is_none);
    html! {
        @for group in groups.into_iter().flatten() { (group) }
        @if nothing && !is_empty { (list::empty(view, "record-nothing-found")) }
    }
}

fn group(
    view: &View,
    sign: Sign,
    title: &str,
    rows: impl Iterator<Item = (String, String, Option<String>)>,
) -> Option<Markup> {
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() {
        return None;
    }
    Some(html! {
        section.card.found {
            h2 { (icon(sign)) (view.say(title)) }
            ul.people-list {
                @for (link, name, beside) in rows {
                    li { a href=(link) { strong.name dir="auto" { (name) } span.soft dir="auto" { (beside.unwrap_or_default()) } } }
                }
            }
        }
    })
}

//! People: all of them, or whom the search finds.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Html;
use domain::ids::ContactId;
use domain::search::Query as Looked;
use maud::{Markup, html};
use store::{ContactRow, Tx};

use super::import;
use super::list::{self, Asked, LONGEST, PAGE};
use super::provisional;
use crate::http::desk::frame::{self, Place};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::drawn::initials;
use crate::http::problem::Problem;
use crate::node::Node;
use crate::search::{Scope, people};

/// `GET /contacts`.
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    view: View,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let workspace = view.workspace;
    let after: Option<ContactId> = asked.after.as_deref().and_then(|id| id.parse().ok());
    let typed: String = asked.q.unwrap_or_default().chars().take(LONGEST).collect();
    let (looked, scope) = (Looked::parse(&typed), Scope::of(&node, workspace, Some(view.person.user)));
    let is_search = !typed.trim().is_empty();
    let shown = match asked.show.as_deref() {
        _ if is_search => Shown::Found,
        Some("provisional") => Shown::Provisional,
        Some(_) | None => Shown::Records,
    };
    let find = move |tx: &mut Tx<'_>| {
        let rows = match shown {
            Shown::Found => people(tx, &scope, &looked, PAGE)?,
            Shown::Provisional => tx.provisional_contacts(workspace, after, PAGE)?,
            Shown::Records => tx.contacts(workspace, after, PAGE)?,
        };
        Ok((rows, !tx.provisional_contacts(workspace, None, 1)?.is_empty()))
    };
    let (rows, has_provisional) = node.store.read(find).await?;
    let title = view.say("desk-contacts");
    let content = html! {
        main #main .page tabindex="-1" {
            (list::head(&title, &head(&view, &typed)))
            @if has_provisional || shown == Shown::Provisional { (ways(&view, shown)) }
            (table(&view, &rows, shown))
        }
    };
    Ok(Html(frame::page(&view, &title, Place::Contacts, content).into_string()))
}

/// Who is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shown {
    Records,
    /// Who is known and no record yet.
    Provisional,
    Found,
}

fn ways(view: &View, shown: Shown) -> Markup {
    list::ways(
        view,
        &[
            ("/contacts", "provisional-records", shown == Shown::Records),
            ("/contacts?show=provisional", "provisional-others", shown == Shown::Provisional),
        ],
    )
}

fn head(view: &View, typed: &str) -> Markup {
    let fields = html! { (list::input(view, "name", "text", false)) (list::input(view, "phone", "tel", true)) };
    html! {
        form.find role="search" {
            (icon(Sign::Search))
            input #search type="search" name="q" value=(typed) data-finds placeholder=(view.say("record-find-person"))
                aria-label=(view.say("record-find-person")) autocomplete="off";
        }
        a.quiet href="/contacts/duplicates" { (view.say("duplicates-title")) }
        (import::entrance(view))
        (list::creation(view, "record-new-contact", "/contacts", None, &fields))
    }
}

fn table(view: &View, rows: &[ContactRow], shown: Shown) -> Markup {
    let (nobody, query) = match shown {
        Shown::Records => ("record-no-contacts", ""),
        Shown::Provisional => ("provisional-nobody", "&show=provisional"),
        Shown::Found => ("record-nobody-found", ""),
    };
    html! {
        div #contacts data-live {
            @if rows.is_empty() {
                (list::empty(view, nobody))
            } @else {
                ul.people-list {
                    @for row in rows { (person(view, row)) }
                }
                @if shown != Shown::Found { (list::more(view, rows.len(), rows.last().map(|row| row.contact.id.to_string()), query)) }
            }
        }
    }
}

fn person(view: &View, row: &ContactRow) -> Markup {
    let name = list::name(view, row);
    html! {
        li #{ "c-" (row.contact.id) } {
            a href={ "/contacts/" (row.contact.id) } {
                span.avatar aria-hidden="true" { (initials(&name)) }
                strong.name { bdi { (name) } }
                span.soft { @if let Some(known) = row.identities.first() { bdi { (known.identity.value) } } }
                span.soft { @if let Some(language) = row.contact.language { (view.say(&format!("language-{language}"))) } }
                (provisional::tag(view, row))
                @if row.contact.opted_out_at.is_some() { span.alarm { (view.say("inbox-opted-out")) } }
                time.at { (view.reader.day(row.created_at)) }
            }
        }
    }
}

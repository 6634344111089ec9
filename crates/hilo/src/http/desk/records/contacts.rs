//! People: all of them, or who is called like that or has that number.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::response::Html;
use domain::contact::Identity;
use domain::ids::{ContactId, WorkspaceId};
use domain::{PhoneNumber, Region};
use maud::{Markup, html};
use store::{ContactRow, Tx};

use super::list::{self, Asked, PAGE};
use crate::http::desk::frame::{self, Place};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::drawn::initials;
use crate::http::problem::Problem;
use crate::node::Node;

/// `GET /contacts`.
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    view: View,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let workspace = view.workspace;
    let after: Option<ContactId> = asked.after.as_deref().and_then(|id| id.parse().ok());
    let wanted = asked.q.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let region = node.channels.iter().find(|channel| channel.workspace == workspace).map(|channel| channel.region);
    let text = wanted.clone();
    let rows = node.store.read(move |tx| find(tx, workspace, text.as_deref(), region, after)).await?;
    let title = view.say("desk-contacts");
    let content = html! {
        main #main .page tabindex="-1" {
            (list::head(&title, &head(&view, wanted.as_deref())))
            (table(&view, &rows, wanted.is_some()))
        }
    };
    Ok(Html(frame::page(&view, &title, Place::Contacts, content).into_string()))
}

/// A number in any format, a user id, or how a name begins.
fn find(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    text: Option<&str>,
    region: Option<Region>,
    after: Option<ContactId>,
) -> store::Result<Vec<ContactRow>> {
    let Some(text) = text else { return tx.contacts(workspace, after, PAGE) };
    if let Ok(phone) = PhoneNumber::parse(text, region.unwrap_or(Region::MX)) {
        let found = tx.contacts_of_phone(workspace, &phone)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let known = tx.contacts_of(workspace, &Identity::user_id(text))?;
    if known.is_empty() { tx.contacts_named(workspace, text, PAGE) } else { Ok(known) }
}

fn head(view: &View, wanted: Option<&str>) -> Markup {
    let fields = html! { (list::input(view, "name", "text", false)) (list::input(view, "phone", "tel", true)) };
    html! {
        form.find role="search" {
            (icon(Sign::Search))
            input #search type="search" name="q" value=[wanted] placeholder=(view.say("record-find-person"))
                aria-label=(view.say("record-find-person")) autocomplete="off";
        }
        (list::creation(view, "record-new-contact", "/contacts", None, &fields))
    }
}

fn table(view: &View, rows: &[ContactRow], is_search: bool) -> Markup {
    html! {
        div #contacts data-live {
            @if rows.is_empty() {
                (list::empty(view, if is_search { "record-nobody-found" } else { "record-no-contacts" }))
            } @else {
                ul.people-list {
                    @for row in rows { (person(view, row)) }
                }
                @if !is_search { (list::more(view, rows.len(), rows.last().map(|row| row.contact.id.to_string()), "")) }
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
                @if row.contact.opted_out_at.is_some() { span.alarm { (view.say("inbox-opted-out")) } }
                time.at { (view.reader.day(row.created_at)) }
            }
        }
    }
}

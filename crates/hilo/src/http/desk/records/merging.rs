//! One person under two contacts: found, looked at side by side, made one, and taken apart again.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use domain::ids::{ContactId, WorkspaceId};
use domain::search::Query as Wanted;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::json;
use store::{ContactRow, MergeRow, Tx};

use super::likeness::{self, Likeness};
use super::list;
use crate::http::desk::frame::{self, Place};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;
use crate::search::{Scope, search};

/// How many are offered, and how many merges of a person are told.
const SHOWN: i64 = 12;

/// Who else it could be.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    q: Option<String>,
    with: Option<String>,
}

struct Compared {
    own: Likeness,
    other: Option<Likeness>,
    found: Vec<ContactRow>,
    merges: Vec<(MergeRow, Option<String>)>,
}

/// `GET /contacts/{id}/merge`.
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    view: View,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let id: ContactId = id.parse().map_err(|_| Problem::missing("contact"))?;
    let with: Option<ContactId> = asked.with.as_deref().and_then(|id| id.parse().ok());
    let wanted = asked.q.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let (workspace, scope) = (view.workspace, Scope::of(&node, view.workspace, None));
    let text = wanted.clone();
    let look = move |tx: &mut Tx<'_>| {
        let Some(own) = Likeness::read(tx, workspace, id)? else { return Ok(None) };
        let other = with.map(|id| Likeness::read(tx, workspace, id)).transpose()?.flatten();
        let mut found = match &text {
            Some(text) => search(tx, &scope, &Wanted::parse(text), SHOWN)?.contacts,
            None => Vec::new(),
        };
        found.retain(|row| row.contact.id != own.id());
        let merges = standing(tx, workspace, own.id())?;
        Ok(Some(Compared { other: other.filter(|other| other.id() != own.id()), own, found, merges }))
    };
    let compared = node.store.read(look).await?.ok_or_else(|| Problem::missing("contact"))?;
    if compared.own.id() != id {
        return Ok(Redirect::to(&format!("/contacts/{}/merge", compared.own.id())).into_response());
    }
    let title = view.say("merge-title");
    let content = html! {
        main #main .page tabindex="-1" {
            header.page-top {
                a.round href={ "/contacts/" (id) } aria-label=(view.say("record-back")) { (icon(Sign::Back)) }
                h1 { (title) }
            }
            p.soft { (view.say("merge-lead")) }
            div #merging .merging data-live { (sides(&view, &compared)) (offered(&view, &compared, wanted.as_deref())) (past(&view, &compared.merges)) }
        }
    };
    Ok(Html(frame::page(&view, &title, Place::Contacts, content).into_string()).into_response())
}

/// The merges that made a person who they are and can be undone, with what the other one was called.
pub(super) fn standing(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: ContactId,
) -> store::Result<Vec<(MergeRow, Option<String>)>> {
    let rows = tx.standing_merges(workspace, id, SHOWN)?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<ContactId> = rows.iter().map(|row| row.merge.merged).collect();
    let people = tx.contacts_by_id(workspace, &ids)?;
    let name = |id: ContactId| people.iter().find(|row| row.contact.id == id).and_then(|row| row.contact.name.clone());
    Ok(rows.into_iter().map(|row| (row.clone(), name(row.merge.merged))).collect())
}

fn sides(view: &View, compared: &Compared) -> Markup {
    let Some(other) = &compared.other else {
        return html! { div.side-by-side { (likeness::render(view, &compared.own, &html! {})) } };
    };
    html! {
        div.side-by-side {
            (likeness::render(view, &compared.own, &keep(view, &compared.own, other, "primary")))
            (likeness::render(view, other, &keep(view, other, &compared.own, "quiet")))
        }
    }
}

/// The same person, who goes on as this one.
pub(super) fn keep(view: &View, survivor: &Likeness, merged: &Likeness, class: &str) -> Markup {
    let name = survivor.name(view);
    html! {
        button class=(class) type="button" data-act={ "/contacts/" (survivor.id()) "/merges" } data-method="POST"
            data-body=(json!({ "contact_id": merged.id() })) {
            (view.say_with("merge-keep", &[("name", &name)]))
        }
    }
}

fn offered(view: &View, compared: &Compared, wanted: Option<&str>) -> Markup {
    html! {
        form.find role="search" {
            (icon(Sign::Search))
            input #search type="search" name="q" value=[wanted] placeholder=(view.say("record-find-person"))
                aria-label=(view.say("merge-find")) autocomplete="off";
        }
        @if wanted.is_some() && compared.found.is_empty() { (list::empty(view, "record-nobody-found")) }
        ul.people-list {
            @for row in &compared.found {
                li #{ "m-" (row.contact.id) } {
                    a href={ "?with=" (row.contact.id) } {
                        strong.name { bdi { (list::name(view, row)) } }
                        @for known in row.identities.iter().take(3) { span.soft { bdi { (known.identity.value) } } }
                    }
                }
            }
        }
    }
}

/// What was merged, each with its way back.
pub(super) fn past(view: &View, merges: &[(MergeRow, Option<String>)]) -> Markup {
    html! {
        @if !merges.is_empty() {
            section.card {
                h2 { (view.say("merge-past")) }
                ul.plain-list {
                    @for (row, name) in merges {
                        li #{ "g-" (row.merge.id) } {
                            div.grow {
                                p { bdi { (name.clone().unwrap_or_else(|| view.say("nobody"))) } }
                                p.soft { bdi { (row.merge.by) } " · " time { (view.reader.when(row.merge.at)) } }
                            }
                            button.quiet type="button" data-act={ "/merges/" (row.merge.id) } data-method="DELETE" { (view.say("merge-undo")) }
                        }
                    }
                }
            }
        }
    }
}

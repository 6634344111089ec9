//! Companies: the list, and each with its deals.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Html;
use domain::ids::CompanyId;
use domain::record::{Company, Record};
use maud::{Markup, html};
use store::{ContactRow, DealsOf, Stored, Tx};

use super::list::{self, Asked, PAGE};
use super::past::{self, Past};
use super::{card, field};
use crate::http::desk::frame::{self, Place};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::drawn::initials;
use crate::http::problem::Problem;
use crate::node::Node;

/// `GET /companies`.
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    view: View,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let (workspace, after) = (view.workspace, asked.after.as_deref().and_then(|id| id.parse::<CompanyId>().ok()));
    let rows = node.store.read(move |tx| tx.companies(workspace, after, PAGE)).await?;
    let title = view.say("desk-companies");
    let fields = html! {
        (list::input(&view, "name", "text", true)) (list::input(&view, "domain", "text", false))
        (list::input(&view, "phone", "tel", false))
    };
    let content = html! {
        main #main .page tabindex="-1" {
            (list::head(&title, &list::creation(&view, "record-new-company", "/companies", Some("/companies/"), &fields)))
            div #companies data-live {
                @if rows.is_empty() { (list::empty(&view, "record-no-companies")) } @else {
                    ul.people-list {
                        @for kept in &rows {
                            li #{ "co-" (kept.record.id) } {
                                a href={ "/companies/" (kept.record.id) } {
                                    strong.name { bdi { (kept.record.name) } }
                                    span.soft { @if let Some(domain) = &kept.record.domain { bdi { (domain) } } }
                                    span.soft { @if let Some(phone) = &kept.record.phone { bdi { (phone) } } }
                                    time.at { (view.reader.day(kept.created_at)) }
                                }
                            }
                        }
                    }
                    (list::more(&view, rows.len(), rows.last().map(|kept| kept.record.id.to_string()), ""))
                }
            }
        }
    };
    Ok(Html(frame::page(&view, &title, Place::Companies, content).into_string()))
}

/// `GET /companies/{id}`.
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    view: View,
    Path(id): Path<String>,
) -> Result<Html<String>, Problem> {
    let id: CompanyId = id.parse().map_err(|_| Problem::missing("company"))?;
    let workspace = view.workspace;
    let look = move |tx: &mut Tx<'_>| {
        let Some(kept) = Company::one(tx, workspace, id.0)? else { return Ok(None) };
        let deals = tx.deals(workspace, &DealsOf::Company(id), None, PAGE)?;
        let people = tx.contacts_of_company(workspace, id, None, PAGE)?;
        let past = Past::read(tx, workspace, kept.record.reference())?;
        Ok(Some((kept, people, deals, tx.pipelines(workspace)?, past)))
    };
    let found = node.store.read(look).await?.ok_or_else(|| Problem::missing("company"))?;
    let (kept, people, deals, pipelines, told) = found;
    let of = field::Of::new(format!("/companies/{id}"), kept.version);
    let fields = html! {
        section.card {
            (field::text(&view, &of, "name", Some(&kept.record.name)))
            (field::text(&view, &of, "domain", kept.record.domain.as_deref()))
            (field::text(&view, &of, "phone", kept.record.phone.as_deref()))
        }
        (staff(&view, &people))
        section.card {
            h2 { (icon(Sign::Deal)) (view.say("desk-deals")) }
            @if deals.is_empty() { p.soft { (view.say("record-company-no-deals")) } }
            ul.small-cards { @for kept in &deals { (card::deal(&view, kept, &pipelines)) } }
        }
    };
    let sheet = list::sheet(&view, "/companies", &kept.record.name, &fields, &past::render(&view, &told));
    Ok(Html(frame::page(&view, &kept.record.name, Place::Companies, sheet).into_string()))
}

/// Who works there.
fn staff(view: &View, people: &[ContactRow]) -> Markup {
    html! {
        section.card {
            h2 { (icon(Sign::People)) (view.say("desk-contacts")) }
            @if people.is_empty() { p.soft { (view.say("record-company-no-people")) } }
            ul.plain-list {
                @for row in people {
                    @let name = list::name(view, row);
                    li #{ "c-" (row.contact.id) } {
                        span.avatar aria-hidden="true" { (initials(&name)) }
                        a.grow href={ "/contacts/" (row.contact.id) } { bdi { (name) } }
                        @if let Some(known) = row.identities.first() { span.soft { bdi { (known.identity.value) } } }
                    }
                }
            }
        }
    }
}

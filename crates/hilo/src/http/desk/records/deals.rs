//! Deals: as a board with a column for each stage or as a list, and each deal.

mod board;
mod rows;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Html;
use domain::ids::DealId;
use domain::record::{Company, Deal, Pipeline, Record};
use maud::{Markup, html};
use store::{Stored, Tx, Versioned};

use super::card;
use super::field::{self, Among, usual_currency};
use super::list::{self, Asked};
use super::past::{self, Past};
use crate::explain::record;
use crate::http::desk::frame::{self, Place};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;
use board::Board;
use rows::Rows;

enum Shown {
    Board(Board),
    List(Rows),
}

/// `GET /deals`.
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    view: View,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let workspace = view.workspace;
    let look = move |tx: &mut Tx<'_>| {
        let pipelines = tx.pipelines(workspace)?;
        let wanted = pipelines.iter().position(|kept| Some(&kept.record.id) == asked.pipeline.as_ref()).unwrap_or(0);
        let first = Pipeline::first();
        let pipeline = pipelines.get(wanted).map_or(&first, |kept| &kept.record);
        let shown = match asked.show.as_deref() {
            Some("list") => Shown::List(Rows::read(tx, workspace, &asked)?),
            _ => Shown::Board(Board::read(tx, workspace, pipeline)?),
        };
        Ok((wanted, shown, pipelines))
    };
    let (wanted, shown, pipelines) = node.store.read(look).await?;
    let title = view.say("desk-deals");
    let is_list = matches!(shown, Shown::List(_));
    let content = html! {
        main #main .page.wide[!is_list] tabindex="-1" {
            (list::head(&title, &html! {
                (list::ways(&view, &[("?", "record-as-board", !is_list), ("?show=list", "record-as-list", is_list)]))
                (creation(&node, &view, pipelines.get(wanted)))
            }))
            @match &shown {
                Shown::Board(board) => { (chosen(&view, &pipelines, wanted)) (board::render(&view, board)) },
                Shown::List(rows) => (rows::render(&view, rows, &pipelines)),
            }
        }
    };
    Ok(Html(frame::page(&view, &title, Place::Deals, content).into_string()))
}

/// Which pipeline, where there are several.
fn chosen(view: &View, pipelines: &[Versioned<Pipeline>], wanted: usize) -> Markup {
    html! {
        @if 1 < pipelines.len() {
            nav.tabs aria-label=(record::field(view.reader.language, "pipeline")) {
                @for (nth, kept) in pipelines.iter().enumerate() {
                    a href={ "?pipeline=" (kept.record.id) } aria-current=[(nth == wanted).then_some("true")] {
                        bdi { (record::pipeline(view.reader.language, &kept.record)) }
                    }
                }
            }
        }
    }
}

fn creation(node: &Node, view: &View, pipeline: Option<&Versioned<Pipeline>>) -> Markup {
    let fields = html! {
        @if let Some(kept) = pipeline { input type="hidden" name="pipeline" value=(kept.record.id); }
        (list::input(view, "title", "text", true))
        label { span { (record::field(view.reader.language, "amount")) }
            (field::amount_inputs(view, "amount", None, usual_currency(node, view))) }
    };
    list::creation(view, "record-new-deal", "/deals", None, &fields)
}

/// `GET /deals/{id}`.
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    view: View,
    Path(id): Path<String>,
) -> Result<Html<String>, Problem> {
    let id: DealId = id.parse().map_err(|_| Problem::missing("deal"))?;
    let workspace = view.workspace;
    let look = move |tx: &mut Tx<'_>| {
        let Some(kept) = Deal::one(tx, workspace, id.0)? else { return Ok(None) };
        let people = list::people(tx, workspace, kept.record.contact.into_iter())?;
        let company = kept.record.company.map_or(Ok(None), |id| Company::one(tx, workspace, id.0))?;
        let past = Past::read(tx, workspace, kept.record.reference())?;
        Ok(Some((kept, people, company, tx.pipelines(workspace)?, tx.users(workspace)?, past)))
    };
    let found = node.store.read(look).await?.ok_or_else(|| Problem::missing("deal"))?;
    let (kept, people, company, pipelines, users, told) = found;
    let (deal, of) = (&kept.record, field::Of::new(format!("/deals/{id}"), kept.version));
    let person = deal.contact.and_then(|id| Some((id.to_string(), list::name(&view, people.get(&id)?))));
    let business = company.map(|kept| (kept.record.id.to_string(), kept.record.name));
    let fields = html! {
        section.card {
            (field::text(&view, &of, "title", Some(&deal.title)))
            (card::stage(&view, &kept, &pipelines))
            (field::money(&view, &of, "amount", deal.amount, usual_currency(&node, &view)))
            (field::day(&view, &of, "expected_close", deal.expected_close.map(|day| day.to_string())))
            (card::owner(&view, &of, &users, deal.owner))
            (field::lookup(&view, &of, "contact_id", Among::Contacts, person.as_ref().map(|(id, name)| (&**id, &**name))))
            (field::lookup(&view, &of, "company_id", Among::Companies, business.as_ref().map(|(id, name)| (&**id, &**name))))
            dl.known {
                div { dt { (view.say("record-stage-since")) } dd { (view.reader.when(deal.stage_since)) } }
            }
        }
    };
    let sheet = list::sheet(&view, "/deals", &deal.title, &fields, &past::render(&view, &told));
    Ok(Html(frame::page(&view, &deal.title, Place::Deals, sheet).into_string()))
}

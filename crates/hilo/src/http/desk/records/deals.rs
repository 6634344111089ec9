//! Deals: the board with a column for each stage, and each deal.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Html;
use domain::ids::{ContactId, DealId};
use domain::record::{Company, Deal, Pipeline, Record, Stage, StageKind};
use maud::{Markup, html};
use serde_json::json;
use store::{ContactRow, DealsOf, Stored, Tx, Versioned};

use super::card;
use super::field::{self, amount, usual_currency};
use super::list;
use super::past::{self, Past};
use crate::explain::record;
use crate::http::desk::frame::{self, Place};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::node::Node;

/// How many cards a column shows, and up to how many are counted.
const COLUMN: i64 = 30;
const COUNTED: i64 = 1_000;

struct Column {
    stage: Stage,
    count: i64,
    deals: Vec<Versioned<Deal>>,
}

/// `GET /deals`.
pub(super) async fn list(State(node): State<Arc<Node>>, view: View) -> Result<Html<String>, Problem> {
    let workspace = view.workspace;
    let look = move |tx: &mut Tx<'_>| {
        let pipeline = tx.pipelines(workspace)?.into_iter().next().map_or_else(Pipeline::first, |kept| kept.record);
        let mut columns = Vec::new();
        for stage in &pipeline.stages {
            let which = DealsOf::Stage { pipeline: pipeline.id.clone(), stage: stage.id.clone() };
            let count = tx.deals_in_stage(workspace, &pipeline.id, &stage.id, COUNTED)?;
            columns.push(Column { stage: stage.clone(), count, deals: tx.deals(workspace, &which, None, COLUMN)? });
        }
        let whose = columns.iter().flat_map(|column| &column.deals).filter_map(|kept| kept.record.contact);
        let people = list::people(tx, workspace, whose)?;
        Ok((columns, people))
    };
    let (columns, people) = node.store.read(look).await?;
    let title = view.say("desk-deals");
    let fields = html! {
        (list::input(&view, "title", "text", true))
        label { span { (record::field(view.reader.language, "amount")) }
            (field::amount_inputs(&view, "amount", None, usual_currency(&node, &view))) }
    };
    let content = html! {
        main #main .page.wide tabindex="-1" {
            (list::head(&title, &list::creation(&view, "record-new-deal", "/deals", None, &fields)))
            div #board .board data-live tabindex="0" role="region" aria-label=(title) {
                @for (place, column) in columns.iter().enumerate() {
                    (board_column(&view, &columns, place, column, &people))
                }
            }
        }
    };
    Ok(Html(frame::page(&view, &title, Place::Deals, content).into_string()))
}

fn board_column(
    view: &View,
    columns: &[Column],
    place: usize,
    column: &Column,
    people: &HashMap<ContactId, ContactRow>,
) -> Markup {
    let name = record::stage(view.reader.language, &column.stage.id, &column.stage.name);
    let count = if column.count < COUNTED { column.count.to_string() } else { format!("{COUNTED}+") };
    let (left, right) = (place.checked_sub(1).and_then(|place| columns.get(place)), columns.get(place + 1));
    html! {
        section #{ "stage-" (column.stage.id) } .stage.{ "is-" (column.stage.kind) } data-stage=(column.stage.id)
            data-needs=[(column.stage.kind == StageKind::Lost).then_some("reason")] {
            h2 { (name) " " span.count { (count) } }
            ul {
                @for kept in &column.deals { (board_card(view, kept, people, [left, right])) }
            }
        }
    }
}

fn board_card(
    view: &View,
    kept: &Versioned<Deal>,
    people: &HashMap<ContactId, ContactRow>,
    sides: [Option<&Column>; 2],
) -> Markup {
    let deal = &kept.record;
    html! {
        li.deal #{ "d-" (deal.id) } draggable="true" data-deal=(deal.id) data-version=(kept.version) {
            p { a href={ "/deals/" (deal.id) } { bdi { (deal.title) } } }
            p.soft { (list::person(view, people, deal.contact)) }
            p { @if let Some(money) = deal.amount { strong { (amount(view, money)) } }
                " " span.soft { (view.say_with("record-stage-days", &[("days", &days(view.now() - deal.stage_since))])) } }
            div.status {
                @for (side, arrow) in sides.into_iter().zip(["←", "→"]) {
                    @if let Some(to) = side.filter(|column| column.stage.kind != StageKind::Lost) {
                        @let name = record::stage(view.reader.language, &to.stage.id, &to.stage.name);
                        button.chip type="button" data-act={ "/deals/" (deal.id) "/stage" } data-method="PUT"
                            data-body=(json!({ "version": kept.version, "stage": to.stage.id }))
                            aria-label=(view.say_with("record-move-to", &[("stage", &name)])) {
                            span aria-hidden="true" { (arrow) } (name)
                        }
                    }
                }
            }
        }
    }
}

fn days(ms: i64) -> String {
    (ms.max(0) / 86_400_000).to_string()
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
    let fields = html! {
        section.card {
            (field::text(&view, &of, "title", Some(&deal.title)))
            (card::stage(&view, &kept, &pipelines))
            (field::money(&view, &of, "amount", deal.amount, usual_currency(&node, &view)))
            (field::day(&view, &of, "expected_close", deal.expected_close.map(|day| day.to_string())))
            (card::owner(&view, &of, &users, deal.owner))
            dl.known {
                @if deal.contact.is_some() {
                    div { dt { (record::field(view.reader.language, "contact_id")) } dd { (list::person(&view, &people, deal.contact)) } }
                }
                @if let Some(company) = &company {
                    div { dt { (record::field(view.reader.language, "company_id")) }
                        dd { a href={ "/companies/" (company.record.id) } { bdi { (company.record.name) } } } }
                }
                div { dt { (view.say("record-stage-since")) } dd { (view.reader.when(deal.stage_since)) } }
            }
        }
    };
    let sheet = list::sheet(&view, "/deals", &deal.title, &fields, &past::render(&view, &told));
    Ok(Html(frame::page(&view, &deal.title, Place::Deals, sheet).into_string()))
}

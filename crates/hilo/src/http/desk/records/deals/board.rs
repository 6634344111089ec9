//! The board: a column for each stage of a pipeline. A deal is moved by its buttons, or by hand.

use std::collections::HashMap;

use domain::ids::{ContactId, WorkspaceId};
use domain::record::{Deal, Pipeline, Stage, StageKind};
use maud::{Markup, html};
use serde_json::json;
use store::{ContactRow, DealsOf, Tx, Versioned};

use super::super::field::amount;
use super::super::list;
use crate::explain::record;
use crate::http::desk::view::View;

/// How many cards a column shows, and up to how many are counted.
const COLUMN: i64 = 30;
const COUNTED: i64 = 1_000;

/// The stages with what stands in them.
pub(super) struct Board {
    columns: Vec<Column>,
    people: HashMap<ContactId, ContactRow>,
}

struct Column {
    stage: Stage,
    count: i64,
    deals: Vec<Versioned<Deal>>,
}

impl Board {
    pub(super) fn read(tx: &mut Tx<'_>, workspace: WorkspaceId, pipeline: &Pipeline) -> store::Result<Board> {
        let mut columns = Vec::new();
        for stage in &pipeline.stages {
            let which = DealsOf::Stage { pipeline: pipeline.id.clone(), stage: stage.id.clone() };
            let count = tx.deals_in_stage(workspace, &pipeline.id, &stage.id, COUNTED)?;
            columns.push(Column { stage: stage.clone(), count, deals: tx.deals(workspace, &which, None, COLUMN)? });
        }
        let whose = columns.iter().flat_map(|column| &column.deals).filter_map(|kept| kept.record.contact);
        let people = list::people(tx, workspace, whose)?;
        Ok(Board { columns, people })
    }
}

/// The board, moved sideways where it is wider than the screen.
pub(super) fn render(view: &View, board: &Board) -> Markup {
    html! {
        div #board .board data-live tabindex="0" role="region" aria-label=(view.say("record-as-board")) {
            @for (place, column) in board.columns.iter().enumerate() {
                (board_column(view, &board.columns, place, column, &board.people))
            }
        }
    }
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

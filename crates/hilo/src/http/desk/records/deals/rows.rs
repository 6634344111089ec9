//! The list: every deal, or those that are open, won or lost, the newest first.

use std::collections::HashMap;

use domain::ids::{ContactId, DealId, WorkspaceId};
use domain::record::{Deal, DealStatus, Noun, Pipeline};
use maud::{Markup, html};
use store::{ContactRow, DealsOf, Tx, Versioned};

use super::super::card;
use super::super::field::amount;
use super::super::list::{self, Asked, PAGE};
use crate::explain::record;
use crate::http::desk::view::View;

/// A page of them.
pub(super) struct Rows {
    status: Option<DealStatus>,
    deals: Vec<Versioned<Deal>>,
    people: HashMap<ContactId, ContactRow>,
}

impl Rows {
    pub(super) fn read(tx: &mut Tx<'_>, workspace: WorkspaceId, asked: &Asked) -> store::Result<Rows> {
        let status = asked.status.as_deref().and_then(|status| status.parse::<DealStatus>().ok());
        let after = asked.after.as_deref().and_then(|id| id.parse::<DealId>().ok());
        let deals = tx.deals(workspace, &status.map_or(DealsOf::All, DealsOf::Status), after, PAGE)?;
        let people = list::people(tx, workspace, deals.iter().filter_map(|kept| kept.record.contact))?;
        Ok(Rows { status, deals, people })
    }
}

/// The choice of a status, and the rows.
pub(super) fn render(view: &View, rows: &Rows, pipelines: &[Versioned<Pipeline>]) -> Markup {
    let options = card::statuses_of(view, Noun::Deal, DealStatus::ALL.iter().map(|status| status.name()));
    let chosen = rows.status.map(DealStatus::name);
    let query = chosen.map(|status| format!("&status={status}")).unwrap_or_default();
    html! {
        (list::tabs(view, "show=list", chosen, &options))
        div #deals data-live {
            @if rows.deals.is_empty() { (list::empty(view, "record-no-deals")) } @else {
                ul.people-list { @for kept in &rows.deals { (row(view, kept, &rows.people, pipelines)) } }
                (list::more(view, rows.deals.len(), rows.deals.last().map(|kept| kept.record.id.to_string()), &format!("&show=list{query}")))
            }
        }
    }
}

fn row(
    view: &View,
    kept: &Versioned<Deal>,
    people: &HashMap<ContactId, ContactRow>,
    pipelines: &[Versioned<Pipeline>],
) -> Markup {
    let deal = &kept.record;
    let status = deal.state.status();
    let pipeline = pipelines.iter().map(|kept| &kept.record).find(|pipeline| pipeline.id == deal.pipeline);
    let stage = pipeline.and_then(|pipeline| pipeline.stage(&deal.stage)).map_or(&deal.stage, |stage| &stage.name);
    html! {
        li #{ "d-" (deal.id) } {
            a href={ "/deals/" (deal.id) } {
                strong.name { bdi { (deal.title) } }
                span.soft { @if let Some(row) = deal.contact.and_then(|id| people.get(&id)) { bdi { (list::name(view, row)) } } }
                span.amount { @if let Some(money) = deal.amount { (amount(view, money)) } }
                span.state.{ "is-" (status) } {
                    @match status {
                        DealStatus::Open => bdi { (record::stage(view.reader.language, &deal.stage, stage)) },
                        DealStatus::Won | DealStatus::Lost => (record::status(view.reader.language, Noun::Deal, status.name())),
                    }
                }
                time.at { (view.reader.day(kept.created_at)) }
            }
        }
    }
}

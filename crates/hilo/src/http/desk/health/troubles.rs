//! What is wrong at this moment, and who hears of it without looking here.

use domain::ids::WorkspaceId;
use domain::right::Right;
use domain::trouble::{AlertState, AlertWay};
use maud::{Markup, html};
use store::{AlertRow, TroubleRow};

use super::may;
use crate::alerts::{Telling, whoever_is_told};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::node::Node;

/// Of the words that went out, so many of the latest are looked at.
const LOOKED_AT: i64 = 50;

/// What is wrong, and who was not told.
pub(super) struct Troubles {
    rows: Vec<TroubleRow>,
    untold: Vec<AlertRow>,
    told: Vec<(AlertWay, String)>,
}

impl Troubles {
    pub(super) async fn read(node: &Node, workspace: WorkspaceId) -> store::Result<Self> {
        let read = move |tx: &mut store::Tx<'_>| Ok((tx.troubles(workspace)?, tx.alerts(workspace, LOOKED_AT)?));
        let (rows, mut untold) = node.store.read(read).await?;
        untold.retain(|alert| alert.state != AlertState::Sent && alert.error.is_some());
        Ok(Self { rows, untold, told: whoever_is_told(node, workspace) })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.untold.is_empty()
    }
}

pub(super) fn render(view: &View, troubles: &Troubles) -> Markup {
    html! {
        @if !troubles.rows.is_empty() {
            section.card.wrong aria-labelledby="troubles-title" {
                h2 #troubles-title { (icon(Sign::Health)) (view.say("health-troubles")) }
                ul.plain-list { @for row in &troubles.rows { (one(view, row)) } }
            }
        }
    }
}

/// Below everything that waits for somebody: who would have heard of it.
pub(super) fn who(view: &View, troubles: &Troubles) -> Markup {
    html! {
        @if may(view, Right::Direct) {
            section.card aria-labelledby="alerts-title" {
                h2 #alerts-title { (view.say("health-alerts")) }
                @if troubles.told.is_empty() { p.soft { (view.say("health-alerts-nobody")) } }
                @else { p.soft { (view.say_with("health-alerts-to", &[("who", &names(troubles))])) } }
                @if !troubles.untold.is_empty() {
                    ul.plain-list { @for alert in &troubles.untold { (untold(view, alert)) } }
                }
            }
        }
    }
}

fn names(troubles: &Troubles) -> String {
    troubles.told.iter().map(|(_, to)| to.as_str()).collect::<Vec<_>>().join(", ")
}

fn one(view: &View, row: &TroubleRow) -> Markup {
    let telling = Telling::of(view.reader.language, row);
    let since = view.reader.when(row.course.began_at);
    html! {
        li id={ "trouble-" (row.kind) "-" (row.subject) } {
            div.grow {
                strong.alarm { bdi { (telling.title()) } } " "
                small.soft {
                    (view.say_with("health-trouble-since", &[("when", &since)]))
                    @if row.course.gone_at.is_some() { " · " (view.say("health-trouble-rests")) }
                }
                p { bdi { (telling.seen()) } }
                p.soft { (telling.fix()) }
            }
        }
    }
}

fn untold(view: &View, alert: &AlertRow) -> Markup {
    html! {
        li id={ "alert-" (alert.id) } {
            div.grow {
                strong { bdi { (alert.recipient) } } " "
                span.alarm { (view.say(&format!("health-alert-{}", alert.state))) } " "
                small.soft { (view.reader.when(alert.at)) }
                @if let Some(error) = &alert.error { p { bdi { (error) } } }
            }
        }
    }
}

//! Messages of ours that did not simply leave.

use domain::delivery::SendState;
use domain::ids::WorkspaceId;
use domain::right::Right;
use maud::{Markup, html};
use store::{ConversationRow, OutboxRow, Tx};

use super::{act, may};
use crate::http::desk::view::View;
use crate::node::Node;

const SHOWN: i64 = 20;

/// What is on each list, and how many there are.
pub(super) struct Sends {
    lists: Vec<List>,
}

struct List {
    state: SendState,
    count: i64,
    rows: Vec<(OutboxRow, Option<ConversationRow>)>,
}

impl Sends {
    pub(super) async fn read(node: &Node, workspace: WorkspaceId) -> store::Result<Self> {
        let read = move |tx: &mut Tx<'_>| {
            let mut lists = Vec::new();
            for (state, count) in tx.listed_send_counts(workspace)?.into_iter().filter(|(_, count)| 0 < *count) {
                lists.push(List { state, count, rows: rows(tx, workspace, state)? });
            }
            Ok(Self { lists })
        };
        node.store.read(read).await
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }
}

fn rows(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    state: SendState,
) -> store::Result<Vec<(OutboxRow, Option<ConversationRow>)>> {
    let sends = tx.listed_sends(workspace, state, None, SHOWN)?;
    let ids: Vec<_> = sends.iter().map(|row| row.send.conversation).collect();
    let threads = tx.conversations_by_id(workspace, &ids)?;
    let of = |row: &OutboxRow| threads.iter().find(|thread| thread.id == row.send.conversation).cloned();
    Ok(sends.into_iter().map(|row| (row.clone(), of(&row))).collect())
}

pub(super) fn render(view: &View, sends: &Sends) -> Markup {
    html! {
        @for list in &sends.lists {
            section.card aria-labelledby={ "sends-" (list.state) } {
                h2 id={ "sends-" (list.state) } { (view.say(&format!("health-sends-{}", list.state))) " " span.count { (list.count) } }
                p.soft { (view.say(&format!("health-sends-{}-lead", list.state))) }
                ul.plain-list { @for (row, thread) in &list.rows { (one(view, row, thread.as_ref())) } }
            }
        }
    }
}

fn one(view: &View, row: &OutboxRow, thread: Option<&ConversationRow>) -> Markup {
    let whose = thread.and_then(|thread| thread.profile_name.clone().or_else(|| thread.phone.clone()));
    let path = |verb: &str| format!("/outbox/{}{verb}", row.send.id);
    let go_on = match row.state {
        SendState::Held | SendState::Dead => Some((format!("POST {}", path("/release")), "health-release")),
        SendState::Unknown | SendState::NeedsReview => Some((format!("POST {}", path("/resend")), "health-resend")),
        SendState::Queued | SendState::Sending | SendState::Accepted => None,
    };
    html! {
        li id={ "send-" (row.send.id) } {
            div.grow {
                a href={ "/inbox/" (row.send.conversation) } { bdi { (whose.unwrap_or_else(|| view.say("nobody"))) } }
                " " small.soft { (view.reader.when(row.changed_at)) }
                @if let Some(reason) = &row.reason { p { (view.explainer().reason(reason)) } }
            }
            @if may(view, Right::Work) {
                @if let Some((call, says)) = &go_on { (act(view, call, "quiet", says)) }
                (act(view, &format!("DELETE {}", path("")), "plain", "health-drop"))
            }
        }
    }
}

//! What came in and was put aside: messages that wait or were given up on, and news that belongs to no conversation.

use domain::ids::WorkspaceId;
use domain::right::Right;
use maud::{Markup, html};
use store::{NoticeRow, WorkRow};

use super::{act, may};
use crate::explain;
use crate::http::desk::view::View;
use crate::node::Node;

const SHOWN: i64 = 20;
/// Subjects of news that tell everything themselves.
const OURS: [&str; 4] = ["automation", "follow_ups", "invitation", "somebody"];

/// What was put aside.
pub(super) struct Aside {
    work: Vec<WorkRow>,
    notices: Vec<NoticeRow>,
}

impl Aside {
    pub(super) async fn read(node: &Node, workspace: WorkspaceId) -> store::Result<Self> {
        let read = move |tx: &mut store::Tx<'_>| {
            Ok(Self { work: tx.work(workspace, None, SHOWN)?, notices: tx.notices(workspace, None, SHOWN)? })
        };
        node.store.read(read).await
    }

    /// Notices are news, and no work.
    pub(super) fn is_empty(&self) -> bool {
        self.work.is_empty()
    }
}

pub(super) fn render(view: &View, aside: &Aside) -> Markup {
    html! {
        @if !aside.work.is_empty() {
            section.card aria-labelledby="aside-title" {
                h2 #aside-title { (view.say("health-aside")) }
                p.soft { (view.say("health-aside-lead")) }
                ul.plain-list { @for row in &aside.work { (work(view, row)) } }
            }
        }
        @if !aside.notices.is_empty() {
            section.card aria-labelledby="notices-title" {
                h2 #notices-title { (view.say("health-notices")) }
                p.soft { (view.say("health-notices-lead")) }
                ul.plain-list { @for row in &aside.notices { (notice(view, row)) } }
            }
        }
    }
}

fn work(view: &View, row: &WorkRow) -> Markup {
    let whose = row.work.sender_phone.as_deref().or(row.work.sender_user.as_deref());
    html! {
        li id={ "work-" (row.work.id) } {
            div.grow {
                strong { bdi { (whose.unwrap_or(&row.work.field)) } } " "
                span.alarm[row.quarantined].soft[!row.quarantined] {
                    (view.say(if row.quarantined { "health-aside-given-up" } else { "health-aside-waits" }))
                }
                @if let Some(reason) = &row.work.error { p { bdi { (reason) } } }
            }
            @if row.quarantined && may(view, Right::Direct) {
                (act(view, &format!("POST /backlog/{}/replay", row.work.id), "quiet", "health-again"))
            }
        }
    }
}

fn notice(view: &View, row: &NoticeRow) -> Markup {
    let (said, detail) = explain::notice(view.reader.language, row);
    html! {
        li id={ "notice-" (row.id) } {
            div.grow {
                @if !OURS.contains(&&*row.subject) { strong { bdi { (row.subject) } } " " }
                small.soft { (view.reader.when(row.received_at)) }
                p { (said) }
                @if let Some(detail) = detail { p.soft { bdi { (detail) } } }
            }
        }
    }
}

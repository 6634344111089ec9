//! Follow-ups that wait for a person: many that were overdue at once, and those whose template WhatsApp does not approve of.

use domain::ids::WorkspaceId;
use domain::right::Right;
use maud::{Markup, html};
use store::{FollowUpRow, Tx};

use super::may;
use crate::http::desk::view::View;
use crate::node::Node;

const SHOWN: usize = 10;
/// Counted as far as that.
const COUNTED: i64 = 1_000;

/// What waits.
pub(super) struct FollowUps {
    flood: Vec<FollowUpRow>,
    without_template: Vec<FollowUpRow>,
}

impl FollowUps {
    pub(super) async fn read(node: &Node, workspace: WorkspaceId) -> store::Result<Self> {
        let read = move |tx: &mut Tx<'_>| {
            Ok(Self {
                flood: tx.overdue_follow_ups_held(workspace, COUNTED)?,
                without_template: tx.follow_ups_without_template(workspace, COUNTED)?,
            })
        };
        node.store.read(read).await
    }

    pub(super) fn is_empty(&self) -> bool {
        self.flood.is_empty() && self.without_template.is_empty()
    }
}

pub(super) fn render(view: &View, waiting: &FollowUps) -> Markup {
    html! {
        @if !waiting.flood.is_empty() {
            section.card aria-labelledby="flood-title" {
                h2 #flood-title { (view.say("follow-up-flood")) " " span.count { (waiting.flood.len()) } }
                p.soft { (view.say("follow-up-flood-lead")) }
                (rows(view, &waiting.flood))
                @if may(view, Right::Direct) {
                    p.actions {
                        button.primary type="button" data-call="POST /follow-ups/release" data-done=(view.say("health-done")) {
                            (view.say("follow-up-flood-send"))
                        }
                        button.quiet type="button" data-call="POST /follow-ups/drop" data-done=(view.say("health-done"))
                            data-sure=(view.say("follow-up-flood-drop-sure")) { (view.say("follow-up-flood-drop")) }
                    }
                }
            }
        }
        @if !waiting.without_template.is_empty() {
            section.card aria-labelledby="templateless-title" {
                h2 #templateless-title {
                    (view.say("follow-up-no-template")) " " span.count { (waiting.without_template.len()) }
                }
                p.soft { (view.say("follow-up-no-template-lead")) }
                (rows(view, &waiting.without_template))
            }
        }
    }
}

fn rows(view: &View, rows: &[FollowUpRow]) -> Markup {
    let more = rows.len().saturating_sub(SHOWN);
    html! {
        ul.plain-list {
            @for row in rows.iter().take(SHOWN) {
                li {
                    div.grow {
                        @let name = view.explainer().follow_up(&row.key.rule);
                        @if let Some(contact) = row.contact {
                            a href={ "/contacts/" (contact) } { bdi { (name) } }
                        } @else { bdi { (name) } }
                        " " small.soft { (view.reader.when(row.due_at)) }
                    }
                }
            }
        }
        @if 0 < more { p.soft { (view.say_with("follow-up-more", &[("count", &more.to_string())])) } }
    }
}

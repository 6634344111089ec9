//! Conversations of which nobody has said yet whose they are.

use domain::ids::WorkspaceId;
use maud::{Markup, html};
use store::ConversationRow;

use crate::http::desk::view::View;
use crate::node::Node;

const SHOWN: i64 = 20;

/// The newest of them.
pub(super) struct Nobodys(Vec<ConversationRow>);

impl Nobodys {
    pub(super) async fn read(node: &Node, workspace: WorkspaceId) -> store::Result<Self> {
        node.store.read(move |tx| tx.conversations_of_nobody(workspace, None, SHOWN)).await.map(Self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

pub(super) fn render(view: &View, nobodys: &Nobodys) -> Markup {
    let name = |row: &ConversationRow| row.profile_name.clone().or_else(|| row.phone.clone());
    html! {
        @if !nobodys.is_empty() {
            section.card aria-labelledby="nobodys-title" {
                h2 #nobodys-title { (view.say("health-nobodys")) }
                p.soft { (view.say("health-nobodys-lead")) }
                ul.plain-list {
                    @for row in &nobodys.0 {
                        li id={ "nobodys-" (row.id) } {
                            div.grow {
                                a href={ "/inbox/" (row.id) } { bdi { (name(row).unwrap_or_else(|| view.say("nobody"))) } }
                                " " small.soft { (view.reader.when(row.last_message_at)) }
                            }
                            a.quiet href={ "/inbox/" (row.id) } { (view.say("health-nobodys-decide")) }
                        }
                    }
                }
            }
        }
    }
}

//! How often a message was taken for what it was not, as people put it right.

use domain::ids::WorkspaceId;
use maud::{Markup, html};
use store::Misread;

use crate::clock::machine_now;
use crate::http::desk::view::View;
use crate::node::Node;

const DAY_MS: i64 = 24 * 3_600_000;
const DAYS: i64 = 30;

pub(super) struct Figures(Misread);

impl Figures {
    pub(super) async fn read(node: &Node, workspace: WorkspaceId) -> store::Result<Self> {
        let since = machine_now() - DAYS * DAY_MS;
        node.store.read(move |tx| tx.misread(workspace, since)).await.map(Self)
    }
}

pub(super) fn render(view: &View, Figures(misread): &Figures) -> Markup {
    let numbers = [
        ("wrong", misread.wrong.to_string()),
        ("unread", misread.unread.to_string()),
        ("matters", misread.matters.to_string()),
        ("days", DAYS.to_string()),
    ];
    html! {
        section.card aria-labelledby="misread-title" {
            h2 #misread-title { (view.say("health-misread")) }
            p.soft { (view.say_with("health-misread-said", &numbers.each_ref().map(|(name, value)| (*name, &**value)))) }
        }
    }
}

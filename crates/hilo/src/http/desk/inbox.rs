//! The inbox: who waits, what was said, and what is known beside it.

mod acts;
mod asked;
pub(super) mod bubble;
mod calls;
mod chip;
mod composer;
mod context;
mod cost;
mod delivery;
mod entry;
mod header;
mod keep_reply;
mod list;
pub(super) mod log;
mod markup;
mod meters;
mod picker;
mod said;
pub(super) mod story;
mod thread;
mod touch;
mod whose;

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Html;
use domain::ids::ConversationId;
use maud::{Markup, html};

use super::frame::{self, Place};
use super::view::View;
use crate::http::problem::Problem;
use crate::node::Node;
use asked::Asked;
use list::List;
use thread::Thread;

/// `GET /inbox`.
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    view: View,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    show(&node, view, &asked, None).await
}

/// `GET /inbox/{conversation}`.
pub(super) async fn conversation(
    State(node): State<Arc<Node>>,
    view: View,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let id = id.parse().map_err(|_| Problem::missing("conversation"))?;
    show(&node, view, &asked, Some(id)).await
}

async fn show(
    node: &Arc<Node>,
    view: View,
    asked: &Asked,
    open: Option<ConversationId>,
) -> Result<Html<String>, Problem> {
    let list = if asked.without_list() { None } else { Some(List::read(node, &view, asked).await?) };
    let thread = match open {
        Some(id) if !asked.without_thread() => Some(Thread::read(node, &view, id, asked).await?),
        Some(_) | None => None,
    };
    let title = thread.as_ref().map_or_else(|| view.say("desk-inbox"), |thread| thread.name(&view));
    let panes = panes(&view, asked, open, list.as_ref(), thread.as_ref());
    Ok(Html(frame::page(&view, &title, Place::Inbox, panes).into_string()))
}

/// A pane that was not asked for is left out, and stays on the page as it was.
fn panes(
    view: &View,
    asked: &Asked,
    open: Option<ConversationId>,
    list: Option<&List>,
    thread: Option<&Thread>,
) -> Markup {
    html! {
        main #main .inbox.has-thread[open.is_some()] tabindex="-1" {
            @if let Some(list) = list { (list::render(view, asked, open, list)) }
            @match thread {
                Some(thread) => { (thread::render(view, thread)) (context::render(view, thread)) },
                None if open.is_none() => (thread::nothing_open(view)),
                None => {},
            }
        }
    }
}

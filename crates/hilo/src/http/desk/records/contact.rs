//! A person: who they are, what is kept of them, and their whole story with the conversation in it.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Html;
use domain::ids::{ContactId, ConversationId};
use maud::{Markup, html};
use store::{ContactRow, Tx};

use super::context::{self, Beside};
use super::field::usual_currency;
use super::list::{self, Asked};
use super::story::{self, Part, Story};
use crate::http::desk::frame::{self, Place};
use crate::http::desk::icons::{Sign, icon};
use crate::http::desk::view::View;
use crate::http::drawn::initials;
use crate::http::problem::Problem;
use crate::node::Node;

/// `GET /contacts/{id}`.
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    view: View,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html<String>, Problem> {
    let id: ContactId = id.parse().map_err(|_| Problem::missing("contact"))?;
    let (workspace, currency) = (view.workspace, usual_currency(&node, &view));
    let look = move |tx: &mut Tx<'_>| {
        let Some(row) = tx.contact(workspace, id)? else { return Ok(None) };
        let thread = tx.conversations(workspace, Some(id), None, 1)?.pop().map(|thread| thread.id);
        Ok(Some((row, Beside::read(tx, workspace, id, currency)?, Story::read(tx, workspace, id)?, thread)))
    };
    let (row, beside, told, thread) = node.store.read(look).await?.ok_or_else(|| Problem::missing("contact"))?;
    let name = list::name(&view, &row);
    let content = html! {
        main #main .person-page tabindex="-1" {
            section #told .pane data-live aria-label=(view.say("record-story")) {
                (head(&view, &name, thread))
                (story::render(&view, &told, Part::of(asked.show.as_deref())))
            }
            aside #context .pane.context data-live aria-label=(view.say("inbox-context")) {
                (aside(&view, &row, &beside))
            }
        }
    };
    Ok(Html(frame::page(&view, &name, Place::Contacts, content).into_string()))
}

fn head(view: &View, name: &str, thread: Option<ConversationId>) -> Markup {
    html! {
        header.thread-top {
            a.round href="/contacts" aria-label=(view.say("record-back")) { (icon(Sign::Back)) }
            span.avatar aria-hidden="true" { (initials(name)) }
            div.who { h1 { bdi { (name) } } }
            @if let Some(thread) = thread { a.primary href={ "/inbox/" (thread) } { (view.say("record-to-conversation")) } }
        }
    }
}

fn aside(view: &View, row: &ContactRow, beside: &Beside) -> Markup {
    html! { (context::identity(view, row)) (context::render(view, beside)) }
}

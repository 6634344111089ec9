//! Settings: one's own account, saved replies, the people, their queues, the pipelines, the workflow, the keys, the connection with WhatsApp, the first steps. Each act is
//! a call of the API by `settings.js`.

mod colleagues;
mod connection;
mod keys;
mod me;
mod pipelines;
mod queues;
pub(super) mod replies;
mod start;
mod workflow;

use std::sync::Arc;

use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use domain::right::Right;
use maud::{Markup, html};

use super::frame::{self, Place};
use super::view::View;
use crate::http::assets::SETTINGS_SCRIPT;
use crate::http::problem::Problem;
use crate::node::Node;

/// The routes of the settings.
pub(super) fn routes() -> Router<Arc<Node>> {
    Router::new()
        .route("/settings", get(async || Redirect::to("/settings/me")))
        .route("/settings/me", get(me::show))
        .route("/settings/people", get(colleagues::show))
        .route("/settings/replies", get(replies::show))
        .route("/settings/queues", get(queues::show))
        .route("/settings/keys", get(keys::show))
        .route("/settings/connection", get(connection::show))
        .route("/settings/start", get(start::show))
        .route("/settings/pipelines", get(pipelines::show))
        .route("/settings/workflow", get(workflow::show))
}

/// A part of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Me,
    Replies,
    People,
    Pipelines,
    Queues,
    Workflow,
    Keys,
    Connection,
    Start,
}

impl Part {
    const ALL: [Part; 9] = [
        Part::Me,
        Part::Replies,
        Part::People,
        Part::Queues,
        Part::Pipelines,
        Part::Workflow,
        Part::Keys,
        Part::Connection,
        Part::Start,
    ];

    fn path(self) -> &'static str {
        match self {
            Part::Me => "/settings/me",
            Part::Replies => "/settings/replies",
            Part::People => "/settings/people",
            Part::Pipelines => "/settings/pipelines",
            Part::Queues => "/settings/queues",
            Part::Workflow => "/settings/workflow",
            Part::Keys => "/settings/keys",
            Part::Connection => "/settings/connection",
            Part::Start => "/settings/start",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Part::Me => "people-me",
            Part::Replies => "reply-replies",
            Part::People => "people-people",
            Part::Pipelines => "pipelines-title",
            Part::Queues => "queues-title",
            Part::Workflow => "workflow-title",
            Part::Keys => "people-keys",
            Part::Connection => "people-connection",
            Part::Start => "people-start",
        }
    }

    fn right(self) -> Right {
        match self {
            Part::Me => Right::Account,
            Part::Replies => Right::Look,
            Part::Pipelines => Right::Direct,
            Part::People | Part::Queues => Right::Oversee,
            Part::Workflow => Right::Design,
            Part::Keys | Part::Connection | Part::Start => Right::Own,
        }
    }
}

/// Whether somebody may see a part; whoever may not is told so as the API would.
fn may_see(view: &View, part: Part) -> Result<(), Problem> {
    if part.right().is_of(view.person.role) {
        return Ok(());
    }
    Err(Problem::new(axum::http::StatusCode::FORBIDDEN, view.say("people-not-yours")))
}

/// A part with the others beside it.
fn page(view: &View, part: Part, content: Markup) -> axum::response::Html<String> {
    let title = view.say(part.title());
    let parts = Part::ALL.into_iter().filter(|part| part.right().is_of(view.person.role));
    let main = html! {
        main #main .page.settings tabindex="-1" {
            h1 { (view.say("desk-settings")) }
            nav.tabs aria-label=(view.say("desk-settings")) {
                @for other in parts {
                    a href=(other.path()) aria-current=[(other == part).then_some("page")] { (view.say(other.title())) }
                }
            }
            div #settings data-live { (content) }
            dialog #shown-once aria-labelledby="shown-once-title" {
                h2 #shown-once-title { (view.say("people-shown-once")) }
                div #shown-once-what {}
                div.row {
                    button.quiet #copy type="button" { (view.say("people-copy")) }
                    form method="dialog" { button.primary { (view.say("people-done")) } }
                }
            }
            script type="module" src=(SETTINGS_SCRIPT.path()) {}
        }
    };
    axum::response::Html(frame::page(view, &title, Place::Settings, main).into_string())
}

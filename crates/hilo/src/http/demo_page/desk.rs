//! From the demo's page to the desk on which agents work.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{Extensions, HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::Stage;
use super::scene::Scene;
use super::visitor::Visitor;
use crate::http::origin::Way;
use crate::http::problem::Problem;
use crate::http::sessions;
use crate::people::demo_agent;
use crate::people::sign_in::From;

/// Whom the desk calls the visitor.
const NAME: &str = "Luisa";

/// The way there. A form, since it signs the visitor in.
pub(super) fn render(scene: &Scene) -> Markup {
    html! {
        form #desk method="post" action="/demo/desk" { button.quiet type="submit" { (scene.say("demo-desk")) } }
    }
}

/// `POST /demo/desk`.
pub(super) async fn enter(
    State(stage): State<Arc<Stage>>,
    visitor: Visitor,
    extensions: Extensions,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let workspace = stage.channel()?.workspace;
    let way = Way::of(&stage.node.settings.front, &extensions, &headers);
    let browser = headers.get(header::USER_AGENT).and_then(|name| name.to_str().ok()).unwrap_or_default();
    let from = From { address: way.address, browser: browser.to_owned(), before: None };
    let cookie = demo_agent::enter(&stage.node, workspace, NAME, visitor.language, from).await?;
    Ok(([(header::SET_COOKIE, sessions::keep(way, &cookie))], Redirect::to("/inbox")).into_response())
}

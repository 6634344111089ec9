//! The first steps of whoever owns a new Hilo.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Html;
use maud::{Markup, html};
use workflow::STARTERS;

use super::{Part, may_see, page};
use crate::http::desk::view::View;
use crate::http::problem::Problem;
use crate::inbox::starter_of;
use crate::node::Node;

/// `GET /settings/start`.
pub(super) async fn show(State(node): State<Arc<Node>>, view: View) -> Result<Html<String>, Problem> {
    may_see(&view, Part::Start)?;
    let workspace = view.workspace;
    let in_force = node.store.read(move |tx| tx.workflow_in_force(workspace)).await?;
    let content = html! {
        p.soft { (view.say("people-start-lead")) }
        (step(&view, "people-start-language", "people-start-language-lead", "/settings/me", "people-me"))
        section.card aria-labelledby="workflow-title" {
            h2 #workflow-title { (view.say("people-start-workflow")) }
            @match in_force {
                Some((version, text)) if starter_of(&text).is_none() => {
                    p { (view.say_with("people-start-workflow-own", &[("version", &version.to_string())])) }
                },
                latest => (starters(&view, latest.as_ref().and_then(|(_, text)| starter_of(text)))),
            }
        }
        (step(&view, "people-invite", "people-start-invite-lead", "/settings/people", "people-people"))
        (step(&view, "people-start-connect", "people-start-connect-lead", "/settings/connection", "people-connection-open"))
    };
    Ok(page(&view, Part::Start, content))
}

fn step(view: &View, title: &str, lead: &str, path: &str, goes: &str) -> Markup {
    html! {
        section.card {
            h2 { (view.say(title)) }
            p { (view.say(lead)) }
            p { a.quiet href=(path) { (view.say(goes)) } }
        }
    }
}

fn starters(view: &View, chosen: Option<&str>) -> Markup {
    html! {
        form.fields data-call="PUT /workflow/starter" data-done=(view.say("people-starter-used")) {
            @for (name, _) in STARTERS {
                label.check.starter {
                    input type="radio" name="starter" value=(name) checked[chosen == Some(name)];
                    span {
                        strong { (view.say(&format!("people-starter-{name}"))) }
                        br;
                        span.soft { (view.say(&format!("people-starter-{name}-lead"))) }
                    }
                }
            }
            button.primary type="submit" { (view.say("people-starter-use")) }
        }
    }
}

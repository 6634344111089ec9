//! The page around the panes.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header;
use axum::response::{AppendHeaders, Html, IntoResponse};
use domain::Language;
use maud::{DOCTYPE, Markup, html};

use super::scene::Scene;
use super::visitor::Visitor;
use super::{Stage, bar, figures, phone, story, thread};
use crate::http::assets::{DEMO_SCRIPT, DEMO_STYLE, SIGN};
use crate::http::language::{locale, remember};
use crate::http::problem::Problem;

/// `GET /`. `?lang=` chooses a language and is remembered.
pub(super) async fn show(State(stage): State<Arc<Stage>>, visitor: Visitor) -> Result<impl IntoResponse, Problem> {
    let remembered = visitor.chose_language.then(|| (header::SET_COOKIE, remember(visitor.language)));
    let scene = Scene::read(&stage, visitor).await?;
    let panes = html! { (phone::render(&scene)) (thread::render(&scene)) (story::render(&scene)) };
    Ok((AppendHeaders(remembered), Html(around(&scene, "present", panes).into_string())))
}

/// What every page of the demo has around its panes.
pub(super) fn around(scene: &Scene, name: &str, panes: Markup) -> Markup {
    let business = &scene.workflow.workflow.business.name;
    html! {
        (DOCTYPE)
        html lang=(locale(scene.visitor.language)) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (scene.say_with("demo-title", &[("business", business)])) }
                link rel="icon" type="image/svg+xml" href=(SIGN.path());
                link rel="stylesheet" href=(DEMO_STYLE.path());
                script type="module" src=(DEMO_SCRIPT.path()) {}
            }
            body class=(name) data-person=(scene.visitor.person.id) data-unreachable=(scene.say("demo-unreachable")) data-killed=(scene.say("demo-killed-just-now")) {
                (top(scene, business))
                p #notice .notice role="alert" {}
                noscript { p.notice { (scene.say("demo-noscript")) } }
                @if name == "present" { (bar::render(scene)) }
                main { (panes) }
                (figures::render(scene))
            }
        }
    }
}

fn top(scene: &Scene, business: &str) -> Markup {
    html! {
        header.top {
            p.brand { img src=(SIGN.path()) alt="" width="24" height="24"; "hilo" }
            h1 { bdi { (business) } span.flag { (scene.say("demo-flag")) } }
            p.private { (scene.say("demo-private")) }
            nav.behind aria-label=(scene.say("demo-behind")) {
                a.back href="/" { (scene.say("demo-present")) }
                a href="/demo/readme" { (scene.say("demo-readme")) }
                a href="/metrics" { (scene.say("demo-metrics")) }
            }
            nav.languages aria-label=(scene.say("demo-language")) {
                @for language in Language::ALL {
                    a href={ "/?lang=" (language) } hreflang=(locale(language)) lang=(locale(language))
                        title=(scene.visitor.say(&format!("language-{language}")))
                        aria-current=[(language == scene.visitor.language).then_some("true")] { (language) }
                }
            }
        }
    }
}

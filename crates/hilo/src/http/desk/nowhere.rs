//! What somebody sees whose link leads nowhere, or to what is not theirs: a page with a way on. The script gets the problem itself.

use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use maud::{Markup, html};

use super::frame::{self, Place};
use super::view::View;
use crate::http::language;
use crate::http::problem::PROBLEM;
use crate::node::Node;
use crate::texts::say;

/// Shows a refusal of a screen as a page to whoever asks for a page.
pub(super) async fn as_page(State(node): State<Arc<Node>>, request: Request, next: Next) -> Response {
    if !wants_page(request.headers()) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let mut asked = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let is_refusal = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PROBLEM);
    if !is_refusal {
        return response;
    }
    let (title, sentence) = words(response.status());
    let page = match View::from_request_parts(&mut asked, &node).await {
        Ok(view) => {
            let title = view.say(title);
            let main = html! { main #main .page tabindex="-1" { (told(&title, &view.say(sentence), &view.say("desk-inbox"))) } };
            frame::page(&view, &title, Place::Search, main)
        }
        Err(_) => {
            let language = language::language(&asked.headers);
            let said = |key| say(language, key, &[]);
            frame::bare(language, &said(title), told(&said(title), &said(sentence), &said("desk-inbox")))
        }
    };
    (response.status(), Html(page.into_string())).into_response()
}

fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|kinds| kinds.to_str().ok()).is_some_and(|kinds| kinds.contains("text/html"))
}

fn words(status: StatusCode) -> (&'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => ("desk-nothing-here", "desk-nothing-here-why"),
        StatusCode::FORBIDDEN => ("desk-not-yours", "people-not-yours"),
        status if status.is_server_error() => ("desk-not-now", "desk-unreachable"),
        _ => ("desk-not-understood", "desk-not-understood-why"),
    }
}

fn told(title: &str, sentence: &str, inbox: &str) -> Markup {
    html! {
        div.empty {
            h1 { (title) }
            p { (sentence) }
            p { a.primary href="/inbox" { (inbox) } }
        }
    }
}

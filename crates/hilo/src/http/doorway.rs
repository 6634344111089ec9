//! The doorway: what somebody sees who is not signed in. Forms work without a script here, and only from these pages.

mod form;
mod join;
mod sign_in;
mod sign_out;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{self, Next};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, http::header};
use domain::Language;
use maud::{Markup, html};

use super::desk::frame;
use super::origin::{Way, comes_from_page, is_for_this_machine};
use super::problem::Problem;
use super::{hardened, language, sessions};
use crate::node::Node;
use crate::people::sign_in::From;
use crate::texts::say;

/// A password has 200 characters at most.
const LONGEST_FORM: usize = 16 * 1024;

/// The routes of the doorway.
pub(super) fn routes() -> Router<Arc<Node>> {
    Router::new()
        .route("/sign-in", get(sign_in::show).post(sign_in::with_password))
        .route("/sign-in/code", post(sign_in::with_code))
        .route("/sign-out", post(sign_out::sign_out))
        .route("/join/{token}", get(join::show).post(join::join))
        .layer(DefaultBodyLimit::max(LONGEST_FORM))
        .layer(middleware::from_fn(from_our_pages))
        .layer(middleware::map_response(hardened::harden))
}

/// A form that another page sends could sign somebody in as somebody else.
async fn from_our_pages(request: Request, next: Next) -> Response {
    if request.method().is_safe() || comes_from_page(request.headers()) {
        return next.run(request).await;
    }
    let said = say(language::language(request.headers()), "people-elsewhere", &[]);
    Problem::new(StatusCode::FORBIDDEN, said).into_response()
}

/// Who stands in the doorway.
pub(super) struct Visitor {
    language: Language,
    way: Way,
    /// Nobody between them and Hilo can listen.
    unheard: bool,
    from: From,
}

impl FromRequestParts<Arc<Node>> for Visitor {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, node: &Arc<Node>) -> Result<Self, Self::Rejection> {
        let way = Way::of(&node.settings.front, &parts.extensions, &parts.headers);
        let browser = parts.headers.get(header::USER_AGENT).and_then(|name| name.to_str().ok()).unwrap_or_default();
        let asked = parts.uri.query().and_then(language::asked);
        Ok(Self {
            language: asked.unwrap_or_else(|| language::language(&parts.headers)),
            way,
            unheard: way.https || is_for_this_machine(&parts.headers),
            from: From {
                address: way.address,
                browser: browser.to_owned(),
                before: sessions::cookie_of(way, &parts.headers).map(str::to_owned),
            },
        })
    }
}

impl Visitor {
    fn say(&self, key: &str) -> String {
        say(self.language, key, &[])
    }

    /// A page, or the sentence that says why there is none over a way on which others listen.
    fn page(&self, status: StatusCode, title: &str, content: Markup) -> Response {
        let title = self.say(title);
        let content = if self.unheard {
            content
        } else {
            html! { p.alarm role="alert" { (self.say("people-heard")) } }
        };
        let content = html! { h1 { (title) } (content) (self.languages()) };
        (status, Html(frame::bare(self.language, &title, content).into_string())).into_response()
    }

    /// Each language in its own words, as whoever reads no other finds it.
    fn languages(&self) -> Markup {
        html! {
            nav.languages aria-label=(self.say("desk-language")) {
                @for language in Language::ALL {
                    a href={ "?lang=" (language) } hreflang=(language::locale(language)) lang=(language::locale(language))
                        aria-current=[(language == self.language).then_some("true")] {
                        (say(language, "desk-own-name", &[]))
                    }
                }
            }
        }
    }
}

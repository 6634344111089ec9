//! Signing in: the password, then the code if one is asked for.

use std::sync::Arc;

use axum::extract::{Form, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use serde::Deserialize;

use super::Visitor;
use super::form::{Field, field, refusal};
use crate::http::sessions;
use crate::node::Node;
use crate::people::sign_in::{self, NotIn, SignedIn};
use crate::texts::say;

/// `GET /sign-in`.
pub(super) async fn show(State(node): State<Arc<Node>>, visitor: Visitor, request: axum::extract::Request) -> Response {
    let signed_in = sessions::person(&node, request.extensions(), request.headers());
    match signed_in.await {
        Ok(Some(_)) => Redirect::to("/inbox").into_response(),
        Ok(None) | Err(_) => password_page(&visitor, StatusCode::OK, "", None),
    }
}

#[derive(Deserialize)]
pub(super) struct Password {
    email: String,
    password: String,
}

/// `POST /sign-in`.
pub(super) async fn with_password(
    State(node): State<Arc<Node>>,
    visitor: Visitor,
    Form(given): Form<Password>,
) -> Response {
    if !visitor.unheard {
        return password_page(&visitor, StatusCode::FORBIDDEN, &given.email, None);
    }
    match sign_in::with_password(&node, &given.email, &given.password, visitor.from.clone()).await {
        Ok(SignedIn::In(cookie)) => let_in(&visitor, &cookie, "/inbox"),
        Ok(SignedIn::CodeWanted(pass)) => code_page(&visitor, StatusCode::OK, &pass, None),
        Err(why) => password_page(&visitor, status(&why), &given.email, Some(&why)),
    }
}

#[derive(Deserialize)]
pub(super) struct Code {
    pass: String,
    code: String,
}

/// `POST /sign-in/code`.
pub(super) async fn with_code(State(node): State<Arc<Node>>, visitor: Visitor, Form(given): Form<Code>) -> Response {
    if !visitor.unheard {
        return password_page(&visitor, StatusCode::FORBIDDEN, "", None);
    }
    match sign_in::with_code(&node, &given.pass, &given.code, visitor.from.clone()).await {
        Ok(cookie) => let_in(&visitor, &cookie, "/inbox"),
        Err(why @ NotIn::TooLate) => password_page(&visitor, status(&why), "", Some(&why)),
        Err(why) => code_page(&visitor, status(&why), &given.pass, Some(&why)),
    }
}

/// Signed in, and on to where.
pub(super) fn let_in(visitor: &Visitor, cookie: &str, to: &str) -> Response {
    ([(header::SET_COOKIE, sessions::keep(visitor.way, cookie))], Redirect::to(to)).into_response()
}

fn status(why: &NotIn) -> StatusCode {
    match why {
        NotIn::Wrong | NotIn::WrongCode | NotIn::TooLate => StatusCode::UNAUTHORIZED,
        NotIn::Waits(_) => StatusCode::TOO_MANY_REQUESTS,
        NotIn::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}

fn words(visitor: &Visitor, why: &NotIn) -> String {
    match why {
        NotIn::Wrong => visitor.say("people-wrong"),
        NotIn::WrongCode => visitor.say("people-wrong-code"),
        NotIn::TooLate => visitor.say("people-too-late"),
        NotIn::Waits(minutes) => say(visitor.language, "people-wait", &[("minutes", &minutes.to_string())]),
        NotIn::Store(_) => visitor.say("people-unreachable"),
    }
}

fn password_page(visitor: &Visitor, status: StatusCode, email: &str, why: Option<&NotIn>) -> Response {
    let email = Field {
        name: "email",
        label: visitor.say("people-email"),
        kind: "email",
        autocomplete: "username",
        value: email,
        hint: None,
    };
    let password = Field {
        name: "password",
        label: visitor.say("people-password"),
        kind: "password",
        autocomplete: "current-password",
        value: "",
        hint: None,
    };
    let content = html! {
        form.fields method="post" action="/sign-in" {
            (refusal(why.map(|why| words(visitor, why)).as_deref()))
            (field(&email))
            (field(&password))
            button.primary type="submit" { (visitor.say("people-sign-in")) }
        }
        p.soft { (visitor.say("people-forgot")) }
    };
    visitor.page(status, "people-sign-in", content)
}

fn code_page(visitor: &Visitor, status: StatusCode, pass: &str, why: Option<&NotIn>) -> Response {
    let code = Field {
        name: "code",
        label: visitor.say("people-code"),
        kind: "text",
        autocomplete: "one-time-code",
        value: "",
        hint: Some(visitor.say("people-code-hint")),
    };
    let content = html! {
        form.fields method="post" action="/sign-in/code" {
            (refusal(why.map(|why| words(visitor, why)).as_deref()))
            input type="hidden" name="pass" value=(pass);
            (field(&code))
            button.primary type="submit" { (visitor.say("people-go-on")) }
        }
    };
    visitor.page(status, "people-code-title", content)
}

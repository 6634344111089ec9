//! A link that opens once: to join, or to choose another password.

use std::sync::Arc;

use axum::extract::{Form, Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use domain::Language;
use domain::invitation::Purpose;
use maud::html;
use serde::Deserialize;
use store::InvitationRow;

use super::Visitor;
use super::form::{Field, field, refusal};
use super::sign_in::let_in;
use crate::node::Node;
use crate::people::join::{self, Newcomer, NotJoined};

/// `GET /join/{token}`.
pub(super) async fn show(State(node): State<Arc<Node>>, visitor: Visitor, Path(token): Path<String>) -> Response {
    match join::open(&node, &token).await {
        Ok(Some(link)) => form(&visitor, StatusCode::OK, &link, &Given::for_link(&link, visitor.language), None),
        Ok(None) => closed(&visitor),
        Err(error) => refused(&visitor, &NotJoined::Store(error)),
    }
}

#[derive(Deserialize)]
pub(super) struct Given {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    language: String,
    password: String,
}

impl Given {
    fn for_link(link: &InvitationRow, language: Language) -> Self {
        let email = link.email.clone().unwrap_or_default();
        Self { name: String::new(), email, language: language.code().to_owned(), password: String::new() }
    }
}

/// `POST /join/{token}`.
pub(super) async fn join(
    State(node): State<Arc<Node>>,
    visitor: Visitor,
    Path(token): Path<String>,
    Form(given): Form<Given>,
) -> Response {
    let link = match join::open(&node, &token).await {
        Ok(Some(link)) if visitor.unheard => link,
        Ok(_) => return closed(&visitor),
        Err(error) => return refused(&visitor, &NotJoined::Store(error)),
    };
    match enter(&node, &visitor, &link, &given).await {
        Ok(response) => response,
        Err(NotJoined::Used) => closed(&visitor),
        Err(why) => form(&visitor, StatusCode::UNPROCESSABLE_ENTITY, &link, &given, Some(&why)),
    }
}

async fn enter(
    node: &Arc<Node>,
    visitor: &Visitor,
    link: &InvitationRow,
    given: &Given,
) -> Result<Response, NotJoined> {
    if link.purpose == Purpose::Reset {
        join::choose_password(node, link.clone(), &given.password).await?;
        return Ok(Redirect::to("/sign-in").into_response());
    }
    let newcomer = Newcomer {
        name: given.name.clone(),
        email: given.email.clone(),
        password: given.password.clone(),
        language: given.language.parse().unwrap_or(visitor.language),
    };
    let cookie = join::join(node, link.clone(), newcomer, visitor.from.clone()).await?;
    let to = if link.purpose == Purpose::FirstOwner { "/settings/start" } else { "/inbox" };
    Ok(let_in(visitor, &cookie, to))
}

fn form(
    visitor: &Visitor,
    status: StatusCode,
    link: &InvitationRow,
    given: &Given,
    why: Option<&NotJoined>,
) -> Response {
    let is_reset = link.purpose == Purpose::Reset;
    let content = html! {
        @if link.purpose == Purpose::FirstOwner { p { (visitor.say("people-first-owner")) } }
        form.fields method="post" {
            (refusal(why.map(|why| visitor.say(why.text())).as_deref()))
            @if is_reset {
                // Password managers want to know whose password it is.
                input type="hidden" name="email" autocomplete="username" value=(given.email);
            } @else {
                (field(&Field { name: "name", label: visitor.say("people-name"), kind: "text", autocomplete: "name",
                    value: &given.name, hint: Some(visitor.say("people-name-hint")) }))
                (field(&Field { name: "email", label: visitor.say("people-email"), kind: "email", autocomplete: "username",
                    value: &given.email, hint: Some(visitor.say("people-email-hint")) }))
            }
            (field(&Field { name: "password", label: visitor.say("people-password-new"), kind: "password",
                autocomplete: "new-password", value: "", hint: Some(visitor.say("people-password-hint")) }))
            @if !is_reset { (languages(visitor, &given.language)) }
            button.primary type="submit" { (visitor.say(if is_reset { "people-set-password" } else { "people-join" })) }
        }
    };
    let title = if is_reset { "people-reset-title" } else { "people-join-title" };
    visitor.page(status, title, content)
}

fn languages(visitor: &Visitor, chosen: &str) -> maud::Markup {
    html! {
        p.field {
            label for="language" { (visitor.say("desk-language")) }
            select #language name="language" {
                @for language in Language::ALL {
                    option value=(language) selected[language.code() == chosen] {
                        (crate::texts::say(language, "desk-own-name", &[]))
                    }
                }
            }
        }
    }
}

/// Of a link that was used, has ended, or never was, nothing else is said.
fn closed(visitor: &Visitor) -> Response {
    let content =
        html! { p { (visitor.say("people-link-closed")) } p { a href="/sign-in" { (visitor.say("people-sign-in")) } } };
    visitor.page(StatusCode::NOT_FOUND, "people-link-closed-title", content)
}

fn refused(visitor: &Visitor, why: &NotJoined) -> Response {
    let content = html! { p { (visitor.say(why.text())) } };
    visitor.page(StatusCode::SERVICE_UNAVAILABLE, "people-link-closed-title", content)
}

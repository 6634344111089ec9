//! One's own account. Only for people who are signed in.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use domain::Language;
use domain::ids::SessionId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Answer;
use super::page::Page;
use super::schemas::LanguageCode;
use super::sessions::SessionView;
use super::users::UserView;
use crate::http::attempt::Posted;
use crate::http::origin::Way;
use crate::http::problem::Problem;
use crate::http::sessions;
use crate::node::Node;
use crate::people::account::Cookie;
use crate::people::{Person, account};

/// Who is signed in.
#[utoipa::path(get, path = "/me", tag = "me", operation_id = "show_me", responses((status = 200, body = UserView)))]
pub(super) async fn show(State(node): State<Arc<Node>>, Extension(person): Extension<Person>) -> Answer<UserView> {
    let row = node.store.read(move |tx| tx.user(person.workspace, person.user)).await?;
    Ok(Json(row.ok_or_else(|| Problem::missing("person"))?.into()))
}

/// What is to be different; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MyWish {
    /// What others shall call one.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// In which language one reads.
    #[serde(default)]
    #[schema(value_type = Option<LanguageCode>)]
    language: Option<Language>,
}

/// Changes how others call one, and in which language one reads.
#[utoipa::path(patch, path = "/me", tag = "me", operation_id = "change_me", request_body = MyWish, responses((status = 200, body = UserView)))]
pub(super) async fn change(
    State(node): State<Arc<Node>>,
    Extension(person): Extension<Person>,
    Posted { body: wish, .. }: Posted<MyWish>,
) -> Answer<UserView> {
    Ok(Json(account::change(&node, &person, wish.name.as_deref(), wish.language).await?.into()))
}

/// Two passwords.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PasswordWish {
    /// The one of now.
    #[schema(format = "password")]
    current: String,
    /// The one to come: at least ten characters, and none of those that are guessed first.
    #[schema(format = "password", min_length = 10, max_length = 200)]
    new: String,
}

/// Sets another password. It signs one out everywhere else, and the browser goes on with another cookie.
#[utoipa::path(
    put,
    path = "/me/password",
    tag = "me",
    operation_id = "change_my_password",
    request_body = PasswordWish,
    responses((status = 204, description = "It holds from now on."), (status = 409, description = "Too many wrong ones; wait some minutes."))
)]
pub(super) async fn change_password(
    State(node): State<Arc<Node>>,
    Extension(person): Extension<Person>,
    way: Way,
    Posted { body: wish, .. }: Posted<PasswordWish>,
) -> Result<Response, Problem> {
    let cookie = account::change_password(&node, &person, &wish.current, &wish.new).await?;
    Ok(renewed(way, cookie, StatusCode::NO_CONTENT))
}

/// An answer after which the browser goes on under another session.
fn renewed(way: Way, cookie: Cookie, answer: impl IntoResponse) -> Response {
    match cookie {
        Some(cookie) => ([(header::SET_COOKIE, sessions::keep(way, &cookie))], answer).into_response(),
        None => answer.into_response(),
    }
}

/// A secret for an authenticator app, shown this once.
#[derive(Serialize, ToSchema)]
pub(super) struct TotpOffer {
    /// To be typed.
    #[schema(example = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")]
    secret: String,
    /// The same, as such apps read it.
    uri: String,
    /// The same as a picture to be scanned: an SVG.
    picture: Option<String>,
}

/// Offers a secret for codes at sign-in, for the password. Nothing changes until a code of it comes.
#[utoipa::path(
    post,
    path = "/me/totp",
    tag = "me",
    operation_id = "offer_totp",
    request_body = ProofWish,
    responses((status = 200, body = TotpOffer), (status = 409, description = "Too many wrong passwords; wait some minutes."))
)]
pub(super) async fn offer_totp(
    State(node): State<Arc<Node>>,
    Extension(person): Extension<Person>,
    Posted { body: wish, .. }: Posted<ProofWish>,
) -> Answer<TotpOffer> {
    let offer = account::offer_totp(&node, &person, &wish.password).await?;
    Ok(Json(TotpOffer { secret: offer.secret, uri: offer.uri, picture: offer.picture }))
}

/// A code of the app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeWish {
    #[schema(example = "287082")]
    code: String,
}

/// What opens the account when the phone is lost, shown this once.
#[derive(Serialize, ToSchema)]
pub(super) struct RecoveryCodes {
    /// Each works once.
    recovery_codes: Vec<String>,
}

/// From now on codes are asked for at sign-in, as one of the offered secret shows that they come. It signs one out everywhere else, and the browser goes on with another cookie.
#[utoipa::path(
    put,
    path = "/me/totp",
    tag = "me",
    operation_id = "confirm_totp",
    request_body = CodeWish,
    responses((status = 200, body = RecoveryCodes), (status = 409, description = "Nothing was offered."))
)]
pub(super) async fn confirm_totp(
    State(node): State<Arc<Node>>,
    Extension(person): Extension<Person>,
    way: Way,
    Posted { body: wish, .. }: Posted<CodeWish>,
) -> Result<Response, Problem> {
    let (recovery_codes, cookie) = account::confirm_totp(&node, &person, &wish.code).await?;
    Ok(renewed(way, cookie, Json(RecoveryCodes { recovery_codes })))
}

/// One's password, to show that it is oneself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProofWish {
    #[schema(format = "password")]
    password: String,
}

/// No codes any more. It signs one out everywhere else, and the browser goes on with another cookie.
#[utoipa::path(
    post,
    path = "/me/totp/removal",
    tag = "me",
    operation_id = "remove_totp",
    request_body = ProofWish,
    responses((status = 204, description = "None is asked for."), (status = 409, description = "Too many wrong passwords; wait some minutes."))
)]
pub(super) async fn remove_totp(
    State(node): State<Arc<Node>>,
    Extension(person): Extension<Person>,
    way: Way,
    Posted { body: wish, .. }: Posted<ProofWish>,
) -> Result<Response, Problem> {
    let cookie = account::remove_totp(&node, &person, &wish.password).await?;
    Ok(renewed(way, cookie, StatusCode::NO_CONTENT))
}

/// Where one is signed in, the latest first.
#[utoipa::path(get, path = "/me/sessions", tag = "me", operation_id = "list_my_sessions", responses((status = 200, body = Page<SessionView>)))]
pub(super) async fn my_sessions(
    State(node): State<Arc<Node>>,
    Extension(person): Extension<Person>,
) -> Answer<Page<SessionView>> {
    let this = person.session;
    let rows = node.store.read(move |tx| tx.sessions_of(person.workspace, person.user)).await?;
    Ok(Json(Page::whole(rows, |row| SessionView::of(row, Some(this)))))
}

/// Signs one out everywhere but here.
#[utoipa::path(
    delete,
    path = "/me/sessions",
    tag = "me",
    operation_id = "end_my_other_sessions",
    responses((status = 204, description = "Only this one is left."))
)]
pub(super) async fn end_others(
    State(node): State<Arc<Node>>,
    Extension(person): Extension<Person>,
) -> Result<StatusCode, Problem> {
    account::end_other_sessions(&node, &person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs one out in one browser.
#[utoipa::path(
    delete,
    path = "/me/sessions/{id}",
    tag = "me",
    operation_id = "end_my_session",
    responses((status = 204, description = "It opens nothing any more."))
)]
pub(super) async fn end_session(
    State(node): State<Arc<Node>>,
    Extension(person): Extension<Person>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id: SessionId = id.parse().map_err(|_| Problem::missing("session"))?;
    account::end_session(&node, &person, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

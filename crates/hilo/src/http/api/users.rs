//! The people who sign in.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::{Extension, Json};
use domain::Language;
use domain::ids::{SessionId, UserId};
use domain::role::Role;
use serde::{Deserialize, Serialize};
use store::UserRow;
use utoipa::ToSchema;

use super::Answer;
use super::invitations::{LinkView, told};
use super::page::Page;
use super::schemas::{Id, LanguageCode, RoleName, Time};
use super::sessions::SessionView;
use crate::http::attempt::{Attempt, Posted};
use crate::http::keys::Caller;
use crate::http::origin::Way;
use crate::http::problem::Problem;
use crate::node::Node;
use crate::people::colleagues::{self, Wanted};
use crate::people::links::{self, Link};

/// Somebody who signs in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserView {
    #[schema(value_type = Id)]
    id: UserId,
    /// What others call them.
    #[schema(example = "Lucía Peña")]
    name: String,
    /// What they sign in with.
    #[schema(example = "lucia@optica.example")]
    email: String,
    #[schema(value_type = RoleName)]
    role: Role,
    /// In which language they read the screens.
    #[schema(value_type = LanguageCode)]
    language: Language,
    /// Whether they are asked for a code of their phone.
    has_totp: bool,
    /// Since when they may not sign in.
    #[schema(value_type = Option<Time>)]
    disabled_at: Option<i64>,
    #[schema(value_type = Time)]
    created_at: i64,
}

impl From<UserRow> for UserView {
    fn from(row: UserRow) -> Self {
        UserView {
            id: row.id,
            name: row.name,
            email: row.email,
            role: row.role,
            language: row.language,
            has_totp: row.totp.is_some(),
            disabled_at: row.disabled_at,
            created_at: row.created_at,
        }
    }
}

/// The people of the workspace, the first to come first, with those who are disabled.
#[utoipa::path(get, path = "/users", tag = "users", operation_id = "list_users", responses((status = 200, body = Page<UserView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
) -> Answer<Page<UserView>> {
    let rows = node.store.read(move |tx| tx.users(caller.workspace)).await?;
    Ok(Json(Page::whole(rows, UserView::from)))
}

/// One of them.
#[utoipa::path(get, path = "/users/{id}", tag = "users", operation_id = "show_user", responses((status = 200, body = UserView)))]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<UserView> {
    Ok(Json(find(&node, &caller, &id).await?.into()))
}

async fn find(node: &Node, caller: &Caller, id: &str) -> Result<UserRow, Problem> {
    let (workspace, id) = (caller.workspace, user_id(id)?);
    let row = node.store.read(move |tx| tx.user(workspace, id)).await?;
    row.ok_or_else(|| Problem::missing("person"))
}

fn user_id(id: &str) -> Result<UserId, Problem> {
    id.parse().map_err(|_| Problem::missing("person"))
}

/// What is to be different; what is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserChangeWish {
    #[serde(default)]
    #[schema(value_type = Option<RoleName>)]
    role: Option<Role>,
    /// Whether they may not sign in.
    #[serde(default)]
    disabled: Option<bool>,
}

/// Gives somebody another role, keeps them from signing in, or lets them in again. It ends where they are signed in. There is
/// always an owner who can sign in.
#[utoipa::path(
    patch,
    path = "/users/{id}",
    tag = "users",
    operation_id = "change_user",
    request_body = UserChangeWish,
    responses((status = 200, body = UserView), (status = 409, description = "The only owner who can sign in stays one."))
)]
pub(super) async fn change(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: wish, .. }: Posted<UserChangeWish>,
) -> Answer<UserView> {
    let wanted = Wanted { role: wish.role, disabled: wish.disabled };
    let changed = colleagues::change(&node, caller.workspace, user_id(&id)?, wanted, &caller.name).await?;
    Ok(Json(changed.into()))
}

/// Makes a link with which somebody chooses another password. It is shown this once, and works once, for a day.
#[utoipa::path(
    post,
    path = "/users/{id}/password-reset",
    tag = "users",
    operation_id = "reset_password",
    responses((status = 201, description = "The link.", body = LinkView))
)]
pub(super) async fn reset(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    way: Way,
    headers: HeaderMap,
    attempt: Attempt,
) -> Result<Response, Problem> {
    let user = find(&node, &caller, &id).await?;
    let link = Link::to_reset(caller.workspace, user.id, user.role, &user.email, &caller.name);
    let link = link.made_by(caller.actor().user);
    let (kept, told) = told(&node, way, &headers, &link);
    let make = |once| links::reset(&node, link.clone(), &caller.name, once);
    attempt.once_telling_more(StatusCode::CREATED, kept, told, make).await
}

/// Takes the codes off an account whose phone is lost. It ends where they are signed in.
#[utoipa::path(
    delete,
    path = "/users/{id}/totp",
    tag = "users",
    operation_id = "remove_totp_of_user",
    responses((status = 204, description = "They are asked for none."))
)]
pub(super) async fn remove_totp(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    colleagues::remove_totp(&node, caller.workspace, user_id(&id)?, &caller.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where somebody is signed in, the latest first.
#[utoipa::path(
    get,
    path = "/users/{id}/sessions",
    tag = "users",
    operation_id = "list_sessions_of_user",
    responses((status = 200, body = Page<SessionView>))
)]
pub(super) async fn sessions(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Page<SessionView>> {
    let user = find(&node, &caller, &id).await?;
    let rows = node.store.read(move |tx| tx.sessions_of(user.workspace, user.id)).await?;
    Ok(Json(Page::whole(rows, |row| SessionView::of(row, None))))
}

/// Signs somebody out everywhere.
#[utoipa::path(
    delete,
    path = "/users/{id}/sessions",
    tag = "users",
    operation_id = "end_sessions_of_user",
    responses((status = 204, description = "They are signed in nowhere."))
)]
pub(super) async fn end_sessions(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    colleagues::end_sessions(&node, caller.workspace, user_id(&id)?, None, &caller.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs somebody out in one browser.
#[utoipa::path(
    delete,
    path = "/users/{id}/sessions/{session}",
    tag = "users",
    operation_id = "end_session_of_user",
    params(("session" = Id, Path, description = "As the list of their sessions has it.")),
    responses((status = 204, description = "It opens nothing any more."))
)]
pub(super) async fn end_session(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path((id, session)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let session: SessionId = session.parse().map_err(|_| Problem::missing("session"))?;
    colleagues::end_sessions(&node, caller.workspace, user_id(&id)?, Some(session), &caller.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

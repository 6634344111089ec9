//! Links with which people join.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::{Extension, Json};
use domain::ids::InvitationId;
use domain::invitation::Purpose;
use domain::role::Role;
use serde::{Deserialize, Serialize};
use store::InvitationRow;
use utoipa::ToSchema;

use super::Answer;
use super::page::Page;
use super::schemas::{Id, LinkPurposeName, RoleName, Time};
use crate::clock::machine_now;
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::origin::Way;
use crate::http::problem::Problem;
use crate::node::Node;
use crate::people::email;
use crate::people::links::{self, Link};

/// A link that has not been used; never the link itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invitation)]
pub(super) struct InvitationView {
    #[schema(value_type = Id)]
    id: InvitationId,
    #[schema(value_type = LinkPurposeName)]
    purpose: Purpose,
    /// What whoever joins with it is there for.
    #[schema(value_type = RoleName)]
    role: Role,
    /// Whom it is meant for.
    #[schema(example = "lucia@optica.example")]
    email: Option<String>,
    made_by: String,
    #[schema(value_type = Time)]
    created_at: i64,
    /// From when on it opens nothing.
    #[schema(value_type = Time)]
    expires_at: i64,
}

impl From<&InvitationRow> for InvitationView {
    fn from(row: &InvitationRow) -> Self {
        Self {
            id: row.id,
            purpose: row.purpose,
            role: row.role,
            email: row.email.clone(),
            made_by: row.made_by.clone(),
            created_at: row.created_at,
            expires_at: row.expires_at,
        }
    }
}

/// A link that was just made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Link)]
pub(super) struct LinkView {
    /// The link, shown this once: null if this answer is a repeated one.
    #[schema(example = "https://hilo.example.com/join/…")]
    link: Option<String>,
    invitation: InvitationView,
}

/// What is kept of a new link for a repetition, and what is told this once.
pub(super) fn told(
    node: &Node,
    way: Way,
    headers: &HeaderMap,
    link: &Link,
) -> (fn(&InvitationRow) -> LinkView, impl FnOnce(&InvitationRow) -> LinkView + use<>) {
    let url = link.url(&base(node, way, headers));
    let kept = |row: &InvitationRow| LinkView { link: None, invitation: row.into() };
    (kept, move |row: &InvitationRow| LinkView { link: Some(url), invitation: row.into() })
}

/// The address that is set, or the one under which the caller found us. It is told to nobody else.
fn base(node: &Node, way: Way, headers: &HeaderMap) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or(&node.settings.listen);
    let scheme = if way.https { "https" } else { "http" };
    node.settings.front.public_url.clone().unwrap_or_else(|| format!("{scheme}://{host}"))
}

/// The links that have not been used, the newest first.
#[utoipa::path(get, path = "/invitations", tag = "users", operation_id = "list_invitations", responses((status = 200, body = Page<InvitationView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
) -> Answer<Page<InvitationView>> {
    let rows = node.store.read(move |tx| tx.invitations(caller.workspace)).await?;
    let now = machine_now();
    let open: Vec<InvitationRow> = rows.into_iter().filter(|row| now < row.expires_at).collect();
    Ok(Json(Page::whole(open, |row| InvitationView::from(&row))))
}

/// Who is to join.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InvitationWish {
    /// Whom it is meant for; whoever opens the link can choose another address.
    #[serde(default)]
    #[schema(example = "lucia@optica.example")]
    email: Option<String>,
    #[schema(value_type = RoleName)]
    role: Role,
}

/// Makes a link with which somebody joins. It is shown this once, and works once, for seven days.
#[utoipa::path(
    post,
    path = "/invitations",
    tag = "users",
    operation_id = "invite",
    request_body = InvitationWish,
    responses((status = 201, description = "The link.", body = LinkView))
)]
pub(super) async fn create(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    way: Way,
    headers: HeaderMap,
    Posted { body: wish, attempt }: Posted<InvitationWish>,
) -> Result<Response, Problem> {
    let email = wish.email.as_deref().filter(|email| !email.trim().is_empty()).map(email::check).transpose();
    let email = email.map_err(|why| Problem::invalid(format!("`email`: {why}")))?;
    let link = Link::to_join(caller.workspace, wish.role, email, &caller.name).made_by(caller.actor().user);
    let (kept, told) = told(&node, way, &headers, &link);
    let make = |once| links::invite(&node, link.clone(), &caller.name, once);
    attempt.once_telling_more(StatusCode::CREATED, kept, told, make).await
}

/// Takes a link back: it opens nothing any more.
#[utoipa::path(
    delete,
    path = "/invitations/{id}",
    tag = "users",
    operation_id = "withdraw_invitation",
    responses((status = 204, description = "It opens nothing."))
)]
pub(super) async fn withdraw(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id: InvitationId = id.parse().map_err(|_| Problem::missing("invitation"))?;
    links::withdraw(&node, caller.workspace, id, &caller.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

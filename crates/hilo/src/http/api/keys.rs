//! Keys of the API.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::ids::KeyId;
use domain::scope::{Scope, Scopes};
use serde::{Deserialize, Serialize};
use store::{KeyRow, NewKey};
use utoipa::ToSchema;

use super::Answer;
use super::page::{Asked, Page};
use super::schemas::{Id, ScopeName, Time};
use crate::http::attempt::Posted;
use crate::http::keys::{self, Caller};
use crate::http::problem::Problem;
use crate::node::Node;
use crate::{ids, inbox};

/// A key of the API; never the key itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Key)]
pub(super) struct KeyView {
    #[schema(value_type = Id)]
    id: KeyId,
    /// What it is for; stands on the timeline beside what it did.
    #[schema(example = "shop")]
    name: String,
    #[schema(value_type = Vec<ScopeName>)]
    scopes: Vec<Scope>,
    #[schema(value_type = Time)]
    created_at: i64,
    /// From when on it opens nothing.
    #[schema(value_type = Option<Time>)]
    expires_at: Option<i64>,
    /// When it was last used, to the hour.
    #[schema(value_type = Option<Time>)]
    last_used_at: Option<i64>,
    #[schema(value_type = Option<Time>)]
    revoked_at: Option<i64>,
}

impl From<&KeyRow> for KeyView {
    fn from(row: &KeyRow) -> Self {
        KeyView {
            id: row.id,
            name: row.name.clone(),
            scopes: row.scopes.iter().collect(),
            created_at: row.created_at,
            expires_at: row.expires_at,
            last_used_at: row.last_used_at,
            revoked_at: row.revoked_at,
        }
    }
}

/// The keys of the workspace, the newest first, with those that were revoked.
#[utoipa::path(get, path = "/keys", tag = "keys", operation_id = "list_keys", params(Asked), responses((status = 200, body = Page<KeyView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
) -> Answer<Page<KeyView>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<KeyId>()?);
    let rows = node.store.read(move |tx| tx.keys(caller.workspace, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id.to_string(), |row| KeyView::from(&row))))
}

/// What a new key is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyWish {
    /// What it is for.
    #[schema(example = "shop", min_length = 1, max_length = 100)]
    name: String,
    /// What it may do; no more than the key that makes it.
    #[schema(value_type = Vec<ScopeName>, min_items = 1)]
    scopes: Vec<Scope>,
    /// From when on it opens nothing; never unless given. Not later than the end of the key that makes it.
    #[serde(default)]
    #[schema(value_type = Option<Time>)]
    expires_at: Option<i64>,
}

/// A key that was just made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NewKeyView {
    /// The key, shown this once: null if this answer is a repeated one.
    #[schema(example = "hilo_…")]
    secret: Option<String>,
    key: KeyView,
}

/// Makes a key. It is shown this once; a lost one is revoked and made anew.
#[utoipa::path(
    post,
    path = "/keys",
    tag = "keys",
    operation_id = "create_key",
    request_body = KeyWish,
    responses((status = 201, description = "The key.", body = NewKeyView))
)]
pub(super) async fn create(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body: wish, attempt }: Posted<KeyWish>,
) -> Result<Response, Problem> {
    let name = keys::checked_name(&wish.name).map_err(|why| Problem::invalid(format!("`name`: {why}")))?;
    let scopes = granted(&caller, &wish.scopes)?;
    let expires_at = granted_end(&caller, wish.expires_at, node.clock.now().as_millisecond())?;
    let (secret, hash) = keys::mint();
    let new = NewKey { id: KeyId(ids::fresh()), name, hash, scopes, expires_at };
    let make = |once| inbox::make_key(&node, caller.workspace, new, &caller.name, once);
    // What is kept for a repetition must not hold the key.
    let kept = |row: &KeyRow| NewKeyView { secret: None, key: row.into() };
    let told = |row: &KeyRow| NewKeyView { secret: Some(secret), key: row.into() };
    attempt.once_telling_more(StatusCode::CREATED, kept, told, make).await
}

/// A key gives no right that it does not have.
fn granted(caller: &Caller, wished: &[Scope]) -> Result<Scopes, Problem> {
    if wished.is_empty() {
        return Err(Problem::invalid("`scopes` is empty; give the key at least one of read, send and manage"));
    }
    match wished.iter().find(|scope| !caller.may_give(**scope)) {
        Some(scope) => {
            let said = format!("this key lacks the scope `{scope}` and cannot give it; use one that has it");
            Err(Problem::new(StatusCode::FORBIDDEN, said))
        }
        None => Ok(Scopes::of(wished)),
    }
}

/// Nor an end later than its own: it could live on under another name.
fn granted_end(caller: &Caller, wished: Option<i64>, now: i64) -> Result<Option<i64>, Problem> {
    if wished.is_some_and(|end| end <= now) {
        return Err(Problem::invalid("`expires_at` has passed; give milliseconds since 1970 that are to come"));
    }
    match caller.ends_at() {
        Some(own) if wished.is_none_or(|end| own < end) => {
            let said =
                format!("this key ends at {own} and gives none that outlives it; set `expires_at` to that or before");
            Err(Problem::new(StatusCode::FORBIDDEN, said))
        }
        Some(_) | None => Ok(wished),
    }
}

/// Revokes a key: from the next request on it opens nothing.
#[utoipa::path(
    delete,
    path = "/keys/{id}",
    tag = "keys",
    operation_id = "revoke_key",
    responses((status = 204, description = "It opens nothing, or did not before."))
)]
pub(super) async fn revoke(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let id: KeyId = id.parse().map_err(|_| Problem::missing("key"))?;
    inbox::revoke_key(&node, caller.workspace, id, &caller.name).await?;
    Ok(StatusCode::NO_CONTENT)
}

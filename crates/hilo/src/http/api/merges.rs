//! Contacts that turned out to be one person.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::ids::{ContactId, MergeId};
use serde::{Deserialize, Serialize};
use store::{MergeRow, Tx};
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::page::{Asked, Page, filter};
use super::schemas::{Id, Time};
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::{self, Merging};
use crate::node::Node;

/// Two contacts that became one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Merge)]
pub(crate) struct MergeView {
    #[schema(value_type = Id)]
    id: MergeId,
    /// Who they are.
    #[schema(value_type = Id)]
    contact_id: ContactId,
    /// Whose contact leads there.
    #[schema(value_type = Id)]
    merged_id: ContactId,
    #[schema(value_type = Time)]
    at: i64,
    /// Who did it.
    by: String,
    /// When everything was given back.
    #[schema(value_type = Option<Time>)]
    undone_at: Option<i64>,
    /// By whom.
    undone_by: Option<String>,
}

impl From<MergeRow> for MergeView {
    fn from(row: MergeRow) -> Self {
        let (undone_at, undone_by) = row.undone.unzip();
        MergeView {
            id: row.merge.id,
            contact_id: row.merge.survivor,
            merged_id: row.merge.merged,
            at: row.merge.at,
            by: row.merge.by,
            undone_at,
            undone_by,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Those that made one person what they are.
    #[param(value_type = Option<Id>)]
    contact_id: Option<String>,
}

/// Merges, the newest first, also those that were undone.
#[utoipa::path(get, path = "/merges", tag = "contacts", operation_id = "list_merges", params(Asked, Filter), responses((status = 200, body = Page<MergeView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(wanted): Query<Filter>,
) -> Answer<Page<MergeView>> {
    let (limit, before, workspace) = (asked.limit()?, asked.cursor::<MergeId>()?, caller.workspace);
    let contact = filter::<ContactId>("contact_id", wanted.contact_id.as_deref())?;
    let read = move |tx: &mut Tx<'_>| {
        let contact = contact.map(|id| tx.whoever(workspace, id)).transpose()?;
        tx.merges(workspace, contact, before, limit)
    };
    let rows = node.store.read(read).await?;
    Ok(Json(Page::of(rows, limit, |row| row.merge.id.to_string(), MergeView::from)))
}

/// Who else it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MergeWish {
    /// The contact that turned out to be this person. It leads here from now on.
    #[schema(value_type = Id)]
    contact_id: ContactId,
}

/// Makes one contact of two: identities, conversations, tickets, records and notes of the other one become this one's. Its identities stay
/// what they are, and answers go where they went. All of it can be undone.
#[utoipa::path(
    post,
    path = "/contacts/{id}/merges",
    tag = "contacts",
    operation_id = "merge_contacts",
    request_body = MergeWish,
    responses(
        (status = 201, description = "The merge.", body = MergeView),
        (status = 409, description = "One of them was merged before, or erased."),
    )
)]
pub(super) async fn create(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: wish, attempt }: Posted<MergeWish>,
) -> Result<Response, Problem> {
    let survivor: ContactId = id.parse().map_err(|_| Problem::missing("contact"))?;
    let merging = Merging::new(&node, survivor, wish.contact_id, &caller.name);
    let shown = |row: &MergeRow| MergeView::from(row.clone());
    attempt.once(StatusCode::CREATED, shown, |once| inbox::merge(&node, caller.workspace, merging, once)).await
}

/// Undoes a merge: each gets back what was theirs, and what came since on their own numbers and conversations.
#[utoipa::path(
    delete,
    path = "/merges/{id}",
    tag = "contacts",
    operation_id = "undo_merge",
    responses(
        (status = 200, description = "The merge as it was.", body = MergeView),
        (status = 409, description = "It was undone before, or a later merge stands upon it."),
    )
)]
pub(super) async fn undo(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<MergeView> {
    let id: MergeId = id.parse().map_err(|_| Problem::missing("merge"))?;
    Ok(Json(inbox::undo_merge(&node, caller.workspace, id, &caller.name).await?.into()))
}

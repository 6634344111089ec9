//! Texts that are sent again and again.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::Language;
use domain::ids::{CannedReplyId, ConversationId};
use serde::{Deserialize, Serialize};
use store::CannedReplyRow;
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::page::{Asked, Page};
use super::schemas::{Id, Time};
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::{self, CannedReply};
use crate::node::Node;

/// A text that is sent again and again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CannedReply)]
pub(super) struct ReplyView {
    #[schema(value_type = Id)]
    id: CannedReplyId,
    /// What is typed behind `/` to find it.
    #[schema(example = "hours")]
    shortcut: String,
    #[schema(example = "Horario")]
    name: String,
    /// The text by language.
    #[schema(example = json!({"es": "Hola {{ contact.name }}, abrimos de 9 a 18."}))]
    texts: BTreeMap<String, String>,
    #[schema(value_type = Time)]
    changed_at: i64,
    changed_by: String,
}

impl From<CannedReplyRow> for ReplyView {
    fn from(row: CannedReplyRow) -> Self {
        let texts = serde_json::from_str(&row.texts).unwrap_or_default();
        let CannedReplyRow { id, shortcut, name, changed_at, changed_by, .. } = row;
        ReplyView { id, shortcut, name, texts, changed_at, changed_by }
    }
}

/// A canned reply to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReply {
    /// Letters, digits, `-` and `_`.
    #[schema(example = "hours", min_length = 1, max_length = 32)]
    shortcut: String,
    #[schema(example = "Horario", min_length = 1, max_length = 100)]
    name: String,
    /// The text by language; `{{ contact.name }}`, `{{ agent.name }}`, `{{ business.name }}` and `{{ ticket }}` are filled in.
    #[schema(value_type = BTreeMap<String, String>, example = json!({"es": "Hola {{ contact.name }}, abrimos de 9 a 18."}))]
    texts: BTreeMap<Language, String>,
}

impl From<NewReply> for CannedReply {
    fn from(new: NewReply) -> Self {
        CannedReply { shortcut: new.shortcut, name: new.name, texts: new.texts }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Start {
    /// Only those whose shortcut begins like this.
    shortcut: Option<String>,
}

/// The canned replies, by their shortcuts.
#[utoipa::path(get, path = "/canned-replies", tag = "inbox", operation_id = "list_canned_replies", params(Asked, Start), responses((status = 200, body = Page<ReplyView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(start): Query<Start>,
) -> Answer<Page<ReplyView>> {
    let (limit, after) = (asked.limit()?, asked.cursor::<String>()?.unwrap_or_default());
    let start = start.shortcut.unwrap_or_default().to_lowercase();
    let rows = node.store.read(move |tx| tx.canned_replies(caller.workspace, &start, &after, limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.shortcut.clone(), ReplyView::from)))
}

/// Keeps a new canned reply.
#[utoipa::path(
    post,
    path = "/canned-replies",
    tag = "inbox",
    operation_id = "add_canned_reply",
    request_body = NewReply,
    responses(
        (status = 201, description = "It is kept.", body = ReplyView),
        (status = 409, description = "The shortcut is another's."),
    )
)]
pub(super) async fn add(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body, attempt }: Posted<NewReply>,
) -> Result<Response, Problem> {
    let by = caller.actor();
    let add = |once| inbox::add_canned_reply(&node, caller.workspace, body.into(), &by, once);
    attempt.once(StatusCode::CREATED, |row: &CannedReplyRow| ReplyView::from(row.clone()), add).await
}

/// Changes a canned reply.
#[utoipa::path(
    put,
    path = "/canned-replies/{id}",
    tag = "inbox",
    operation_id = "change_canned_reply",
    request_body = NewReply,
    responses((status = 200, body = ReplyView), (status = 409, description = "The shortcut is another's."))
)]
pub(super) async fn change(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body, .. }: Posted<NewReply>,
) -> Answer<ReplyView> {
    let id = reply_id(&id)?;
    let row = inbox::change_canned_reply(&node, caller.workspace, id, body.into(), &caller.actor()).await?;
    Ok(Json(row.into()))
}

/// Deletes a canned reply.
#[utoipa::path(delete, path = "/canned-replies/{id}", tag = "inbox", operation_id = "delete_canned_reply", responses((status = 204, description = "It is gone.")))]
pub(super) async fn delete(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    inbox::delete_canned_reply(&node, caller.workspace, reply_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct For {
    /// For which conversation.
    #[param(value_type = Id)]
    conversation_id: String,
}

/// A text for a conversation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FilledReply)]
pub(super) struct Filled {
    text: String,
}

/// A canned reply as it reads in a conversation: in the person's language, with its fields filled in.
#[utoipa::path(get, path = "/canned-replies/{id}/text", tag = "inbox", operation_id = "fill_canned_reply", params(For), responses((status = 200, body = Filled)))]
pub(super) async fn fill(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(wanted): Query<For>,
) -> Answer<Filled> {
    let conversation: ConversationId = wanted.conversation_id.parse().map_err(|_| Problem::missing("conversation"))?;
    let by = caller.actor();
    let text = inbox::fill_canned_reply(&node, caller.workspace, reply_id(&id)?, conversation, &by).await?;
    Ok(Json(Filled { text }))
}

fn reply_id(text: &str) -> Result<CannedReplyId, Problem> {
    text.parse().map_err(|_| Problem::missing("canned reply"))
}

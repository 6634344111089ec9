//! What people say to each other beside a conversation, what they have begun to write, and to what they are called.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::desk::CallReason;
use domain::ids::{ConversationId, EventId, UserId};
use serde::{Deserialize, Serialize};
use store::{CallRow, Draft, NoteRow};
use utoipa::ToSchema;

use super::Answer;
use super::conversations::conversation_id;
use super::page::{Asked, Page};
use super::schemas::{CallReasonName, Id, Time};
use super::work::user_id;
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox;
use crate::node::Node;

/// More notes than anybody reads beside one conversation.
const MOST: i64 = 500;

/// A note beside a conversation. It is never sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConversationNote)]
pub(super) struct NoteView {
    #[schema(value_type = Id)]
    id: EventId,
    /// Who wrote it.
    by: String,
    #[schema(value_type = Option<Id>)]
    author_id: Option<UserId>,
    /// Empty once it was deleted.
    text: String,
    /// Whom it calls.
    #[schema(value_type = Vec<Id>)]
    mentions: Vec<UserId>,
    #[schema(value_type = Time)]
    at: i64,
    #[schema(value_type = Option<Time>)]
    deleted_at: Option<i64>,
}

impl From<NoteRow> for NoteView {
    fn from(row: NoteRow) -> Self {
        let NoteRow { id, by, author, text, mentions, at, deleted_at, .. } = row;
        NoteView { id, by, author_id: author, text, mentions, at, deleted_at }
    }
}

/// A note to be written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewNote {
    /// Whoever's name, or its first word, stands behind an `@` is called.
    #[schema(example = "@leo ¿puedes ver esto?", min_length = 1, max_length = 4096)]
    text: String,
    /// Whom it calls besides.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Id>>)]
    mentions: Vec<String>,
}

/// The notes beside a conversation, the oldest first.
#[utoipa::path(get, path = "/conversations/{id}/notes", tag = "inbox", operation_id = "list_conversation_notes", responses((status = 200, body = Page<NoteView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Page<NoteView>> {
    let id = conversation_id(&id)?;
    let read = move |tx: &mut store::Tx<'_>| {
        let thread = tx.conversation(caller.workspace, id)?;
        thread.map(|_| tx.notes(caller.workspace, id, MOST)).transpose()
    };
    let rows = node.store.read(read).await?.ok_or_else(|| Problem::missing("conversation"))?;
    Ok(Json(Page::whole(rows, NoteView::from)))
}

/// Writes a note beside a conversation.
#[utoipa::path(
    post,
    path = "/conversations/{id}/notes",
    tag = "inbox",
    operation_id = "write_conversation_note",
    request_body = NewNote,
    responses((status = 201, description = "The note.", body = NoteView))
)]
pub(super) async fn write(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body, attempt }: Posted<NewNote>,
) -> Result<Response, Problem> {
    let (id, by) = (conversation_id(&id)?, caller.actor());
    let mentions = body.mentions.iter().map(|user| user_id(user)).collect::<Result<Vec<_>, _>>()?;
    let write = |once| inbox::write_note(&node, caller.workspace, id, &body.text, &mentions, &by, once);
    attempt.once(StatusCode::CREATED, |row: &NoteRow| NoteView::from(row.clone()), write).await
}

/// Takes a note back: its author may, and the owner. That there was one stays.
#[utoipa::path(
    delete,
    path = "/conversations/{id}/notes/{note}",
    tag = "inbox",
    operation_id = "delete_conversation_note",
    params(("note" = Id, Path, description = "The note.")),
    responses((status = 204, description = "Its text is gone."), (status = 409, description = "It is somebody else's."))
)]
pub(super) async fn delete(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path((id, note)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let note = note.parse().map_err(|_| Problem::missing("note"))?;
    inbox::delete_note(&node, caller.workspace, conversation_id(&id)?, note, &caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What somebody has begun to write.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Draft)]
pub(super) struct DraftView {
    #[schema(value_type = Id)]
    user_id: UserId,
    text: String,
    #[schema(value_type = Time)]
    at: i64,
}

impl From<Draft> for DraftView {
    fn from(draft: Draft) -> Self {
        DraftView { user_id: draft.user, text: draft.text, at: draft.at }
    }
}

/// What people have begun to write in a conversation.
#[utoipa::path(get, path = "/conversations/{id}/drafts", tag = "inbox", operation_id = "list_drafts", responses((status = 200, body = Page<DraftView>)))]
pub(super) async fn drafts(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<Page<DraftView>> {
    let id = conversation_id(&id)?;
    let read = move |tx: &mut store::Tx<'_>| {
        let thread = tx.conversation(caller.workspace, id)?;
        thread.map(|_| tx.drafts(caller.workspace, id)).transpose()
    };
    let rows = node.store.read(read).await?.ok_or_else(|| Problem::missing("conversation"))?;
    Ok(Json(Page::whole(rows, DraftView::from)))
}

/// A text that somebody has begun.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Begun {
    /// Empty for none.
    #[schema(max_length = 4096)]
    text: String,
}

/// Keeps what you have begun to write in a conversation; it goes when you send a message there. For people, not for keys.
#[utoipa::path(
    put,
    path = "/conversations/{id}/draft",
    tag = "inbox",
    operation_id = "keep_draft",
    request_body = Begun,
    responses((status = 204, description = "It is kept."))
)]
pub(super) async fn keep_draft(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body, .. }: Posted<Begun>,
) -> Result<StatusCode, Problem> {
    inbox::keep_draft(&node, caller.workspace, conversation_id(&id)?, &body.text, &caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gives up what you have begun to write in a conversation.
#[utoipa::path(delete, path = "/conversations/{id}/draft", tag = "inbox", operation_id = "give_up_draft", responses((status = 204, description = "It is gone.")))]
pub(super) async fn give_up_draft(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    inbox::keep_draft(&node, caller.workspace, conversation_id(&id)?, "", &caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Something that calls somebody to a conversation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Call)]
pub(super) struct CallView {
    #[schema(value_type = Id)]
    id: EventId,
    #[schema(value_type = Id)]
    conversation_id: ConversationId,
    #[schema(value_type = CallReasonName)]
    reason: CallReason,
    by: String,
    #[schema(value_type = Time)]
    at: i64,
    /// When you had a look.
    #[schema(value_type = Option<Time>)]
    seen_at: Option<i64>,
}

impl From<CallRow> for CallView {
    fn from(row: CallRow) -> Self {
        let CallRow { id, conversation, reason, by, at, seen_at, .. } = row;
        CallView { id, conversation_id: conversation, reason, by, at, seen_at }
    }
}

/// To what you are called, by notes and by broken promises, the latest first. A key is called to nothing.
#[utoipa::path(get, path = "/inbox/calls", tag = "inbox", operation_id = "list_calls", params(Asked), responses((status = 200, body = Page<CallView>)))]
pub(super) async fn calls(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
) -> Answer<Page<CallView>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<EventId>()?);
    let Some(user) = caller.actor().user else { return Ok(Json(Page::whole(Vec::<CallRow>::new(), CallView::from))) };
    let rows = node.store.read(move |tx| tx.calls(caller.workspace, user, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id.to_string(), CallView::from)))
}

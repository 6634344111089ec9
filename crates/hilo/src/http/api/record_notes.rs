//! What people of ours write down beside a record, and what became of it.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::{Extension, Json};
use domain::Language;
use domain::ids::{EventId, NoteId};
use domain::interaction::Step;
use domain::record::{Note, Noun, RecordRef};
use serde::{Deserialize, Serialize};
use store::{HistoryRow, Versioned};
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::page::{Asked, Page, filter};
use super::record::{LONG, asked_id, needed};
use super::schemas::{Id, LanguageCode, NounName, Time};
use super::shapes::{RecordShape, StepShape};
use crate::explain::Explainer;
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::ids;
use crate::node::Node;
use crate::records::{Trail, add_note, change_note};

/// Something that a person of yours wrote down beside a record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RecordNote)]
pub(crate) struct RecordNoteView {
    #[schema(value_type = Id)]
    id: NoteId,
    #[schema(value_type = RecordShape)]
    record: RecordRef,
    text: String,
    /// Who wrote it.
    author: String,
    /// Named by whoever changes it.
    version: i64,
    #[schema(value_type = Time)]
    created_at: i64,
    #[schema(value_type = Time)]
    updated_at: i64,
}

impl From<Versioned<Note>> for RecordNoteView {
    fn from(kept: Versioned<Note>) -> Self {
        let Versioned { record: Note { id, record, text, author }, version, created_at, updated_at } = kept;
        RecordNoteView { id, record, text, author, version, created_at, updated_at }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Whose {
    /// What kind of record it is.
    #[serde(rename = "type")]
    #[param(value_type = NounName)]
    noun: String,
    /// Which.
    #[param(value_type = Id)]
    id: String,
}

impl Whose {
    fn record(&self) -> Result<RecordRef, Problem> {
        let noun = self.noun.parse::<Noun>().map_err(|error| Problem::invalid(format!("`type`: {error}")))?;
        Ok(RecordRef { noun, id: asked_id("id", &self.id)? })
    }
}

/// The notes beside a record, the newest first.
#[utoipa::path(get, path = "/record-notes", tag = "records", operation_id = "list_record_notes", params(Asked, Whose), responses((status = 200, body = Page<RecordNoteView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(whose): Query<Whose>,
) -> Answer<Page<RecordNoteView>> {
    let (workspace, record) = (caller.workspace, whose.record()?);
    let (limit, before) = (asked.limit()?, asked.cursor::<NoteId>()?);
    let rows = node.store.read(move |tx| tx.record_notes(workspace, record, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |kept| kept.record.id.to_string(), RecordNoteView::from)))
}

/// A note to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordNoteWish {
    #[schema(value_type = RecordShape)]
    record: RecordRef,
    #[schema(min_length = 1, max_length = 4000)]
    text: String,
}

/// Writes something down beside a record. The customer never sees it.
#[utoipa::path(post, path = "/record-notes", tag = "records", operation_id = "create_record_note", request_body = RecordNoteWish, responses((status = 201, description = "The note.", body = RecordNoteView), (status = 404, description = "There is no such record.")))]
pub(super) async fn create(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body: wish, attempt }: Posted<RecordNoteWish>,
) -> Result<Response, Problem> {
    let note = Note {
        id: NoteId(ids::fresh()),
        record: wish.record,
        text: needed("text", wish.text, LONG)?,
        author: caller.name.clone(),
    };
    let trail = Trail::new(&node, caller.workspace, &caller.actor(), None);
    let shown = |kept: &Versioned<Note>| RecordNoteView::from(kept.clone());
    attempt.once(StatusCode::CREATED, shown, |once| add_note(&node, caller.workspace, note, trail, once)).await
}

/// What a note is to say.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordNotePatch {
    /// The version that you saw.
    version: i64,
    #[schema(min_length = 1, max_length = 4000)]
    text: String,
}

/// Says a note better. Its author stays.
#[utoipa::path(
    patch,
    path = "/record-notes/{id}",
    tag = "records",
    operation_id = "change_record_note",
    request_body = RecordNotePatch,
    responses(
        (status = 200, description = "The note as it is now.", body = RecordNoteView),
        (status = 412, description = "It was changed meanwhile."),
    )
)]
pub(super) async fn change(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: patch, .. }: Posted<RecordNotePatch>,
) -> Answer<RecordNoteView> {
    let id: NoteId = id.parse().map_err(|_| Problem::missing("note"))?;
    let text = needed("text", patch.text, LONG)?;
    let trail = Trail::new(&node, caller.workspace, &caller.actor(), None);
    Ok(Json(change_note(&node, caller.workspace, id, patch.version, text, trail).await?.into()))
}

/// Something that became of a record.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HistoryEntry)]
pub(super) struct HistoryView {
    #[schema(value_type = Id)]
    id: EventId,
    #[schema(value_type = Time)]
    at: i64,
    /// Who did it.
    by: String,
    /// What, as data.
    #[schema(value_type = StepShape)]
    step: Step,
    /// What, in a sentence.
    sentence: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Tongue {
    /// The language of the sentences; that of the business unless given.
    #[param(value_type = Option<LanguageCode>)]
    lang: Option<String>,
}

/// What became of a record, the newest first: who changed which field from what to what.
#[utoipa::path(get, path = "/history", tag = "records", operation_id = "get_history", params(Asked, Whose, Tongue), responses((status = 200, body = Page<HistoryView>)))]
pub(super) async fn history(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(whose): Query<Whose>,
    Query(tongue): Query<Tongue>,
) -> Answer<Page<HistoryView>> {
    let (workspace, record) = (caller.workspace, whose.record()?);
    let (limit, before) = (asked.limit()?, asked.cursor::<EventId>()?);
    let language = filter::<Language>("lang", tongue.lang.as_deref())?;
    let rows = node.store.read(move |tx| tx.history(workspace, record, before, limit)).await?;
    let workflow = node.workflows.of(workspace)?;
    let language = language.unwrap_or(workflow.workflow.business.default_language);
    let explainer = Explainer::new(language, &workflow, node.clock.now());
    let told = |row: HistoryRow| HistoryView {
        id: row.id,
        at: row.at,
        by: row.by,
        sentence: explainer.step(&row.step),
        step: row.step,
    };
    Ok(Json(Page::of(rows, limit, |row| row.id.to_string(), told)))
}

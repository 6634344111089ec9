//! Files: what became of those that customers sent, and those that are uploaded to be sent.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::multipart::{Field, Multipart};
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Query, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use axum::{Extension, Json};
use domain::ids::{ConversationId, MediaId};
use domain::media::{MediaKind, MediaState};
use serde::{Deserialize, Serialize};
use store::{MediaRow, MessageFile};
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::page::{Asked, Page, filter};
use super::schemas::{Id, MediaKindName, MediaStateName, Time};
use crate::http::attempt::Attempt;
use crate::http::keys::Caller;
use crate::http::media::{absent, content};
use crate::http::problem::Problem;
use crate::media::{self, NotTaken, Offered, Passes, Taken, take};
use crate::node::Node;

/// The file of a message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = File)]
pub struct MediaView {
    #[schema(value_type = Id)]
    id: MediaId,
    #[schema(value_type = MediaKindName)]
    kind: MediaKind,
    #[schema(value_type = MediaStateName)]
    state: MediaState,
    /// Why it is not here.
    reason: Option<String>,
    /// What its bytes are, not what somebody claimed.
    mime_type: Option<String>,
    /// How many bytes.
    size: Option<i64>,
    /// The name that the customer's device gave it, or its uploader.
    filename: Option<String>,
    /// Of its bytes, in hexadecimal digits.
    sha256: Option<String>,
    /// Where its bytes are for a quarter of an hour, without a key: a path on this server. Null in what is kept for
    /// longer: changes, and an answer that is given again.
    url: Option<String>,
}

impl MediaView {
    /// With an address that is good from now on.
    pub(super) fn with_address(self, passes: &Passes) -> Self {
        MediaView { url: Some(passes.path(self.id)), ..self }
    }
}

impl From<MessageFile> for MediaView {
    fn from(file: MessageFile) -> Self {
        let stored = file.stored;
        MediaView {
            url: None,
            id: file.id,
            kind: file.kind,
            state: file.state,
            reason: file.reason,
            size: stored.as_ref().map(|stored| stored.size),
            filename: file.filename,
            sha256: stored.as_ref().map(|stored| stored.sha256.clone()),
            mime_type: stored.map(|stored| stored.mime_type),
        }
    }
}

/// A file by itself.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Media)]
pub(super) struct MediaRecord {
    #[serde(flatten)]
    file: MediaView,
    /// Of the message that it came with; null if it was uploaded here.
    #[schema(value_type = Option<Id>)]
    conversation_id: Option<ConversationId>,
    /// The place of that message in the conversation.
    seq: Option<i64>,
    /// How often it was tried to fetch it.
    attempts: i64,
    #[schema(value_type = Time)]
    created_at: i64,
}

impl MediaRecord {
    fn with_address(self, passes: &Passes) -> Self {
        MediaRecord { file: self.file.with_address(passes), ..self }
    }
}

fn record(row: MediaRow) -> MediaRecord {
    let MediaRow { id, kind, state, reason, filename, .. } = row;
    MediaRecord {
        file: MessageFile { id, kind, state, reason, stored: row.file, filename }.into(),
        conversation_id: row.conversation,
        seq: row.seq,
        attempts: row.attempts,
        created_at: row.created_at,
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Of one state only: `missing` and `refused` are the lists to look at.
    #[param(value_type = Option<MediaStateName>)]
    state: Option<String>,
}

/// Files, the newest first.
#[utoipa::path(get, path = "/media", tag = "media", operation_id = "list_media", params(Asked, Filter), responses((status = 200, body = Page<MediaRecord>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(wanted): Query<Filter>,
) -> Answer<Page<MediaRecord>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<MediaId>()?);
    let state = filter::<MediaState>("state", wanted.state.as_deref())?;
    let rows = node.store.read(move |tx| tx.media_page(caller.workspace, state, before, limit)).await?;
    let passes = node.media.passes(caller.workspace);
    Ok(Json(Page::of(rows, limit, |row| row.id.to_string(), |row| record(row).with_address(&passes))))
}

/// One file.
#[utoipa::path(get, path = "/media/{id}", tag = "media", operation_id = "get_media", responses((status = 200, body = MediaRecord)))]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<MediaRecord> {
    let row = find(&node, &caller, &id).await?;
    Ok(Json(record(row).with_address(&node.media.passes(caller.workspace))))
}

/// Its bytes, or a part of them. They are a stranger's: nothing may run in them.
#[utoipa::path(
    get,
    path = "/media/{id}/content",
    tag = "media",
    operation_id = "get_media_content",
    responses(
        (status = 200, body = Vec<u8>, content_type = "*/*"),
        (status = 206, description = "The part that `Range` asks for.", body = Vec<u8>, content_type = "*/*"),
        (status = 404, description = "There is no such file in this workspace, or its bytes are not here; the reason says why."),
        (status = 416, description = "`Range` asks for bytes that the file does not have."),
    )
)]
pub(super) async fn bytes(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let row = find(&node, &caller, &id).await?;
    if let Some(problem) = absent(&row) {
        return Err(problem);
    }
    content(&node, caller.workspace, &row, &headers).await
}

/// Another try to fetch one that is missing or refused.
#[utoipa::path(
    post,
    path = "/media/{id}/retry",
    tag = "media",
    operation_id = "retry_media",
    responses(
        (status = 200, description = "It is fetched within moments.", body = MediaRecord),
        (status = 409, description = "It is neither missing nor refused."),
    )
)]
pub(super) async fn retry(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    attempt: Attempt,
) -> Result<Response, Problem> {
    let id = id.parse::<MediaId>().map_err(|_| Problem::missing("file"))?;
    let passes = node.media.passes(caller.workspace);
    let told = |row: &MediaRow| record(row.clone()).with_address(&passes);
    let verb = async |once| media::retry(&node, caller.workspace, id, once).await;
    attempt.once_telling_more(StatusCode::OK, kept, told, verb).await
}

/// The address is not kept: it is a key for a quarter of an hour.
fn kept(row: &MediaRow) -> MediaRecord {
    record(row.clone())
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wish {
    /// As what it shall be sent, if not as what its bytes are: anything can go as a document.
    #[param(value_type = Option<MediaKindName>)]
    kind: Option<String>,
    /// Its name, where the form gives none.
    filename: Option<String>,
}

/// A form with a file in it.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it describes a form, which is read piece by piece")]
pub(super) struct FileForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Keeps a file to be sent, given as the body itself or as the field `file` of a form. A message names it by the id.
#[utoipa::path(
    post,
    path = "/media",
    tag = "media",
    operation_id = "upload_media",
    params(Wish),
    request_body(content((Vec<u8> = "application/octet-stream"), (FileForm = "multipart/form-data"))),
    responses(
        (status = 201, description = "It is kept.", body = MediaRecord),
        (status = 422, description = "WhatsApp would not take it; the sentence says why."),
    )
)]
pub(super) async fn upload(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(wish): Query<Wish>,
    request: Request,
) -> Result<Response, Problem> {
    let headers = request.headers().clone();
    let offered = Offered {
        claimed_type: content_type(&headers),
        filename: wish.filename,
        kind: filter::<MediaKind>("kind", wish.kind.as_deref())?,
    };
    let is_form = offered.claimed_type.as_deref().is_some_and(|claimed| claimed.starts_with("multipart/form-data"));
    // What is wrong with the key is told before the file is taken.
    Attempt::of(&headers, Vec::new())?;
    let taken = if is_form {
        from_form(&node, &caller, offered, request).await?
    } else {
        let bytes = Body::into_data_stream(request.into_body());
        take(&node, (caller.workspace, caller.id()), offered, bytes).await?
    };
    let attempt = Attempt::of(&headers, taken.request())?;
    let passes = node.media.passes(caller.workspace);
    let told = |row: &MediaRow| record(row.clone()).with_address(&passes);
    let verb = async |once| media::record(&node, caller.workspace, taken, once).await;
    attempt.once_telling_more(StatusCode::CREATED, kept, told, verb).await
}

async fn from_form(node: &Arc<Node>, caller: &Caller, offered: Offered, request: Request) -> Result<Taken, Problem> {
    let broken = |error: &dyn std::fmt::Display| Problem::invalid(format!("the form cannot be read: {error}"));
    // How much is taken is counted while it arrives.
    let mut request = request;
    DefaultBodyLimit::disable().apply(&mut request);
    let mut form = Multipart::from_request(request, &()).await.map_err(|error| broken(&error))?;
    while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
        if field.name() == Some("file") {
            let offered = of_field(offered, &field);
            return Ok(take(node, (caller.workspace, caller.id()), offered, field).await?);
        }
    }
    Err(Problem::invalid("the form has no field `file`; put the file in it"))
}

fn of_field(offered: Offered, field: &Field<'_>) -> Offered {
    Offered {
        claimed_type: field.content_type().map(str::to_owned),
        filename: offered.filename.or_else(|| field.file_name().map(str::to_owned)),
        kind: offered.kind,
    }
}

fn content_type(headers: &HeaderMap) -> Option<String> {
    headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

async fn find(node: &Node, caller: &Caller, id: &str) -> Result<MediaRow, Problem> {
    let missing = || Problem::missing("file");
    let (workspace, id) = (caller.workspace, id.parse::<MediaId>().map_err(|_| missing())?);
    node.store.read(move |tx| tx.media(workspace, id)).await?.ok_or_else(missing)
}

impl From<NotTaken> for Problem {
    fn from(refusal: NotTaken) -> Self {
        match refusal {
            NotTaken::Unsendable(_) | NotTaken::Broken(_) => Problem::invalid(refusal.to_string()),
            NotTaken::TooMany | NotTaken::TooManyUnsent => {
                Problem::new(StatusCode::TOO_MANY_REQUESTS, refusal.to_string())
            }
            NotTaken::NotStored(_) => {
                tracing::error!(%refusal, "An uploaded file cannot be kept");
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, refusal.to_string())
            }
            NotTaken::Store(error) => error.into(),
        }
    }
}

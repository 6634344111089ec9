//! Threads and their messages.

use std::sync::Arc;

use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use domain::ids::{ChannelId, ContactId, ConversationId, InteractionId, SendId, TicketId};
use domain::interaction::Author;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{ConversationRow, MessageRow};

use super::Answer;
use super::page::{Asked, Page, filter};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox;
use crate::node::Node;

/// A thread as the API shows it.
#[derive(Debug, Serialize)]
pub(super) struct ConversationView {
    id: ConversationId,
    channel_id: ChannelId,
    contact_id: Option<ContactId>,
    candidates: Option<Value>,
    phone: Option<String>,
    user_id: Option<String>,
    profile_name: Option<String>,
    window_until: i64,
    last_message_at: i64,
    person_since: Option<i64>,
    interaction_id: Option<InteractionId>,
    ticket_id: Option<TicketId>,
}

impl From<ConversationRow> for ConversationView {
    fn from(row: ConversationRow) -> Self {
        ConversationView {
            id: row.id,
            channel_id: row.channel,
            contact_id: row.contact,
            candidates: row.candidates.as_deref().and_then(|text| serde_json::from_str(text).ok()),
            phone: row.phone,
            user_id: row.user_id,
            profile_name: row.profile_name,
            window_until: row.window_until,
            last_message_at: row.last_message_at,
            person_since: row.person_since,
            interaction_id: row.interaction,
            ticket_id: row.ticket,
        }
    }
}

/// A message as the API shows it. Times are milliseconds since 1970.
#[derive(Debug, Serialize)]
pub struct MessageView {
    conversation_id: ConversationId,
    seq: i64,
    direction: &'static str,
    author: Author,
    #[serde(rename = "type")]
    kind: String,
    text: Option<String>,
    content: Option<Value>,
    wamid: Option<String>,
    context_wamid: Option<String>,
    sent_at: i64,
    recorded_at: i64,
    interaction_id: Option<InteractionId>,
    body_id: Option<domain::ids::BodyId>,
    steps: Option<Value>,
    send_id: Option<SendId>,
    status: Option<String>,
    reports: Option<String>,
    error_code: Option<i64>,
    error: Option<String>,
    price_category: Option<String>,
    price_type: Option<String>,
    price_usd: Option<f64>,
}

impl From<MessageRow> for MessageView {
    fn from(row: MessageRow) -> Self {
        let status = status(&row);
        let message = row.message;
        let json = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
        MessageView {
            conversation_id: message.conversation,
            seq: message.seq,
            direction: match message.author {
                Author::Customer => "inbound",
                Author::Automation | Author::Agent | Author::PhoneApp => "outbound",
            },
            author: message.author,
            kind: message.kind,
            text: message.text,
            content: json(message.content),
            wamid: message.wamid,
            context_wamid: message.context_wamid,
            sent_at: message.sent_at,
            recorded_at: message.recorded_at,
            interaction_id: message.interaction,
            body_id: message.body,
            steps: json(message.steps),
            send_id: message.send,
            status,
            reports: row.reports,
            error_code: row.error_code,
            error: row.error_text.or(row.send_reason),
            price_category: row.price_category,
            price_type: row.price_type,
            price_usd: row.price_micros.map(|micros| micros as f64 / 1e6),
        }
    }
}

/// How far it came by WhatsApp's reports; before the first of them, where it stands in the outbox.
fn status(row: &MessageRow) -> Option<String> {
    match (row.progress, row.send_state) {
        (Some(domain::delivery::Progress::Pending), Some(state)) => Some(state.name().to_owned()),
        (progress, _) => progress.map(|progress| progress.name().to_owned()),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Filter {
    contact_id: Option<String>,
    after: Option<String>,
}

/// `GET /conversations`: the newest first; `?contact_id=` keeps one person's.
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(wanted): Query<Filter>,
) -> Answer<Page<ConversationView>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<ConversationId>()?);
    let contact = filter::<ContactId>("contact_id", wanted.contact_id.as_deref())?;
    let rows = node.store.read(move |tx| tx.conversations(caller.workspace, contact, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id.to_string(), ConversationView::from)))
}

/// `GET /conversations/{id}`.
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<ConversationView> {
    let id = conversation_id(&id)?;
    let row = node.store.read(move |tx| tx.conversation(caller.workspace, id)).await?;
    Ok(Json(row.ok_or_else(|| Problem::missing("conversation"))?.into()))
}

/// `GET /conversations/{id}/messages`: the oldest first; the cursor is the last `seq` seen.
pub(super) async fn messages(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    Query(wanted): Query<Filter>,
) -> Answer<Page<MessageView>> {
    let id = conversation_id(&id)?;
    let limit = asked.limit()?;
    let after = match asked.cursor::<i64>()? {
        Some(cursor) => cursor,
        None => filter::<i64>("after", wanted.after.as_deref())?.unwrap_or(0),
    };
    let found = node
        .store
        .read(move |tx| {
            let thread = tx.conversation(caller.workspace, id)?;
            thread.map(|_| tx.messages(caller.workspace, id, after, limit)).transpose()
        })
        .await?;
    let rows = found.ok_or_else(|| Problem::missing("conversation"))?;
    Ok(Json(Page::of(rows, limit, |row| row.message.seq.to_string(), MessageView::from)))
}

/// `GET /messages/failed`: messages of ours that did not arrive, the latest first, with Meta's reason.
pub(super) async fn failed(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
) -> Answer<Page<MessageView>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<i64>()?.unwrap_or(i64::MAX));
    let rows = node.store.read(move |tx| tx.failed_messages(caller.workspace, before, limit)).await?;
    Ok(Json(Page::of(rows, limit, |row| row.message.recorded_at.to_string(), MessageView::from)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NewReply {
    text: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Queued {
    send_id: SendId,
    seq: i64,
}

/// `POST /conversations/{id}/messages`: a person's reply.
pub(super) async fn reply(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    body: Result<Json<NewReply>, JsonRejection>,
) -> Result<(StatusCode, Json<Queued>), Problem> {
    let id = conversation_id(&id)?;
    let Json(new) = body.map_err(|error| {
        Problem::invalid(format!("send JSON such as {{\"text\": \"Hola\"}}: {}", error.body_text()))
    })?;
    let replied = inbox::reply(&node, caller.workspace, id, &new.text).await?;
    Ok((StatusCode::CREATED, Json(Queued { send_id: replied.send, seq: replied.seq })))
}

fn conversation_id(text: &str) -> Result<ConversationId, Problem> {
    text.parse().map_err(|_| Problem::missing("conversation"))
}

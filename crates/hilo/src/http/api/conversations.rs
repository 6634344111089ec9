//! Threads and their messages.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use domain::Language;
use domain::ids::{ChannelId, ContactId, ConversationId, InteractionId, SendId, TicketId, UserId};
use domain::interaction::Author;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{ConversationRow, MessageRow, Tx};
use utoipa::{IntoParams, ToSchema};

use super::Answer;
use super::media::MediaView;
use super::page::{Asked, Page, filter};
use super::schemas::{AuthorName, Id, Time};
use super::shapes::StepShape;
use crate::explain;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::media::Passes;
use crate::node::Node;

/// The thread of one WhatsApp account with one of your numbers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Conversation)]
pub(crate) struct ConversationView {
    #[schema(value_type = Id)]
    id: ConversationId,
    #[schema(value_type = Id)]
    channel_id: ChannelId,
    /// Null while it could be several people.
    #[schema(value_type = Option<Id>)]
    contact_id: Option<ContactId>,
    /// Who they could be, if that is several people.
    #[schema(value_type = Option<Vec<Id>>)]
    candidates: Option<Value>,
    /// Where an answer goes: a number, a user id, or either.
    phone: Option<String>,
    /// WhatsApp's id of the person for your business.
    user_id: Option<String>,
    /// The name in their WhatsApp profile: theirs to choose.
    profile_name: Option<String>,
    /// Until when free text may be sent, less two minutes.
    #[schema(value_type = Time)]
    window_until: i64,
    #[schema(value_type = Time)]
    last_message_at: i64,
    /// The place of the latest message; 0 before the first.
    last_seq: i64,
    /// Since when a person is answering.
    #[schema(value_type = Option<Time>)]
    person_since: Option<i64>,
    /// The open one.
    #[schema(value_type = Option<Id>)]
    interaction_id: Option<InteractionId>,
    /// The open one.
    #[schema(value_type = Option<Id>)]
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
            last_seq: row.last_seq,
            person_since: row.person_since,
            interaction_id: row.interaction,
            ticket_id: row.ticket,
        }
    }
}

/// A message, either way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageView {
    #[schema(value_type = Id)]
    conversation_id: ConversationId,
    /// The place in the conversation, from 1, without gaps.
    #[schema(minimum = 1)]
    seq: i64,
    /// `inbound` or `outbound`.
    direction: &'static str,
    #[schema(value_type = AuthorName)]
    author: Author,
    /// Who of yours wrote it: a person's name, or a key's.
    by: Option<String>,
    /// The person who did.
    #[schema(value_type = Option<Id>)]
    author_id: Option<UserId>,
    #[serde(rename = "type")]
    /// WhatsApp's name for it: `text`, `image`, `button` …
    kind: String,
    text: Option<String>,
    /// What the text does not say, as Meta wrote it: the part that bears the type's name. Of one of yours, as it was sent.
    #[schema(examples(
        json!({"latitude": 19.43, "longitude": -99.13, "name": "Óptica Luna", "address": "Av. Juárez 1"}),
        json!([{"name": {"formatted_name": "Luis"}, "phones": [{"phone": "+52 55 1234 5678", "wa_id": "525512345678"}]}]),
        json!({"catalog_id": "194836987003835", "text": "¿Hay en azul?", "product_items": [
            {"product_retailer_id": "LUNA-7", "quantity": 2, "item_price": 1250, "currency": "MXN"}]}),
        json!({"type": "button_reply", "button_reply": {"id": "yes", "title": "Sí"}}),
        json!({"message_id": "wamid.HBgMNTI1…", "emoji": "👍"}),
    ))]
    content: Option<Value>,
    /// WhatsApp's id of it.
    wamid: Option<String>,
    /// The message that it answers.
    context_wamid: Option<String>,
    /// WhatsApp's time for what came in, ours for what goes out.
    #[schema(value_type = Time)]
    sent_at: i64,
    #[schema(value_type = Time)]
    recorded_at: i64,
    #[schema(value_type = Option<Id>)]
    interaction_id: Option<InteractionId>,
    /// Where the raw form is.
    #[schema(value_type = Option<Id>)]
    body_id: Option<domain::ids::BodyId>,
    /// What was done about it and why, as data.
    #[schema(value_type = Option<Vec<StepShape>>)]
    steps: Option<Value>,
    /// Its way out, for one of ours.
    #[schema(value_type = Option<Id>)]
    send_id: Option<SendId>,
    /// How far one of ours came: a state of the outbox, then what WhatsApp reported.
    #[schema(example = "read")]
    status: Option<String>,
    /// Every report of WhatsApp's, in the order of arrival, each as `status@time;`.
    reports: Option<String>,
    /// Meta's code; 0 if the refusal is Hilo's own.
    error_code: Option<i64>,
    /// Why it did not arrive, or waits.
    error: Option<String>,
    /// What to do about it, if it was refused.
    hint: Option<String>,
    /// As WhatsApp reported it.
    price_category: Option<String>,
    /// As WhatsApp reported it.
    price_type: Option<String>,
    /// By your rate card; null where that has no figure.
    price_usd: Option<f64>,
    /// Its file.
    media: Option<MediaView>,
}

impl MessageView {
    /// With an address for its file that is good from now on.
    pub fn of(row: MessageRow, passes: &Passes) -> Self {
        let mut view = MessageView::from(row);
        view.media = view.media.map(|media| media.with_address(passes));
        view
    }
}

impl From<MessageRow> for MessageView {
    fn from(row: MessageRow) -> Self {
        let (status, hint) = (status(&row), explain::hint_about(Language::En, &row));
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
            author_id: message.writer.as_ref().and_then(|writer| writer.user),
            by: message.writer.map(|writer| writer.name),
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
            hint,
            price_category: row.price_category,
            price_type: row.price_type,
            price_usd: row.price_micros.map(|micros| micros as f64 / 1e6),
            media: row.file.map(MediaView::from),
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

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// One person's only.
    #[param(value_type = Option<Id>)]
    contact_id: Option<String>,
}

/// Threads, the newest first.
#[utoipa::path(get, path = "/conversations", tag = "conversations", operation_id = "list_conversations", params(Asked, Filter), responses((status = 200, body = Page<ConversationView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
    Query(wanted): Query<Filter>,
) -> Answer<Page<ConversationView>> {
    let (limit, before) = (asked.limit()?, asked.cursor::<ConversationId>()?);
    let contact = filter::<ContactId>("contact_id", wanted.contact_id.as_deref())?;
    let read = move |tx: &mut Tx<'_>| {
        let contact = contact.map(|id| tx.whoever(caller.workspace, id)).transpose()?;
        tx.conversations(caller.workspace, contact, before, limit)
    };
    let rows = node.store.read(read).await?;
    Ok(Json(Page::of(rows, limit, |row| row.id.to_string(), ConversationView::from)))
}

/// One thread.
#[utoipa::path(get, path = "/conversations/{id}", tag = "conversations", operation_id = "get_conversation", responses((status = 200, body = ConversationView)))]
pub(super) async fn show(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Answer<ConversationView> {
    let id = conversation_id(&id)?;
    let row = node.store.read(move |tx| tx.conversation(caller.workspace, id)).await?;
    Ok(Json(row.ok_or_else(|| Problem::missing("conversation"))?.into()))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct After {
    /// Only those behind this `seq`; `cursor` does the same and wins over it.
    #[param(value_type = Option<i64>)]
    after: Option<String>,
}

/// What was said in a thread, the oldest first.
#[utoipa::path(get, path = "/conversations/{id}/messages", tag = "conversations", operation_id = "list_messages", params(Asked, After), responses((status = 200, body = Page<MessageView>)))]
pub(super) async fn messages(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    Query(wanted): Query<After>,
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
    let passes = node.media.passes(caller.workspace);
    Ok(Json(Page::of(rows, limit, |row| row.message.seq.to_string(), |row| MessageView::of(row, &passes))))
}

pub(super) fn conversation_id(text: &str) -> Result<ConversationId, Problem> {
    text.parse().map_err(|_| Problem::missing("conversation"))
}

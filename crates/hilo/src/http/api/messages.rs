//! What goes out to a customer.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::ids::SendId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use whatsapp::outbound::{Card, Location};

use super::conversations::conversation_id;
use super::schemas::Id;
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::{self, Replied};
use crate::node::Node;
use crate::outgoing::{
    Buttons, ContactCard, File, Filling, Form, LinkButton, List, Members, New, Place, Reaction, Request, Which,
};

/// A message to be sent: its type, and in the key of that name what it says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes the request; `New::read` reads it")]
pub(super) struct NewMessage {
    /// One of the keys below; a text unless given.
    #[schema(example = "text")]
    r#type: Option<String>,
    #[schema(example = "Abrimos a las 9.", min_length = 1, max_length = 4096)]
    text: Option<String>,
    image: Option<File>,
    video: Option<File>,
    audio: Option<File>,
    document: Option<File>,
    sticker: Option<File>,
    #[schema(value_type = Option<Place>)]
    location: Option<Location>,
    #[schema(value_type = Option<Vec<ContactCard>>)]
    contacts: Option<Vec<Card>>,
    reaction: Option<Reaction>,
    buttons: Option<Buttons>,
    list: Option<List>,
    cta_url: Option<LinkButton>,
    flow: Option<Form>,
    location_request: Option<Request>,
    contact_request: Option<Request>,
    template: Option<Filling>,
    /// The message that it answers: its `seq` in this conversation, or its `wamid`.
    reply_to: Option<Which>,
}

/// A message on its way out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Queued {
    #[schema(value_type = Id)]
    send_id: SendId,
    /// Its place in the conversation.
    seq: i64,
}

/// Sends a customer a message of any type. It is stored and on its way; unless it is a template or a reaction, automation stops in
/// this conversation.
#[utoipa::path(
    post,
    path = "/conversations/{id}/messages",
    tag = "conversations",
    operation_id = "reply",
    request_body = NewMessage,
    responses(
        (status = 201, description = "It is on its way.", body = Queued),
        (status = 409, description = "The 24-hour window is closed, the template cannot be sent now, or the message that it answers has not left."),
    )
)]
pub(super) async fn send(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: Members(members), attempt }: Posted<Members>,
) -> Result<Response, Problem> {
    let id = conversation_id(&id)?;
    let new = New::read(Value::Object(members)).map_err(Problem::invalid)?;
    let queued = |replied: &Replied| Queued { send_id: replied.send, seq: replied.seq };
    let send = |once| inbox::send_message(&node, caller.workspace, id, new, &caller.name, once);
    attempt.once(StatusCode::CREATED, queued, send).await
}

/// A person has read the conversation: WhatsApp shows the customer two blue ticks, unless the settings say no.
#[utoipa::path(
    put,
    path = "/conversations/{id}/read",
    tag = "conversations",
    operation_id = "mark_conversation_read",
    responses((status = 204, description = "WhatsApp is told, as well as it goes."))
)]
pub(super) async fn read(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    inbox::mark_read(&node, caller.workspace, conversation_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

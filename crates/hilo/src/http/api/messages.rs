//! What goes out to a customer.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::ids::SendId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;
use whatsapp::outbound::{Card, Location};

use super::conversations::conversation_id;
use super::schemas::Id;
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::{self, Replied, Wish};
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
    /// The `seq` of the last message that its author has read: if the customer or a colleague wrote since, nothing is sent.
    #[schema(minimum = 0)]
    seen: Option<i64>,
}

/// A message on its way out.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Queued {
    #[schema(value_type = Id)]
    send_id: SendId,
    /// Its place in the conversation.
    seq: i64,
}

/// Sends a customer a message of any type. It is stored and on its way; unless it is a reaction, or a template that a program sends,
/// automation stops in this conversation.
#[utoipa::path(
    post,
    path = "/conversations/{id}/messages",
    tag = "conversations",
    operation_id = "reply",
    request_body = NewMessage,
    responses(
        (status = 201, description = "It is on its way.", body = Queued),
        (status = 412, description = "Somebody wrote since `seen`; `new_messages` says which messages these are."),
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
    let (seen, members) = seen(members)?;
    let new = New::read(Value::Object(members)).map_err(Problem::invalid)?;
    let (wish, by) = (Wish { new, seen }, caller.actor());
    let queued = |replied: &Replied| Queued { send_id: replied.send, seq: replied.seq };
    let send = |once| inbox::send_message(&node, caller.workspace, id, wish, &by, once);
    attempt.once(StatusCode::CREATED, queued, send).await
}

/// Up to where the author had read; it is no part of the message.
fn seen(mut members: Map<String, Value>) -> Result<(Option<i64>, Map<String, Value>), Problem> {
    match members.remove("seen") {
        None | Some(Value::Null) => Ok((None, members)),
        Some(Value::Number(seen)) if seen.as_i64().is_some_and(|seen| 0 <= seen) => Ok((seen.as_i64(), members)),
        Some(_) => Err(Problem::invalid("`seen` is the `seq` of the last message that was read")),
    }
}

/// Takes a message back that has not left. One of a person waits a few seconds for that.
#[utoipa::path(
    delete,
    path = "/conversations/{id}/messages/{seq}",
    tag = "conversations",
    operation_id = "take_back",
    params(("seq" = i64, Path, description = "Its place in the conversation.")),
    responses(
        (status = 204, description = "It will not leave."),
        (status = 409, description = "It has left already."),
    )
)]
pub(super) async fn take_back(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path((id, seq)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let seq = seq.parse().map_err(|_| Problem::missing("message"))?;
    inbox::take_back(&node, caller.workspace, conversation_id(&id)?, seq, &caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
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

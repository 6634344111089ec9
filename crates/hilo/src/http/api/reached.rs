//! Whom we write to first, and whom we hear no more.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::ids::{ContactId, ConversationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schemas::Id;
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox;
use crate::node::Node;

/// From which number somebody is written to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct From {
    /// Your first one, unless given.
    #[schema(value_type = Option<Id>)]
    channel_id: Option<String>,
}

/// A conversation that can be written in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpenedConversation)]
pub(super) struct Opened {
    #[schema(value_type = Id)]
    conversation_id: ConversationId,
}

/// The conversation with a person from one of your numbers, made if there is none. As long as they have not written, it takes templates only.
#[utoipa::path(
    post,
    path = "/contacts/{id}/conversations",
    tag = "inbox",
    operation_id = "open_conversation",
    request_body = From,
    responses(
        (status = 201, description = "The conversation, new or not.", body = Opened),
        (status = 409, description = "Nothing is known of them that WhatsApp could reach."),
    )
)]
pub(super) async fn open(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body, attempt }: Posted<From>,
) -> Result<Response, Problem> {
    let channel = body.channel_id.map(|id| id.parse().map_err(|_| Problem::missing("channel"))).transpose()?;
    let contact = contact_id(&id)?;
    let open = |once| inbox::open_conversation(&node, caller.workspace, contact, channel, once);
    attempt.once(StatusCode::CREATED, |id: &ConversationId| Opened { conversation_id: *id }, open).await
}

/// Blocks a person: what they write is kept and raises nothing, and what is open of theirs is closed as spam.
#[utoipa::path(put, path = "/contacts/{id}/block", tag = "inbox", operation_id = "block", responses((status = 204, description = "They are blocked.")))]
pub(super) async fn block(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    inbox::block(&node, caller.workspace, contact_id(&id)?, &caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Hears a person again.
#[utoipa::path(delete, path = "/contacts/{id}/block", tag = "inbox", operation_id = "unblock", responses((status = 204, description = "They are not blocked.")))]
pub(super) async fn unblock(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    inbox::unblock(&node, caller.workspace, contact_id(&id)?, &caller.actor()).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn contact_id(text: &str) -> Result<ContactId, Problem> {
    text.parse().map_err(|_| Problem::missing("contact"))
}

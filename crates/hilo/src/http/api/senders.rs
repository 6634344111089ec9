//! Conversations that could be of several people.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use domain::ids::{ContactId, ConversationId};
use serde::{Deserialize, Serialize};
use store::{ContactRow, ConversationRow, Tx};
use utoipa::ToSchema;

use super::Answer;
use super::contacts::ContactView;
use super::conversations::{ConversationView, conversation_id};
use super::page::{Asked, Page};
use super::schemas::Id;
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::{self, Owner, Whose, candidates_of};
use crate::node::Node;

/// A conversation that could be of several people, and who they are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Ambiguity)]
pub(super) struct AmbiguityView {
    conversation: ConversationView,
    candidates: Vec<ContactView>,
}

/// Conversations of which nobody has said yet whose they are, the newest first.
#[utoipa::path(get, path = "/ambiguities", tag = "conversations", operation_id = "list_ambiguities", params(Asked), responses((status = 200, body = Page<AmbiguityView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Query(asked): Query<Asked>,
) -> Answer<Page<AmbiguityView>> {
    let (limit, before, workspace) = (asked.limit()?, asked.cursor::<ConversationId>()?, caller.workspace);
    let read = move |tx: &mut Tx<'_>| {
        let threads = tx.conversations_of_nobody(workspace, before, limit)?;
        let mut ids: Vec<ContactId> = threads.iter().flat_map(candidates_of).collect();
        ids.sort_unstable();
        ids.dedup();
        let people = if ids.is_empty() { Vec::new() } else { tx.contacts_by_id(workspace, &ids)? };
        Ok((threads, people))
    };
    let (threads, people) = node.store.read(read).await?;
    let view = |row: ConversationRow| AmbiguityView { candidates: among(&row, &people), conversation: row.into() };
    Ok(Json(Page::of(threads, limit, |row| row.id.to_string(), view)))
}

fn among(thread: &ConversationRow, people: &[ContactRow]) -> Vec<ContactView> {
    let ids = candidates_of(thread);
    people.iter().filter(|row| ids.contains(&row.contact.id)).cloned().map(ContactView::from).collect()
}

/// Who wrote.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "who", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum SenderWish {
    /// This person.
    Contact {
        #[schema(value_type = Id)]
        contact_id: ContactId,
    },
    /// Somebody who is not known yet.
    New,
    /// All candidates are one person: they are merged into this contact.
    Same {
        #[schema(value_type = Id)]
        contact_id: ContactId,
    },
}

/// Says whose a conversation is that could be of several people. Its number is theirs from then on, and what waited goes on.
#[utoipa::path(
    put,
    path = "/conversations/{id}/contact",
    tag = "conversations",
    operation_id = "name_sender",
    request_body = SenderWish,
    responses(
        (status = 200, description = "The conversation, which is somebody's now.", body = ConversationView),
        (status = 412, description = "Somebody has said so meanwhile."),
    )
)]
pub(super) async fn name(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: wish, .. }: Posted<SenderWish>,
) -> Answer<ConversationView> {
    let whose = match wish {
        SenderWish::Contact { contact_id } => Whose::Known(contact_id),
        SenderWish::New => Whose::New,
        SenderWish::Same { contact_id } => Whose::Same(contact_id),
    };
    let named = inbox::name_sender(&node, caller.workspace, conversation_id(&id)?, whose, &caller.actor()).await?;
    Ok(Json(named.into()))
}

/// Who has the number of a person who is doubted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "who", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum OwnerWish {
    /// Still the same person.
    Same,
    /// Somebody new: the number is theirs, and who had it before keeps everything else.
    New,
}

/// Says whether a number that may have a new owner has one. Automation goes on.
#[utoipa::path(
    put,
    path = "/contacts/{id}/owner",
    tag = "contacts",
    operation_id = "judge_owner",
    request_body = OwnerWish,
    responses(
        (status = 200, description = "Whose the number is.", body = ContactView),
        (status = 412, description = "Nobody doubts them, or somebody has said so meanwhile."),
    )
)]
pub(super) async fn judge(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: wish, .. }: Posted<OwnerWish>,
) -> Answer<ContactView> {
    let id: ContactId = id.parse().map_err(|_| Problem::missing("contact"))?;
    let owner = match wish {
        OwnerWish::Same => Owner::Same,
        OwnerWish::New => Owner::New,
    };
    Ok(Json(inbox::judge_owner(&node, caller.workspace, id, owner, &caller.actor()).await?.into()))
}

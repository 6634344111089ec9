//! The same with many conversations at once. Each is answered for itself.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use domain::ids::ConversationId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Answer;
use super::schemas::Id;
use super::work::{Assignment, Ended};
use crate::http::attempt::{Attempt, Posted};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::{self, Done, Replied, Wish};
use crate::node::Node;
use crate::outgoing::New;

const MOST: usize = 100;

/// Conversations, and who is to have them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ManyAssigned {
    /// A hundred at most.
    #[schema(value_type = Vec<Id>, max_items = 100)]
    conversation_ids: Vec<String>,
    to: Assignment,
}

/// Conversations, and how they ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ManyEnded {
    /// A hundred at most.
    #[schema(value_type = Vec<Id>, max_items = 100)]
    conversation_ids: Vec<String>,
    with: Ended,
    /// By the id of a conversation, the `seq` of the last message that was read in it: if somebody wrote since, it is left as it is.
    #[serde(default)]
    seen: HashMap<String, i64>,
}

/// Conversations, and what is written in each.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ManyReplies {
    /// A hundred at most.
    #[schema(value_type = Vec<Id>, max_items = 100)]
    conversation_ids: Vec<String>,
    #[schema(min_length = 1, max_length = 4096)]
    text: String,
    /// By the id of a conversation, the `seq` of the last message that was read in it: if somebody wrote since, nothing is sent there.
    #[serde(default)]
    seen: HashMap<String, i64>,
}

/// What became of each, in the order asked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkResult)]
pub(super) struct Results {
    data: Vec<OneResult>,
}

/// What became of one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BulkOutcome)]
struct OneResult {
    #[schema(value_type = Id)]
    conversation_id: ConversationId,
    /// As the route of one would have answered.
    #[schema(example = 200)]
    status: u16,
    /// What is wrong with it; null if it was done.
    detail: Option<String>,
}

impl OneResult {
    fn of<T>(conversation_id: ConversationId, done: Done<T>) -> Self {
        match done.map_err(Problem::from) {
            Ok(_) => Self { conversation_id, status: StatusCode::OK.as_u16(), detail: None },
            Err(problem) => Self { conversation_id, status: problem.status(), detail: Some(problem.into_detail()) },
        }
    }
}

fn ids(texts: &[String]) -> Result<Vec<ConversationId>, Problem> {
    if texts.is_empty() || MOST < texts.len() {
        return Err(Problem::invalid(format!("`conversation_ids` names 1 to {MOST} conversations")));
    }
    let parse = |text: &String| text.parse().map_err(|_| Problem::invalid(format!("`{text}` is no id")));
    texts.iter().map(parse).collect()
}

/// Gives many conversations to a person or a queue.
#[utoipa::path(put, path = "/inbox/assignment", tag = "inbox", operation_id = "assign_many", request_body = ManyAssigned, responses((status = 200, body = Results)))]
pub(super) async fn assign(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body, .. }: Posted<ManyAssigned>,
) -> Answer<Results> {
    let (to, mut data) = (body.to.assignee()?, Vec::new());
    for id in ids(&body.conversation_ids)? {
        let done = inbox::assign(&node, caller.workspace, id, to.clone(), &caller.actor()).await;
        data.push(OneResult::of(id, done));
    }
    Ok(Json(Results { data }))
}

/// Closes many conversations with one outcome.
#[utoipa::path(put, path = "/inbox/closure", tag = "inbox", operation_id = "close_many", request_body = ManyEnded, responses((status = 200, body = Results)))]
pub(super) async fn close(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body, .. }: Posted<ManyEnded>,
) -> Answer<Results> {
    let (closing, mut data) = (body.with.closing()?, Vec::new());
    for id in ids(&body.conversation_ids)? {
        let seen = body.seen.get(&id.to_string()).copied();
        let done = inbox::close(&node, caller.workspace, id, closing.clone(), seen, &caller.actor()).await;
        data.push(OneResult::of(id, done));
    }
    Ok(Json(Results { data }))
}

/// Writes one text in many conversations. Under one `Idempotency-Key` it is written once in each.
#[utoipa::path(post, path = "/inbox/replies", tag = "inbox", operation_id = "reply_to_many", request_body = ManyReplies, responses((status = 200, body = Results)))]
pub(super) async fn reply(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body, attempt }: Posted<ManyReplies>,
) -> Answer<Results> {
    let mut data = Vec::new();
    for id in ids(&body.conversation_ids)? {
        let name = id.to_string();
        let wish = Wish { new: New::text(&body.text), seen: body.seen.get(&name).copied() };
        let done = reply_to(&node, &caller, id, wish, attempt.part(&name)).await;
        data.push(match done {
            Ok(()) => OneResult { conversation_id: id, status: StatusCode::CREATED.as_u16(), detail: None },
            Err(problem) => {
                OneResult { conversation_id: id, status: problem.status(), detail: Some(problem.into_detail()) }
            }
        });
    }
    Ok(Json(Results { data }))
}

async fn reply_to(
    node: &Arc<Node>,
    caller: &Caller,
    id: ConversationId,
    wish: Wish,
    attempt: Attempt,
) -> Result<(), Problem> {
    let by = caller.actor();
    let send = |once| inbox::send_message(node, caller.workspace, id, wish, &by, once);
    attempt.once(StatusCode::CREATED, |replied: &Replied| replied.seq, send).await.map(drop)
}

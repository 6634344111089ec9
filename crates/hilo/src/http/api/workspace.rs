//! The company that the key belongs to, and what is done about its messages.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use domain::Language;
use domain::ids::WorkspaceId;
use serde::Serialize;
use utoipa::ToSchema;

use super::Answer;
use super::schemas::{Id, LanguageCode, Time};
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::node::Node;

/// One company on this installation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Workspace)]
pub(super) struct WorkspaceView {
    #[schema(value_type = Id)]
    id: WorkspaceId,
    /// As the settings and `hilo workspace` name it.
    #[schema(example = "default")]
    name: String,
    #[schema(value_type = Time)]
    created_at: i64,
    /// What customers know the business as, from the workflow.
    #[schema(example = "Óptica Luna")]
    business: String,
    /// The language for a customer whose own is unknown.
    #[schema(value_type = LanguageCode)]
    language: Language,
}

/// The workspace that the key belongs to: all that there is for it.
#[utoipa::path(get, path = "/workspace", tag = "workspace", operation_id = "get_workspace", responses((status = 200, body = WorkspaceView)))]
pub(super) async fn show(State(node): State<Arc<Node>>, Extension(caller): Extension<Caller>) -> Answer<WorkspaceView> {
    let id = caller.workspace;
    let found = node.store.read(move |tx| tx.workspace(id)).await?;
    let (name, created_at) = found.ok_or_else(|| Problem::missing("workspace"))?;
    let published = node.workflows.of(id)?;
    let business = &published.workflow.business;
    let (business, language) = (business.name.clone(), business.default_language);
    Ok(Json(WorkspaceView { id, name, created_at, business, language }))
}

/// Where tickets wait for a person.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Queue)]
pub(super) struct QueueView {
    /// As tickets name it.
    #[schema(example = "support")]
    id: String,
    /// As people read it, in the language of the business.
    name: String,
    /// How soon a person answers, in milliseconds during which the queue is open; null if it is no longer in the workflow.
    promise_ms: Option<i64>,
    /// How many tickets wait in it.
    open_tickets: i64,
}

/// Every queue; they are few and come on one page.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Queues {
    data: Vec<QueueView>,
}

/// The queues of the workflow with how many tickets wait in each, and behind them those that left the workflow and still hold some.
#[utoipa::path(get, path = "/queues", tag = "workspace", operation_id = "list_queues", responses((status = 200, body = Queues)))]
pub(super) async fn queues(State(node): State<Arc<Node>>, Extension(caller): Extension<Caller>) -> Answer<Queues> {
    let counted = node.store.read(move |tx| tx.open_ticket_counts(caller.workspace)).await?;
    let published = node.workflows.of(caller.workspace)?;
    let workflow = &published.workflow;
    let open: HashMap<&str, i64> = counted.iter().map(|(queue, open)| (queue.as_str(), *open)).collect();
    let in_force = workflow.queues.iter().map(|queue| QueueView {
        id: queue.id.clone(),
        name: queue.name.get(workflow.business.default_language).to_owned(),
        promise_ms: i64::try_from(queue.promise.as_millis()).ok(),
        open_tickets: open.get(queue.id.as_str()).copied().unwrap_or(0),
    });
    let left = counted.iter().filter(|(queue, _)| workflow.queue(queue).is_none());
    let left = left.map(|(queue, open)| QueueView {
        id: queue.clone(),
        name: queue.clone(),
        promise_ms: None,
        open_tickets: *open,
    });
    Ok(Json(Queues { data: in_force.chain(left).collect() }))
}

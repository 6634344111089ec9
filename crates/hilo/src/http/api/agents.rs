//! Who works in which queue, how much each takes on, and whether they are there.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::{Extension, Json};
use domain::desk::{Assignment, Availability};
use domain::ids::UserId;
use serde::{Deserialize, Serialize};
use store::{AgentRow, Tx};
use utoipa::ToSchema;

use super::Answer;
use super::page::Page;
use super::schemas::{AssignmentName, AvailabilityName, Id, Time};
use super::work::user_id;
use crate::clock::machine_now;
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::inbox::{self, Attendance, Capacity, UNDO_SECONDS, attendance};
use crate::node::Node;

/// What somebody has is counted so far.
const MOST_HELD: i64 = 200;

/// Somebody as they work.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Agent)]
pub(super) struct AgentView {
    #[schema(value_type = Id)]
    user_id: UserId,
    name: String,
    /// As they said.
    #[schema(value_type = AvailabilityName)]
    availability: Availability,
    #[schema(value_type = Time)]
    since: i64,
    /// Whether they get work at this moment: they said so, and gave a sign of life within ten minutes.
    takes_work: bool,
    /// How many conversations they have at once at most, when others give them.
    capacity: i64,
    /// What they have.
    load: i64,
    /// The types and languages that they take; all, if there are none.
    skills: Vec<String>,
    /// The queues that they belong to.
    queues: Vec<String>,
}

/// Everybody who works on conversations, as far as that was ever set.
#[utoipa::path(get, path = "/agents", tag = "inbox", operation_id = "list_agents", responses((status = 200, body = Page<AgentView>)))]
pub(super) async fn list(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
) -> Answer<Page<AgentView>> {
    let workspace = caller.workspace;
    let read = move |tx: &mut Tx<'_>| {
        let (agents, members) = (tx.agents(workspace)?, tx.members(workspace)?);
        agents.into_iter().map(|row| view(tx, workspace, row, &members)).collect::<store::Result<Vec<_>>>()
    };
    Ok(Json(Page::whole(node.store.read(read).await?, |view| view)))
}

fn view(
    tx: &mut Tx<'_>,
    workspace: domain::ids::WorkspaceId,
    row: AgentRow,
    members: &[(String, UserId)],
) -> store::Result<AgentView> {
    let name = tx.user(workspace, row.user)?.map_or_else(String::new, |person| person.name);
    let load = tx.held_by(workspace, row.user, MOST_HELD)?.len() as i64;
    let queues = members.iter().filter(|(_, user)| *user == row.user).map(|(queue, _)| queue.clone()).collect();
    Ok(AgentView {
        takes_work: attendance(&row, machine_now()) == Attendance::There,
        user_id: row.user,
        name,
        availability: row.availability,
        since: row.since,
        capacity: row.capacity,
        load,
        skills: row.skills,
        queues,
    })
}

async fn shown(node: &Node, workspace: domain::ids::WorkspaceId, row: AgentRow) -> Answer<AgentView> {
    let read = move |tx: &mut Tx<'_>| {
        let members = tx.members(workspace)?;
        view(tx, workspace, row.clone(), &members)
    };
    Ok(Json(node.store.read(read).await?))
}

/// Whether you take work.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Stand {
    #[schema(value_type = AvailabilityName)]
    availability: String,
}

/// Says that you take work, or are away. For people, not for keys.
#[utoipa::path(put, path = "/me/availability", tag = "inbox", operation_id = "set_availability", request_body = Stand, responses((status = 200, body = AgentView)))]
pub(super) async fn set_availability(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body, .. }: Posted<Stand>,
) -> Answer<AgentView> {
    let stand: Availability =
        body.availability.parse().map_err(|error| Problem::invalid(format!("`availability`: {error}")))?;
    let row = inbox::set_availability(&node, caller.workspace, stand, &caller.actor()).await?;
    shown(&node, caller.workspace, row).await
}

/// How much somebody takes on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Share {
    #[schema(minimum = 1, maximum = 200)]
    capacity: i64,
    /// The ids of types, and languages such as `es`; all of both if there are none.
    #[serde(default)]
    skills: Vec<String>,
}

/// Sets how much somebody takes on, and of what.
#[utoipa::path(put, path = "/agents/{id}", tag = "inbox", operation_id = "set_capacity", request_body = Share, responses((status = 200, body = AgentView)))]
pub(super) async fn set_capacity(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body, .. }: Posted<Share>,
) -> Answer<AgentView> {
    let wanted = Capacity { capacity: body.capacity, skills: body.skills };
    let row = inbox::set_capacity(&node, caller.workspace, user_id(&id)?, wanted).await?;
    shown(&node, caller.workspace, row).await
}

/// Somebody belongs to a queue from now on.
#[utoipa::path(
    put,
    path = "/queues/{queue}/members/{id}",
    tag = "inbox",
    operation_id = "add_member",
    params(("queue" = String, Path, description = "The id of a queue of the workflow.")),
    responses((status = 204, description = "They belong to it."))
)]
pub(super) async fn add_member(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path((queue, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    inbox::set_member(&node, caller.workspace, &queue, user_id(&id)?, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Somebody no longer belongs to a queue.
#[utoipa::path(
    delete,
    path = "/queues/{queue}/members/{id}",
    tag = "inbox",
    operation_id = "remove_member",
    params(("queue" = String, Path, description = "The id of a queue of the workflow.")),
    responses((status = 204, description = "They do not belong to it."))
)]
pub(super) async fn remove_member(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path((queue, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    inbox::set_member(&node, caller.workspace, &queue, user_id(&id)?, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How a queue gives its work away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct How {
    #[schema(value_type = AssignmentName)]
    assignment: String,
}

/// Sets how a queue gives its work away: not at all, to whoever has the least to do, or to whoever answered that person last.
#[utoipa::path(
    put,
    path = "/queues/{queue}/assignment",
    tag = "inbox",
    operation_id = "set_queue_assignment",
    params(("queue" = String, Path, description = "The id of a queue of the workflow.")),
    request_body = How,
    responses((status = 204, description = "From now on."))
)]
pub(super) async fn set_assignment(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(queue): Path<String>,
    Posted { body, .. }: Posted<How>,
) -> Result<StatusCode, Problem> {
    let how: Assignment =
        body.assignment.parse().map_err(|error| Problem::invalid(format!("`assignment`: {error}")))?;
    inbox::set_assignment(&node, caller.workspace, &queue, how).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What holds for everybody who works here.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DeskSettings)]
pub(super) struct DeskSettings {
    /// For how many seconds a message of a person waits, so that it can be taken back.
    #[schema(minimum = 0, maximum = 30)]
    undo_seconds: i64,
}

/// What holds for everybody who works here.
#[utoipa::path(get, path = "/desk", tag = "inbox", operation_id = "get_desk_settings", responses((status = 200, body = DeskSettings)))]
pub(super) async fn desk(State(node): State<Arc<Node>>, Extension(caller): Extension<Caller>) -> Answer<DeskSettings> {
    let undo_seconds = node.store.read(move |tx| tx.undo_seconds(caller.workspace)).await?;
    Ok(Json(DeskSettings { undo_seconds: undo_seconds.unwrap_or(UNDO_SECONDS) }))
}

/// Sets what holds for everybody who works here.
#[utoipa::path(put, path = "/desk", tag = "inbox", operation_id = "set_desk_settings", request_body = DeskSettings, responses((status = 200, body = DeskSettings)))]
pub(super) async fn set_desk(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body, .. }: Posted<DeskSettings>,
) -> Answer<DeskSettings> {
    inbox::set_undo_seconds(&node, caller.workspace, body.undo_seconds).await?;
    Ok(Json(body))
}

//! What a workspace begins with.

use std::sync::Arc;

use axum::extract::State;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Answer;
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::inbox;
use crate::node::Node;

/// A workflow to begin with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct StarterWish {
    /// `triage`, `clinic`, `optician`, `shop`, `services`, `school` or `optica-luna`.
    #[schema(example = "triage")]
    starter: String,
}

/// What was published.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct StarterView {
    /// The version that is in force now.
    version: i64,
}

/// Begins with a starter, as long as the workspace has no workflow of its own. Other nodes take it over within seconds.
#[utoipa::path(
    put,
    path = "/workflow/starter",
    tag = "workspace",
    operation_id = "choose_starter",
    request_body = StarterWish,
    responses((status = 200, body = StarterView), (status = 409, description = "It has a workflow of its own."))
)]
pub(super) async fn choose(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Posted { body: wish, .. }: Posted<StarterWish>,
) -> Answer<StarterView> {
    let version = inbox::choose_starter(&node, caller.workspace, &wish.starter, &caller.name).await?;
    Ok(Json(StarterView { version }))
}

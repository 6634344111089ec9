//! The stages that deals go through.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use domain::record::{Pipeline, Stage, StageKind};
use serde::{Deserialize, Serialize};
use store::Versioned;
use utoipa::ToSchema;

use super::Answer;
use super::schemas::StageKindName;
use crate::http::attempt::Posted;
use crate::http::keys::Caller;
use crate::http::problem::Problem;
use crate::node::Node;
use crate::records::{Trail, edit_pipeline};

/// The stages of one way of selling.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Pipeline)]
pub(super) struct PipelineView {
    /// What deals name.
    #[schema(example = "sales")]
    id: String,
    name: String,
    /// From the first to the last.
    stages: Vec<StageShape>,
    /// Named by whoever changes it; 0 as long as nobody has.
    version: i64,
}

/// A place where a deal stands.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = Stage)]
#[serde(deny_unknown_fields)]
pub(super) struct StageShape {
    /// What deals name.
    #[schema(example = "proposal")]
    id: String,
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    #[schema(value_type = StageKindName)]
    kind: StageKind,
}

impl From<Versioned<Pipeline>> for PipelineView {
    fn from(kept: Versioned<Pipeline>) -> Self {
        let stage = |stage: Stage| StageShape { id: stage.id, name: stage.name, kind: stage.kind };
        let Pipeline { id, name, stages } = kept.record;
        PipelineView { id, name, stages: stages.into_iter().map(stage).collect(), version: kept.version }
    }
}

/// Every pipeline.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Pipelines {
    data: Vec<PipelineView>,
}

/// The ways that deals go, the first one first.
#[utoipa::path(get, path = "/pipelines", tag = "deals", operation_id = "list_pipelines", responses((status = 200, body = Pipelines)))]
pub(super) async fn list(State(node): State<Arc<Node>>, Extension(caller): Extension<Caller>) -> Answer<Pipelines> {
    let rows = node.store.read(move |tx| tx.pipelines(caller.workspace)).await?;
    Ok(Json(Pipelines { data: rows.into_iter().map(PipelineView::from).collect() }))
}

/// A pipeline as it is to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PipelineWish {
    /// The version that you saw; 0 for a new one.
    version: i64,
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// From the first to the last.
    stages: Vec<StageShape>,
}

/// Makes a pipeline, or puts its stages in order. No deal may stand in a stage that is taken away.
#[utoipa::path(
    put,
    path = "/pipelines/{id}",
    tag = "deals",
    operation_id = "edit_pipeline",
    params(("id" = String, Path, description = "Its short name, of lower-case letters, digits and `_`.", example = "sales")),
    request_body = PipelineWish,
    responses(
        (status = 200, description = "The pipeline as it is now.", body = PipelineView),
        (status = 409, description = "Deals stand in a stage that would be gone."),
        (status = 412, description = "It was changed meanwhile."),
    )
)]
pub(super) async fn edit(
    State(node): State<Arc<Node>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    Posted { body: wish, .. }: Posted<PipelineWish>,
) -> Answer<PipelineView> {
    let stage = |stage: StageShape| Stage { id: stage.id, name: stage.name, kind: stage.kind };
    let stages = wish.stages.into_iter().map(stage).collect();
    let pipeline = Pipeline::checked(&id, &wish.name, stages).map_err(|error| Problem::invalid(error.to_string()))?;
    let trail = Trail::new(&node, caller.workspace, &caller.actor(), None);
    Ok(Json(edit_pipeline(&node, caller.workspace, pipeline, wish.version, trail).await?.into()))
}

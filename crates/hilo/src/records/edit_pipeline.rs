//! The stages of a pipeline are put in another order, renamed, added or taken away. No deal may stand in one that is taken away.

use std::sync::Arc;

use domain::ids::WorkspaceId;
use domain::record::Pipeline;
use store::{Tx, Versioned};

use super::Trail;
use super::change::stale;
use crate::inbox::{Done, Refusal};
use crate::node::Node;
use crate::pipeline::lock_of_name;

/// Keeps a pipeline as it is to be: a new one, seen as version 0, or the next version of one.
pub async fn edit_pipeline(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    pipeline: Pipeline,
    seen: i64,
    trail: Trail,
) -> Done<Versioned<Pipeline>> {
    let work = move |tx: &mut Tx<'_>| edit(tx, workspace, &pipeline, seen, trail.at);
    let edited = node.store.write(vec![lock_of_stages(workspace)], work).await?;
    node.changed(&[workspace]);
    edited
}

/// Held by whoever changes stages, and by whoever puts a deal into one.
pub(super) fn lock_of_stages(workspace: WorkspaceId) -> i64 {
    lock_of_name(workspace, "stages")
}

fn edit(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    pipeline: &Pipeline,
    seen: i64,
    now: i64,
) -> store::Result<Done<Versioned<Pipeline>>> {
    let known = tx.pipelines(workspace)?.into_iter().find(|kept| kept.record.id == pipeline.id);
    let version = known.as_ref().map_or(0, |kept| kept.version);
    if version != seen {
        return Ok(Err(stale("pipeline", seen, version)));
    }
    let stages = known.iter().flat_map(|kept| &kept.record.stages);
    for old in stages {
        let kind = pipeline.stage(&old.id).map(|stage| stage.kind);
        if kind != Some(old.kind) && 0 < tx.deals_in_stage(workspace, &pipeline.id, &old.id, 1)? {
            let said = format!("deals stand in the stage `{}`; move them first", old.id);
            return Ok(Err(Refusal::Conflict(said)));
        }
    }
    tx.put_pipeline(workspace, pipeline, now)?;
    let created_at = known.as_ref().filter(|kept| 0 < kept.version).map_or(now, |kept| kept.created_at);
    Ok(Ok(Versioned { record: pipeline.clone(), version: version + 1, created_at, updated_at: now }))
}

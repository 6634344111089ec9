//! A deal goes to another stage, maybe of another pipeline: nearer to its end, to its end, or back.

use std::sync::Arc;

use domain::ids::WorkspaceId;
use domain::record::{Deal, Pipeline};
use store::{Tx, Versioned};

use super::Edit;
use super::change::change_behind;
use super::edit_pipeline::lock_of_stages;
use super::open_deal::{unknown_pipeline, unknown_stage};
use crate::inbox::{Done, Refusal};
use crate::node::Node;

/// Moves a deal.
pub async fn move_deal(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    edit: Edit,
    pipeline: Option<String>,
    stage: String,
    reason: Option<String>,
) -> Done<Versioned<Deal>> {
    let now = edit.trail.at;
    let to = move |tx: &mut Tx<'_>, deal: &Deal| {
        let pipelines: Vec<Pipeline> = tx.pipelines(workspace)?.into_iter().map(|kept| kept.record).collect();
        Ok(moved(deal, &pipelines, pipeline.as_deref(), &stage, reason.as_deref(), now))
    };
    change_behind(node, workspace, vec![lock_of_stages(workspace)], edit, to).await
}

/// The deal where it goes. Since when it stands there, is counted anew if it is elsewhere.
pub(crate) fn moved(
    deal: &Deal,
    pipelines: &[Pipeline],
    pipeline: Option<&str>,
    stage: &str,
    reason: Option<&str>,
    now: i64,
) -> Done<Deal> {
    let wanted = pipeline.unwrap_or(&deal.pipeline);
    let pipeline = pipelines.iter().find(|pipeline| pipeline.id == wanted);
    let pipeline = pipeline.ok_or_else(|| unknown_pipeline(pipelines))?;
    let stage = pipeline.stage(stage).ok_or_else(|| unknown_stage(pipeline))?;
    let state = deal.state.in_stage(stage.kind, reason, now);
    let state = state.map_err(|refused| Refusal::Conflict(refused.to_string()))?;
    let stays = (&deal.pipeline, &deal.stage) == (&pipeline.id, &stage.id);
    Ok(Deal {
        pipeline: pipeline.id.clone(),
        stage: stage.id.clone(),
        stage_since: if stays { deal.stage_since } else { now },
        state,
        ..deal.clone()
    })
}

#[cfg(test)]
mod tests {
    use domain::ids::DealId;
    use domain::record::DealState;
    use uuid::Uuid;

    use super::*;
    use crate::records::NewDeal;
    use crate::records::open_deal::opened;

    #[test]
    fn a_deal_begins_in_the_first_stage_and_is_counted_anew_in_each() {
        let pipelines = [Pipeline::first()];
        let new = NewDeal {
            id: DealId(Uuid::nil()),
            title: "Lentes".to_owned(),
            contact: None,
            company: None,
            owner: None,
            pipeline: None,
            stage: None,
            lost_reason: None,
            amount: None,
            expected_close: None,
        };
        let deal = opened(&new, &pipelines, 1).unwrap();
        assert_eq!((deal.pipeline.as_str(), deal.stage.as_str(), deal.stage_since), ("sales", "lead", 1));
        let stays = moved(&deal, &pipelines, None, "lead", None, 2).unwrap();
        assert_eq!(stays, deal);
        let won = moved(&deal, &pipelines, None, "won", None, 3).unwrap();
        assert_eq!((won.state.clone(), won.stage_since), (DealState::Won { at: 3 }, 3));
        assert!(matches!(moved(&won, &pipelines, None, "lost", Some("price"), 4), Err(Refusal::Conflict(_))));
        assert!(matches!(moved(&won, &pipelines, None, "nowhere", None, 4), Err(Refusal::Invalid(_))));
    }
}

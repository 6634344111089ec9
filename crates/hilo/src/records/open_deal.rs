//! Something may be sold: a deal begins in a stage of its pipeline.

use std::sync::Arc;

use domain::ids::{CompanyId, ContactId, DealId, UserId, WorkspaceId};
use domain::record::{Deal, DealState, Money, Pipeline};
use store::{Tx, Versioned};

use super::edit_pipeline::lock_of_stages;
use super::{Trail, create_at};
use crate::inbox::{Acted, Done, Once, Refusal};
use crate::node::Node;

/// A deal to be opened.
#[derive(Debug, Clone)]
pub struct NewDeal {
    /// Its id.
    pub id: DealId,
    /// What it is about.
    pub title: String,
    /// With whom.
    pub contact: Option<ContactId>,
    /// With which business.
    pub company: Option<CompanyId>,
    /// Who of ours sees to it.
    pub owner: Option<UserId>,
    /// Which way it goes; the first one unless given.
    pub pipeline: Option<String>,
    /// Where it stands; in the first stage unless given.
    pub stage: Option<String>,
    /// Why it is lost, if that is where it stands.
    pub lost_reason: Option<String>,
    /// What it is worth.
    pub amount: Option<Money>,
    /// By which day it is expected to end.
    pub expected_close: Option<jiff::civil::Date>,
}

/// Opens a deal.
pub async fn open_deal(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    new: NewDeal,
    trail: Trail,
    once: Once<Versioned<Deal>>,
) -> Done<Acted<Versioned<Deal>>> {
    let work = move |tx: &mut Tx<'_>| {
        let pipelines: Vec<Pipeline> = tx.pipelines(workspace)?.into_iter().map(|kept| kept.record).collect();
        match opened(&new, &pipelines, trail.at) {
            Ok(deal) => create_at(tx, workspace, &deal, &trail),
            Err(refused) => Ok(Err(refused)),
        }
    };
    let opened = once.write(node, workspace, vec![lock_of_stages(workspace)], work).await;
    node.changed(&[workspace]);
    opened
}

/// The deal in its stage.
pub(crate) fn opened(new: &NewDeal, pipelines: &[Pipeline], now: i64) -> Done<Deal> {
    let pipeline = match &new.pipeline {
        Some(id) => pipelines.iter().find(|pipeline| pipeline.id == *id),
        None => pipelines.first(),
    };
    let pipeline = pipeline.ok_or_else(|| unknown_pipeline(pipelines))?;
    let stage = match &new.stage {
        Some(id) => pipeline.stage(id),
        None => pipeline.stages.first(),
    };
    let stage = stage.ok_or_else(|| unknown_stage(pipeline))?;
    let state = DealState::Open.in_stage(stage.kind, new.lost_reason.as_deref(), now);
    Ok(Deal {
        id: new.id,
        title: new.title.clone(),
        contact: new.contact,
        company: new.company,
        owner: new.owner,
        pipeline: pipeline.id.clone(),
        stage: stage.id.clone(),
        stage_since: now,
        state: state.map_err(|refused| Refusal::Conflict(refused.to_string()))?,
        amount: new.amount,
        expected_close: new.expected_close,
    })
}

pub(super) fn unknown_pipeline(pipelines: &[Pipeline]) -> Refusal {
    let known: Vec<&str> = pipelines.iter().map(|pipeline| pipeline.id.as_str()).collect();
    Refusal::Invalid(format!("`pipeline` is one of {}", known.join(", ")))
}

pub(super) fn unknown_stage(pipeline: &Pipeline) -> Refusal {
    let known: Vec<&str> = pipeline.stages.iter().map(|stage| stage.id.as_str()).collect();
    Refusal::Invalid(format!("`stage` of the pipeline {} is one of {}", pipeline.id, known.join(", ")))
}

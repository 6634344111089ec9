//! Sixty days before the first start: what people wrote and what became of it, from a seed.
//!
//! Nothing is invented in the database: the webhooks of those days go through the pipeline, answers and resolutions through the verbs
//! of the inbox, reports through the reconciliation, each at its moment. It is one unit of work, so that it is there or is not, and
//! nothing of it waits in the outbox or reaches the simulator.

mod bodies;
mod files;
mod live;
mod people;
mod plan;
mod records;
mod stories;

use std::sync::Arc;

use anyhow::Result;

use crate::node::Node;
use live::Life;
use records::Keeper;

/// Puts the past into a database that has none. Answers whether it did.
pub async fn load(node: &Arc<Node>) -> Result<bool> {
    let Some(channel) = node.channels.iter().next().cloned() else { return Ok(false) };
    let zone = node.workflows.of(channel.workspace)?.workflow.business.time_zone.clone();
    let now = node.clock.now();
    let moments = plan::sixty_days(now, &zone);
    let files = files::keep(node, channel.workspace).await?;
    let node_in = node.clone();
    let loaded = node
        .store
        .write(Vec::new(), move |tx| {
            if !tx.conversations(channel.workspace, None, None, 1)?.is_empty() {
                return Ok(false);
            }
            let keeper = Keeper::new(channel.workspace, zone.clone(), now);
            let mut life = Life::new(&node_in, &channel, keeper);
            moments.iter().try_for_each(|moment| life.live(tx, moment))?;
            files::settle(tx, &node_in, &files)?;
            Ok(true)
        })
        .await?;
    Ok(loaded)
}

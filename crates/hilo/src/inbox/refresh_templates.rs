//! A person does not want to wait for the hourly look at the templates.

use std::sync::Arc;
use std::time::Instant;

use domain::ids::WorkspaceId;

use super::{Acted, Done, Failed, Once, Refusal};
use crate::node::Node;
use crate::templates::{self, NotLooked};

/// What a look at the templates found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refreshed {
    /// How many templates WhatsApp listed.
    pub templates: usize,
}

/// Asks WhatsApp for the templates of every account of a workspace, now.
pub async fn refresh_templates(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    once: Once<Refreshed>,
) -> Done<Acted<Refreshed>> {
    once.call(node, workspace, async |_| look(node, workspace).await, |_, found: &Refreshed| Ok(Ok(*found))).await
}

async fn look(node: &Arc<Node>, workspace: WorkspaceId) -> Result<Refreshed, Failed> {
    let mut accounts = templates::accounts(&node.channels);
    accounts.retain(|_, channels| channels.iter().any(|channel| channel.workspace == workspace));
    let mut templates = 0;
    for (waba_id, channels) in accounts {
        if !node.templates.may_look(&waba_id, Instant::now()) {
            let said = "WhatsApp counts these calls, and it was asked a moment ago; try again in a minute";
            return Err(Failed::Surely(Refusal::Conflict(said.to_owned())));
        }
        templates += templates::look(node, &waba_id, &channels).await.map_err(|reason| {
            Failed::Surely(match reason {
                NotLooked::NotListed(..) => Refusal::NoAnswer(format!("{reason}; try again in a minute")),
                NotLooked::Store(error) => Refusal::Store(error),
            })
        })?;
    }
    Ok(Refreshed { templates })
}

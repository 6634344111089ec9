//! What a person does with an endpoint.

use std::sync::Arc;
use std::time::Duration;

use domain::change::{EventType, Subject};
use domain::endpoint::EndpointState;
use domain::ids::{EndpointId, WorkspaceId};
use store::{EndpointRow, NewEndpoint, Position, SigningSecret, Tx};
use tracing::info;

use super::addresses;
use crate::changes;
use crate::clock::machine_now;
use crate::ids;
use crate::inbox::{Acted, Done, Once, Refusal};
use crate::node::Node;

/// Each of them is told of every change.
const MOST: usize = 20;
const LONGEST_URL: usize = 2_000;
const LONGEST_DESCRIPTION: usize = 200;
/// A secret that was replaced signs beside the new one for so long.
const BOTH_SIGN: Duration = Duration::from_secs(24 * 3600);
const RECOVERED_AT_ONCE: i64 = 1_000;

/// What somebody wants of an endpoint; what is not named stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Wishes {
    /// Where it is.
    pub url: Option<String>,
    /// What people call it.
    pub description: Option<String>,
    /// What it wants to be told; everything, if the list is empty.
    pub types: Option<Vec<EventType>>,
    /// Whether it is posted to.
    pub enabled: Option<bool>,
}

impl Wishes {
    fn check(&self, node: &Node) -> Done<()> {
        if let Some(url) = &self.url {
            if LONGEST_URL < url.len() {
                return Err(Refusal::Invalid(format!("`url` is longer than {LONGEST_URL} bytes")));
            }
            addresses::check(url, &node.settings.allow_internal)
                .map_err(|reason| Refusal::Invalid(format!("`url`: {reason}")))?;
        }
        if self.description.as_ref().is_some_and(|text| LONGEST_DESCRIPTION < text.chars().count()) {
            return Err(Refusal::Invalid(format!("`description` is longer than {LONGEST_DESCRIPTION} characters")));
        }
        Ok(())
    }

    fn events(&self) -> Option<Option<String>> {
        let types = self.types.as_ref()?;
        Some(if types.is_empty() { None } else { serde_json::to_string(types).ok() })
    }

    fn apply(&self, row: &mut EndpointRow) {
        if let Some(url) = &self.url {
            row.url.clone_from(url);
        }
        if let Some(text) = &self.description {
            row.description = Some(text.clone()).filter(|text| !text.is_empty());
        }
        if let Some(events) = self.events() {
            row.events = events;
        }
    }
}

/// Makes an endpoint; it is told of what comes from now on.
pub async fn add_endpoint(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    wishes: &Wishes,
    secret: SigningSecret,
    by: &str,
    once: Once<EndpointRow>,
) -> Done<Acted<EndpointRow>> {
    wishes.check(node)?;
    let new = NewEndpoint {
        id: EndpointId(ids::fresh()),
        url: wishes.url.clone().unwrap_or_default(),
        description: wishes.description.clone().filter(|text| !text.is_empty()),
        events: wishes.events().flatten(),
        secret,
        from: Position::default(),
    };
    let id = new.id;
    let add = move |tx: &mut Tx<'_>| {
        if MOST <= tx.endpoints(workspace)?.len() {
            return Ok(Err(Refusal::Conflict(format!("there are {MOST} endpoints; delete one first"))));
        }
        let new = NewEndpoint { from: tx.end_of_changes(workspace)?, ..new.clone() };
        tx.add_endpoint(workspace, &new, machine_now())?;
        existing(tx, workspace, new.id)
    };
    let added = once.write(node, workspace, Vec::new(), add).await?;
    info!(endpoint.id = %id, by, "`{by}` made a webhook endpoint");
    Ok(added)
}

/// Changes an endpoint. One that is enabled again goes on where it stopped.
pub async fn change_endpoint(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: EndpointId,
    wishes: Wishes,
) -> Done<EndpointRow> {
    wishes.check(node)?;
    let change = move |tx: &mut Tx<'_>| {
        let mut row = match existing(tx, workspace, id)? {
            Ok(row) => row,
            Err(missing) => return Ok(Err(missing)),
        };
        wishes.apply(&mut row);
        tx.update_endpoint(workspace, &row, machine_now())?;
        match wishes.enabled {
            Some(true) if row.state != EndpointState::Enabled => {
                tx.set_endpoint_state(workspace, id, EndpointState::Enabled, None, machine_now())?;
            }
            Some(false) if row.state != EndpointState::Disabled => {
                let reason = Some("somebody disabled it");
                tx.set_endpoint_state(workspace, id, EndpointState::Disabled, reason, machine_now())?;
            }
            Some(_) | None => {}
        }
        existing(tx, workspace, id)
    };
    let changed = node.store.write(Vec::new(), change).await?;
    node.changed(&[workspace]);
    changed
}

/// Deletes an endpoint; what was to be delivered to it is cleared away behind it.
pub async fn delete_endpoint(node: &Arc<Node>, workspace: WorkspaceId, id: EndpointId) -> Done<()> {
    let delete = move |tx: &mut Tx<'_>| {
        let found = existing(tx, workspace, id)?;
        if found.is_ok() {
            tx.set_endpoint_state(workspace, id, EndpointState::Deleted, None, machine_now())?;
        }
        Ok(found.map(drop))
    };
    node.store.write(Vec::new(), delete).await?
}

/// Gives an endpoint another secret; the one before signs beside it for a day.
pub async fn rotate_secret(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: EndpointId,
    secret: SigningSecret,
    by: &str,
    once: Once<EndpointRow>,
) -> Done<Acted<EndpointRow>> {
    let rotate = move |tx: &mut Tx<'_>| {
        let found = existing(tx, workspace, id)?;
        if found.is_ok() {
            let now = machine_now();
            tx.rotate_secret(workspace, id, &secret, now + BOTH_SIGN.as_millis() as i64, now)?;
        }
        Ok(found)
    };
    let rotated = once.write(node, workspace, Vec::new(), rotate).await?;
    info!(endpoint.id = %id, by, "`{by}` gave a webhook endpoint another secret");
    Ok(rotated)
}

/// Has a test posted to an endpoint, on the way of every other event.
pub async fn test_endpoint(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: EndpointId,
    once: Once<()>,
) -> Done<Acted<()>> {
    let test = move |tx: &mut Tx<'_>| match existing(tx, workspace, id)? {
        Ok(row) if row.state == EndpointState::Enabled => {
            changes::tell(tx, workspace, EventType::EndpointTested, Subject::Endpoint(id)).map(Ok)
        }
        Ok(_) => Ok(Err(Refusal::Conflict("it is disabled; enable it first".to_owned()))),
        Err(missing) => Ok(Err(missing)),
    };
    let tested = once.write(node, workspace, Vec::new(), test).await?;
    node.changed(&[workspace]);
    Ok(tested)
}

/// Has an event delivered once more, whatever came of it, under its old id.
pub async fn replay(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: EndpointId,
    position: Position,
    once: Once<()>,
) -> Done<Acted<()>> {
    let replay = move |tx: &mut Tx<'_>| {
        if let Err(missing) = existing(tx, workspace, id)? {
            return Ok(Err(missing));
        }
        let replayed = tx.replay_delivery(workspace, id, position, machine_now())?;
        Ok(if replayed { Ok(()) } else { Err(Refusal::Missing("delivery")) })
    };
    let replayed = once.write(node, workspace, Vec::new(), replay).await?;
    node.changed(&[workspace]);
    Ok(replayed)
}

/// How much is on its way again.
#[derive(Debug, Clone, Copy)]
pub struct Recovered {
    /// Deliveries.
    pub deliveries: u64,
    /// Whether there may be more.
    pub more: bool,
}

/// Has what died since a moment, in milliseconds since 1970, delivered once more; the oldest first, a good deal at a time.
pub async fn recover(
    node: &Arc<Node>,
    workspace: WorkspaceId,
    id: EndpointId,
    since: i64,
    once: Once<Recovered>,
) -> Done<Acted<Recovered>> {
    let recover = move |tx: &mut Tx<'_>| {
        if let Err(missing) = existing(tx, workspace, id)? {
            return Ok(Err(missing));
        }
        let deliveries = tx.recover_deliveries(workspace, id, since, RECOVERED_AT_ONCE, machine_now())?;
        Ok(Ok(Recovered { deliveries, more: deliveries == RECOVERED_AT_ONCE as u64 }))
    };
    let recovered = once.write(node, workspace, Vec::new(), recover).await?;
    node.changed(&[workspace]);
    Ok(recovered)
}

fn existing(tx: &mut Tx<'_>, workspace: WorkspaceId, id: EndpointId) -> store::Result<Done<EndpointRow>> {
    Ok(tx.endpoint_to_change(workspace, id)?.ok_or(Refusal::Missing("webhook endpoint")))
}

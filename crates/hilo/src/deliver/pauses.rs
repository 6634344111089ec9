//! What is paused, as it stands when a send is claimed: what automation queued before does not leave any more.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::delivery::Purpose;
use domain::ids::WorkspaceId;
use domain::pause::Paused;
use store::{Sending, Tx, paused};

/// As the thread shows it; [`crate::explain`] has it in every language.
pub(super) const REASON: &str = "automation is paused";

/// Of each workspace, read once in a transaction that claims.
#[derive(Default)]
pub(super) struct Pauses(HashMap<WorkspaceId, Paused>);

impl Pauses {
    /// Whether automation may not say this now. What people write is never stopped.
    pub(super) fn stop(&mut self, tx: &mut Tx<'_>, sending: &Sending) -> store::Result<bool> {
        if !matches!(sending.send.purpose, Purpose::Acknowledgement | Purpose::Answer) {
            return Ok(false);
        }
        let workspace = sending.workspace;
        let paused = match self.0.entry(workspace) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(paused(&tx.pauses(workspace)?)),
        };
        let kind = match paused.types.is_empty() {
            true => None,
            false => tx.kind_of_message(workspace, sending.send.conversation, sending.send.seq)?,
        };
        Ok(paused.stops(sending.send.channel, kind.as_deref()))
    }
}

//! Whom automation answers, as it stands when a send is claimed: an answer that was queued before somebody narrowed its reach does not
//! leave, and its matter becomes a person's.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::delivery::Purpose;
use domain::ids::WorkspaceId;
use domain::trial::Trial;
use store::{Sending, Tx};

/// As the thread shows it; [`crate::explain`] has it in every language.
pub(super) const REASON: &str = "automation is on trial";

/// Of each workspace with answers to send, read once in a transaction that claims.
#[derive(Default)]
pub(super) struct Trials(HashMap<WorkspaceId, Trial>);

impl Trials {
    /// Whether automation may not answer whom this goes to. Follow-ups are looked at again by their rule.
    pub(super) fn stop(&mut self, tx: &mut Tx<'_>, sending: &Sending) -> store::Result<bool> {
        if sending.send.purpose != Purpose::Answer {
            return Ok(false);
        }
        let workspace = sending.workspace;
        let trial = match self.0.entry(workspace) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(tx.trial(workspace)?),
        };
        tx.is_answered(workspace, sending.send.conversation, trial).map(|answered| !answered)
    }
}

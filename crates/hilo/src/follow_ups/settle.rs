//! Writes down what was decided about a follow-up, and tells it on the timeline of whom it is for.

use std::collections::BTreeMap;

use domain::follow_up::{Because, Decided, FollowUpState};
use domain::ids::{ContactId, ConversationId, EventId, SendId, WorkspaceId};
use domain::interaction::{SeenValue, Step};
use store::{EventRow, FollowUpEnd, FollowUpRow, StoreError, Tx};

use super::decide::Decision;
use crate::ids;

/// Who decides what nobody of ours decides.
pub(super) const AUTOMATION: &str = "automation";

/// What was decided, and on what.
#[derive(Debug, Clone)]
pub(super) struct Settlement {
    pub(super) state: FollowUpState,
    pub(super) because: Option<Because>,
    pub(super) again_at: Option<i64>,
    pub(super) values: BTreeMap<String, String>,
    pub(super) send: Option<SendId>,
    pub(super) thread: Option<ConversationId>,
    pub(super) by: String,
    pub(super) at: i64,
}

impl Settlement {
    /// That it goes there for this reason.
    pub(super) fn new(state: FollowUpState, because: Option<Because>, at: i64) -> Self {
        Self {
            state,
            because,
            again_at: None,
            values: BTreeMap::new(),
            send: None,
            thread: None,
            by: AUTOMATION.to_owned(),
            at,
        }
    }

    /// What follows from a decision, but for the sending.
    pub(super) fn of(decision: Decision, at: i64) -> Self {
        match decision {
            Decision::Send => Self::new(FollowUpState::Sent, None, at),
            Decision::Hold { because, again_at } => {
                Self { again_at: Some(again_at), ..Self::new(FollowUpState::Held, Some(because), at) }
            }
            Decision::Skip(because) => Self::new(FollowUpState::Skipped, Some(because), at),
            Decision::Expire(because) => Self::new(FollowUpState::Expired, Some(because), at),
            Decision::Cancel(cause) => Self::new(FollowUpState::Cancelled, Some(Because::Cause(cause)), at),
        }
    }
}

/// Writes it down. That it is kept back for the same reason as before is told once.
pub(super) fn settle(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    row: &FollowUpRow,
    contact: Option<ContactId>,
    settled: Settlement,
) -> store::Result<()> {
    let looked = serde_json::to_string(&settled.values).map_err(|error| StoreError::Unexpected(error.to_string()))?;
    let contact = contact.or(row.contact);
    let end = FollowUpEnd {
        contact,
        state: settled.state,
        because: settled.because,
        looked: (!settled.values.is_empty()).then_some(looked),
        look_at: settled.again_at,
        send: settled.send,
        at: settled.at,
    };
    tx.end_follow_up(workspace, &row.key, &end)?;
    let is_told = settled.state == FollowUpState::Held && (row.state, row.because) == (settled.state, settled.because);
    let Some(contact) = contact.filter(|_| !is_told) else { return Ok(()) };
    let step = Step::FollowUp(Decided {
        rule: row.key.rule.clone(),
        number: row.key.step,
        about: row.key.about,
        state: settled.state,
        because: settled.because,
        again_at: settled.again_at,
        values: settled.values.into_iter().map(|(field, value)| SeenValue { field, value }).collect(),
    });
    let event = EventRow {
        id: EventId(ids::fresh()),
        contact,
        conversation: settled.thread,
        at: settled.at,
        by: settled.by,
        step,
    };
    tx.add_event(workspace, &event)
}

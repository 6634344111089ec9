//! A follow-up that is about to leave is looked at once more: since it was decided, the record may have changed, or the person may have
//! written that they want no more.

use domain::follow_up::{Because, Cause, FollowUpState};
use serde_json::Value;
use store::{FollowUpRow, Sending, Tx};

use super::decide::{Decision, Look, decide, looked_at};
use super::fire::{nobody, rule_of, window_is_open};
use super::gather::World;
use super::quiet::quiet_until;
use super::settle::{Settlement, settle};
use crate::node::Node;
use crate::outgoing::{Payload, Said};

/// The member of a payload that names the follow-up.
pub(super) const KEY: &str = "follow_up";

/// What becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// It leaves.
    Leave,
    /// Somebody is changing what it is about at this moment: a little later.
    Wait,
    /// It does not leave.
    Cancel(&'static str),
}

/// As the thread shows it; the timeline has the reason.
const NOT_NOW: &str = "looked at once more before it left, it was not right to send it";

/// Looks at it once more, in the transaction that would mark it. What does not leave is settled here.
pub(crate) fn recheck(tx: &mut Tx<'_>, node: &Node, sending: &Sending, now: i64) -> store::Result<Again> {
    let workspace = sending.workspace;
    let Some(row) = row_of(tx, sending)? else { return Ok(Again::Cancel(NOT_NOW)) };
    let Ok(published) = node.workflows.of(workspace) else { return Ok(Again::Wait) };
    let mut world = World::gather(tx, workspace, &published, std::slice::from_ref(&row), now)?;
    if world.is_busy(&row) {
        return Ok(Again::Wait);
    }
    let found = rule_of(&published, &row).zip(world.topic(&row).cloned());
    let Some(((rule, step), topic)) = found else {
        let settled = Settlement::of(Decision::Cancel(Cause::RecordGone), now);
        settle(tx, workspace, &row, None, settled)?;
        return Ok(Again::Cancel(NOT_NOW));
    };
    if let Some(contact) = topic.contact {
        world.forget_one(contact);
    }
    let facts = world.facts(&topic);
    let thread = world.threads_of(&topic).iter().find(|thread| thread.id == sending.send.conversation).cloned();
    let workflow = &published.workflow;
    let quiet_until = quiet_until(workflow.limits.quiet_hours, now, &workflow.business.time_zone);
    let guards = world.guards(&published, &topic, thread.as_ref(), quiet_until.is_some(), now);
    let on_trial = world.is_on_trial(&topic);
    let look = Look { rule, step, row: &row, facts: &facts, guards: &guards, quiet_until, on_trial };
    let decision = match nobody(&world, &topic) {
        Some(because) => Decision::Skip(because),
        None => decide(&look, now),
    };
    let is_template =
        Payload::read(&sending.send.payload).is_ok_and(|payload| matches!(payload.said, Said::Template(_)));
    let may_be_said = is_template || thread.as_ref().is_some_and(|thread| window_is_open(thread, now));
    let settled = match decision {
        Decision::Send if may_be_said => return Ok(Again::Leave),
        // Decided anew at once: its template can leave.
        Decision::Send => Settlement {
            again_at: Some(now),
            ..Settlement::new(FollowUpState::Held, Some(Because::Cause(Cause::WindowClosed)), now)
        },
        other => Settlement::of(other, now),
    };
    let thread = Some(sending.send.conversation);
    let values = looked_at(rule, step, &facts);
    settle(tx, workspace, &row, topic.contact, Settlement { values, thread, ..settled })?;
    Ok(Again::Cancel(NOT_NOW))
}

/// The row that a send was made for, as long as it is its own.
fn row_of(tx: &mut Tx<'_>, sending: &Sending) -> store::Result<Option<FollowUpRow>> {
    let payload: Option<Value> = serde_json::from_str(&sending.send.payload).ok();
    let key = payload.as_ref().and_then(|payload| payload.get(KEY)?.as_str()?.parse().ok());
    let Some(key) = key else { return Ok(None) };
    let row = tx.follow_up(sending.workspace, &key)?;
    Ok(row.filter(|row| row.send == Some(sending.send.id) && row.state == FollowUpState::Sent))
}

//! Whether a message takes up again what has ended: it comes soon after the end and is about nothing else, or does not say what it is about.

use domain::interaction::{Evidence, Intent};
use jiff::Timestamp;
use store::{EndedMatter, OpenInteraction};
use workflow::Workflow;

use super::asked::{asks_for_nothing, opt_wish};
use super::values::{Resolved, TakenUp, Thread};

/// The same with the matter that has ended as the one at hand, if the message takes it up.
pub(super) fn what_ended(mut resolved: Resolved, intent: &Intent, workflow: &Workflow, now: Timestamp) -> Resolved {
    if resolved.blocked || !asks_for_something(workflow, intent) {
        return resolved;
    }
    let Thread::Known(known) = &mut resolved.conversation else { return resolved };
    let reopens = workflow.interaction.reopen.as_millis() as i64;
    let takes_up = |ended: &EndedMatter| {
        now.as_millisecond() < ended.at + reopens && is_about(intent, ended.matter.kind.as_deref())
    };
    let Some(ended) = known.ended.take_if(|ended| takes_up(ended)) else { return resolved };
    let ticket = ended.ticket.as_ref().map(|ticket| ticket.id);
    resolved.taken_up = Some(TakenUp { interaction: ended.matter.id, outcome: ended.outcome, ticket });
    // Whoever writes again waits again, and is told so; and what they wrote before was answered.
    known.interaction = Some(OpenInteraction { acknowledged_at: None, text: String::new(), ..ended.matter });
    known.ticket = ended.ticket;
    resolved
}

/// A choice among what we offered is dealt with by itself; thanks make no work.
fn asks_for_something(workflow: &Workflow, intent: &Intent) -> bool {
    let is_choice = matches!(intent.evidence, Evidence::Payload { .. } | Evidence::Plain { .. });
    !is_choice && opt_wish(intent).is_none() && !asks_for_nothing(workflow, intent)
}

fn is_about(intent: &Intent, kind: Option<&str>) -> bool {
    intent.kind.is_none() || intent.kind.as_deref() == kind
}

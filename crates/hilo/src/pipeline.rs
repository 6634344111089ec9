//! THE WAY OF ONE INBOUND MESSAGE: read this first.
//!
//! `receive` checks a webhook body and, in one transaction, brings each message of it along this way:
//! `load` reads what is known, `understand` says who wrote and about what, `process` decides (both pure: values in, effects out), `record`
//! writes. In between, `load` looks up what an automated answer is about. 200 follows the commit.
//! What fails is put aside with the body committed, and goes on from there without Meta.

mod act;
mod answer_due;
mod asked;
mod classify;
mod close;
mod decide;
mod intake;
mod keep;
mod load;
mod locks;
mod play;
mod receive;
mod record;
mod rehearse;
mod resolve;
mod take_up;
mod template_news;
mod values;

use std::sync::Arc;

use domain::ids::FreshIds;
use jiff::Timestamp;
use store::Tx;

pub(crate) use act::LONGEST_BEGINNING;
pub(crate) use answer_due::answer_due;
pub use classify::Reading;
pub(crate) use classify::of_transcript;
pub use load::key as effect_key;
pub(crate) use locks::{of_name as lock_of_name, of_names as locks_of_names};
pub use play::Lookup;
pub(crate) use receive::receive_at;
pub use receive::{Received, Summary, has_room, receive};
pub(crate) use rehearse::{Decided, Known as KnownThen, Rehearsal, Then, message as message_then};
pub(crate) use resolve::{Found, find as find_person, member_of};
pub use values::{Attached, Effects, Inbound, Known, Message, Nature, Reply, Resolved, Understood};
pub(crate) use values::{FULL_WINDOW, WINDOW_MARGIN};

use crate::advice::is_unclear;
use crate::ids;
use crate::kill_points::reached;
use crate::workflows::Published;

/// Who wrote a message and what it is about, from what is known and what was written.
pub fn understand(
    known: Known,
    workflow: &Published,
    inbound: &Inbound,
    reading: Reading,
    fresh: &FreshIds,
    now: Timestamp,
) -> Understood {
    let message = &inbound.message;
    let quoted = known.quoted.clone();
    let resolved = resolve::sender(known, inbound, &workflow.trial(), fresh, now);
    let is_request = message.nature == Nature::Message;
    let intent = is_request.then(|| classify::intent(workflow, &resolved, message, reading, quoted.as_ref(), now));
    let resolved = match &intent {
        Some(intent) => take_up::what_ended(resolved, intent, &workflow.workflow, now),
        None => resolved,
    };
    Understood { resolved, intent }
}

/// What one message changes, from what it is, what was looked up for it, what the workflow says, and when.
pub fn process(
    understood: Understood,
    lookup: Option<&Lookup>,
    workflow: &Published,
    inbound: &Inbound,
    fresh: &FreshIds,
    now: Timestamp,
) -> Effects {
    let message = &inbound.message;
    let Understood { resolved, intent } = understood;
    let Some(intent) = intent else { return keep::record(workflow, act::record_only(resolved, message, now)) };
    let plan = decide::plan(workflow, &resolved, &intent, lookup, message, inbound.channel, now);
    let effects = act::carry_out(workflow, resolved, intent, plan, message, fresh, now);
    keep::record(workflow, close::outcome(effects))
}

/// One message, inside a transaction: everything it changes, or nothing. A message that was there before changes nothing.
pub fn take_in(
    tx: &mut Tx<'_>,
    workflow: &Published,
    inbound: &Inbound,
    reading: &Reading,
    fresh: &FreshIds,
    epoch: i64,
    now: Timestamp,
) -> store::Result<TakenIn> {
    if !load::is_new(tx, inbound)? {
        return Ok(TakenIn::Before);
    }
    let known = load::known(tx, inbound)?;
    reached("loaded");
    let begun_on = version_of_matter(&known, workflow);
    let (workflow, reading) = match &begun_on {
        Some(earlier) => (earlier.as_ref(), classify::read(earlier, &inbound.message)),
        None => (workflow, reading.clone()),
    };
    let understood = understand(known, workflow, inbound, reading, fresh, now);
    let lookup = load::lookup(tx, workflow, inbound, &understood, now)?;
    let effects = process(understood, lookup.as_ref(), workflow, inbound, fresh, now);
    reached("processed");
    record::effects(tx, inbound, &effects, workflow, fresh, epoch, now)?;
    reached("recorded");
    Ok(TakenIn::Now {
        replies: effects.reply.is_some(),
        files: inbound.message.file.is_some(),
        conversation: effects.conversation_id(),
        unclear: is_unclear(&effects.steps).then(|| effects.seq()),
    })
}

/// The version of the workflow that the open matter began on, if another one is in force by now: what runs finishes on it.
fn version_of_matter(known: &Known, workflow: &Published) -> Option<Arc<Published>> {
    let matter = known.conversation.as_ref()?.interaction.as_ref()?;
    workflow.of_matter(matter.workflow_version)
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenIn {
    /// It was there before; nothing changed.
    Before,
    /// It was taken in.
    Now {
        /// Whether something waits in the outbox because of it.
        replies: bool,
        /// Whether a file waits to be fetched because of it.
        files: bool,
        /// Its thread.
        conversation: domain::ids::ConversationId,
        /// Its place in the thread, if the text model was not sure what it is about.
        unclear: Option<i64>,
    },
}

/// The names under which a message must not be worked on elsewhere at the same time.
pub fn locks_of(inbound: &Inbound) -> Vec<i64> {
    locks::of_names(inbound.workspace, &inbound.all_names())
}

/// Takes in one message that was put aside.
pub fn take_in_later(
    tx: &mut Tx<'_>,
    workflow: &Published,
    inbound: &Inbound,
    epoch: i64,
    now: Timestamp,
) -> store::Result<TakenIn> {
    let reading = classify::read(workflow, &inbound.message);
    take_in(tx, workflow, inbound, &reading, &ids::fresh_set(), epoch, now)
}

//! Machines outside, where the business has some: a second opinion on what the text model is not sure of, and voice messages written down.
//!
//! Nothing here is on the way of a message. A row says that a machine is to be asked; the job asks it after the commit, within its budget,
//! and what comes back is applied only if nobody was faster. docs/advice.md says what leaves the house.

mod apply;
mod ask;
mod claim;
mod load;
mod opinion;

use domain::errand::Errand;
use domain::ids::{ConversationId, WorkspaceId};
use domain::interaction::{Evidence, Step};
use store::{ErrandKey, Tx};

pub(crate) use apply::{Answer, Said, apply};
pub(crate) use ask::Asker;
pub(crate) use claim::claim;
pub(crate) use load::load;

use crate::clock::machine_now;
use crate::config::Advice;
use crate::pipeline::TakenIn;

/// A machine that did not answer is asked once more.
const TRIES: i64 = 2;

/// Whether the text model was not sure of a message.
pub(crate) fn is_unclear(steps: &[Step]) -> bool {
    let is_unclear = |step: &Step| match step {
        Step::Classified(intent) => intent.kind.is_none() && matches!(intent.evidence, Evidence::Model(_)),
        _ => false,
    };
    steps.iter().any(is_unclear)
}

/// A message was taken in: if the text model was not sure of it, a second opinion is wanted.
pub(crate) fn ask_about(tx: &mut Tx<'_>, advice: &Advice, workspace: WorkspaceId, taken: TakenIn) -> store::Result<()> {
    match taken {
        TakenIn::Now { conversation, unclear: Some(seq), .. } => {
            ask_later(tx, advice, workspace, (conversation, seq), Errand::SecondOpinion)
        }
        TakenIn::Now { unclear: None, .. } | TakenIn::Before => Ok(()),
    }
}

/// A machine is to be asked about a message, in the transaction that found out.
pub(crate) fn ask_later(
    tx: &mut Tx<'_>,
    advice: &Advice,
    workspace: WorkspaceId,
    message: (ConversationId, i64),
    what: Errand,
) -> store::Result<()> {
    if advice.machine(what).is_none() {
        return Ok(());
    }
    let (conversation, seq) = message;
    tx.add_errand(workspace, ErrandKey { conversation, seq, what }, machine_now())
}

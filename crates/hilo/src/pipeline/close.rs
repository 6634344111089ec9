//! Ends a step of a matter: what is over leaves the thread.

use super::values::{Effects, InteractionEffect};

/// The effects with their last word: a matter that ended at once is not open on its thread. The triage workflow resolves nothing by
/// itself, so everything else stays open until a person, or silence, ends it.
pub(super) fn settle(mut effects: Effects) -> Effects {
    if let InteractionEffect::Open(_, _, change) = &effects.interaction
        && change.outcome.is_some()
    {
        effects.open.interaction = None;
    }
    effects
}

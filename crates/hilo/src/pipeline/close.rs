//! Ends a step of a matter: one about which nobody has to do anything is over at once.

use domain::interaction::{Outcome, Step};

use super::values::{Effects, InteractionEffect, TicketEffect};

/// The effects with their outcome. The triage workflow resolves nothing by itself: a matter that has a ticket stays open until a
/// person, or silence, ends it.
pub(super) fn outcome(mut effects: Effects) -> Effects {
    if let (InteractionEffect::Open(_, _, change), TicketEffect::None) = (&mut effects.interaction, &effects.ticket) {
        change.outcome = Some(Outcome::NoAction);
        effects.open.interaction = None;
        effects.steps.push(Step::Closed { outcome: Outcome::NoAction, said: None });
    }
    effects
}

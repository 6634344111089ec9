//! Ends a step of a matter: one that automation has dealt with is over, and so is one about which nobody has to do anything.

use domain::interaction::{Outcome, Step};

use super::values::{Course, Effects, InteractionEffect, TicketEffect};

/// The effects with their outcome. A matter that has a ticket stays open until a person, or silence, ends it.
pub(super) fn outcome(mut effects: Effects) -> Effects {
    let outcome = match (effects.course, &effects.interaction) {
        (Course::Automated, _) => Outcome::Automated,
        (Course::AsItsTicket, InteractionEffect::Open(..)) if matches!(effects.ticket, TicketEffect::None) => {
            Outcome::NoAction
        }
        (Course::AsItsTicket | Course::LooksAgain(_), _) => return effects,
    };
    let (InteractionEffect::Open(_, _, change) | InteractionEffect::Update(_, change)) = &mut effects.interaction
    else {
        return effects;
    };
    change.outcome = Some(outcome);
    effects.open.interaction = None;
    effects.steps.push(Step::Closed { outcome, said: None });
    effects
}

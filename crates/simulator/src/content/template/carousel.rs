//! The cards of a carousel: every card of the template must be filled, each like a small template of its own.

use super::given::GivenCard;
use super::{Filled, check_parts};
use crate::codes::{self, Refusal};
use crate::templates::{Blueprint, Format};

pub(super) fn check(cards: &[Blueprint], format: Format, given: &[GivenCard]) -> Result<Vec<Filled>, Refusal> {
    if cards.len() != given.len() {
        let details = format!("carousel: the template has {} cards, the message {}", cards.len(), given.len());
        return Err(Refusal::of(codes::TEMPLATE_PARAMETERS, details));
    }
    let filled = cards.iter().enumerate().map(|(index, card)| {
        let missing = || Refusal::of(codes::TEMPLATE_FORMAT, format!("carousel: no card has the index {index}"));
        let given = given.iter().find(|given| given.index == index).ok_or_else(missing)?;
        check_parts(card, format, &given.parts)
    });
    filled.collect()
}

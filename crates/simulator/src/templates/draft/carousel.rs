//! A carousel: two to ten cards that are made alike.

use super::{body, buttons, header};
use crate::codes::Refusal;
use crate::part::Part;
use crate::settings::Category;
use crate::templates::placeholders::Format;

pub(crate) const MOST_CARDS: usize = 10;
const FEWEST_CARDS: usize = 2;
const MOST_BUTTONS: usize = 2; // of a card
const LONGEST_BODY: usize = 160; // of a card

pub(super) fn check(carousel: &Part<'_>, category: Category, format: Format) -> Result<(), Refusal> {
    if category != Category::Marketing {
        return Err(carousel.refuse("is only for MARKETING templates"));
    }
    let cards = carousel.at("cards").items(MOST_CARDS)?;
    if cards.len() < FEWEST_CARDS {
        return Err(carousel.at("cards").refuse("must hold at least 2 cards"));
    }
    let mut first = None;
    for card in &cards {
        let made_of = check_card(card, format)?;
        if first.get_or_insert_with(|| made_of.clone()) != &made_of {
            return Err(card.refuse("must have the same components as the other cards"));
        }
    }
    Ok(())
}

/// What the card is made of: the format of its header, whether it has a text, the types of its buttons.
fn check_card(card: &Part<'_>, format: Format) -> Result<Vec<String>, Refusal> {
    let mut made_of = Vec::new();
    for component in card.at("components").items(3)? {
        let kind = component.at("type").text()?.to_ascii_uppercase();
        match kind.as_str() {
            "HEADER" => {
                picture_or_film(&component, format)?;
                made_of.push(component.at("format").text()?.to_ascii_uppercase());
            }
            "BODY" => {
                body::check_up_to(LONGEST_BODY, &component, format)?;
                made_of.push(kind);
            }
            "BUTTONS" => made_of.extend(buttons::check_up_to(MOST_BUTTONS, &component, Category::Marketing)?),
            _ => return Err(component.at("type").refuse("is not a component of a card")),
        }
    }
    let has_header = made_of.iter().any(|part| part == "IMAGE" || part == "VIDEO");
    if has_header { Ok(made_of) } else { Err(card.refuse("needs a HEADER with a picture or a film")) }
}

fn picture_or_film(component: &Part<'_>, format: Format) -> Result<(), Refusal> {
    match component.at("format").text()?.to_ascii_uppercase().as_str() {
        "IMAGE" | "VIDEO" => header(component, format),
        _ => Err(component.at("format").refuse("must be IMAGE or VIDEO on a card")),
    }
}

//! Contact cards.

use super::Content;
use crate::codes::Refusal;
use crate::part::Part;

const MOST_CARDS: usize = 257; // what WhatsApp shows in one message

pub(super) fn read(contacts: &Part<'_>) -> Result<Content, Refusal> {
    let names = contacts
        .items(MOST_CARDS)?
        .iter()
        .map(|card| card.at("name").at("formatted_name").text())
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Content::free_form("contacts", Some(names.join(", "))))
}

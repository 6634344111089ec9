//! A place on the map.

use super::Content;
use crate::codes::Refusal;
use crate::part::Part;

pub(super) fn read(location: &Part<'_>) -> Result<Content, Refusal> {
    location.required()?;
    within(&location.at("latitude"), 90.0)?;
    within(&location.at("longitude"), 180.0)?;
    let name = location.at("name").optional_text()?;
    let address = location.at("address").optional_text()?;
    Ok(Content::free_form("location", name.or(address).map(str::to_owned)))
}

fn within(coordinate: &Part<'_>, limit: f64) -> Result<(), Refusal> {
    if coordinate.number()?.abs() <= limit { Ok(()) } else { Err(coordinate.refuse("is not on the globe")) }
}

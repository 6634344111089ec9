//! Plain text.

use super::Content;
use crate::codes::Refusal;
use crate::part::Part;

pub(super) fn read(text: &Part<'_>) -> Result<Content, Refusal> {
    text.required()?;
    let body = text.at("body").text_up_to(4096)?;
    Ok(Content::free_form("text", Some(body.to_owned())))
}

//! An emoji on a message of the person; an empty one takes it away.

use super::Content;
use crate::codes::Refusal;
use crate::part::Part;

pub(super) fn read(reaction: &Part<'_>) -> Result<Content, Refusal> {
    reaction.required()?;
    let target = reaction.at("message_id").text()?;
    let emoji = reaction.at("emoji").optional_text_up_to(16)?.unwrap_or_default();
    let content = Content::free_form("reaction", Some(emoji.to_owned()));
    Ok(Content { reacts_to: Some(target.to_owned()), ..content })
}

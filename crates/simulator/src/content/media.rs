//! Images, videos, sounds, documents and stickers, by media id or by link.

use super::Content;
use super::part::Part;
use crate::codes::Refusal;

pub(super) fn read(kind: &str, media: &Part<'_>) -> Result<Content, Refusal> {
    media.required()?;
    source(media)?;
    let caption = media.at("caption").optional_text_up_to(1024)?;
    if caption.is_some() && matches!(kind, "audio" | "sticker") {
        return Err(media.at("caption").refuse("cannot accompany this type"));
    }
    let filename = media.at("filename").optional_text()?;
    Ok(Content::free_form(kind, caption.or(filename).map(str::to_owned)))
}

/// Either an id from an upload or a link that Meta can fetch.
pub(super) fn source(media: &Part<'_>) -> Result<(), Refusal> {
    match (media.at("id").optional_text()?, media.at("link").optional_text()?) {
        (Some(id), _) if !id.is_empty() => Ok(()),
        (_, Some(link)) if link.starts_with("https://") || link.starts_with("http://") => Ok(()),
        (_, Some(_)) => Err(media.at("link").refuse("must be an http or https URL")),
        _ => Err(media.refuse("needs an `id` or a `link`")),
    }
}

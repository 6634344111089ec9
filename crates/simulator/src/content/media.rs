//! Images, videos, sounds, documents and stickers, by media id or by link.

use super::{Content, Source};
use crate::codes::Refusal;
use crate::media::{Kind, Media};
use crate::part::Part;

pub(super) fn read(name: &str, kind: Kind, part: &Part<'_>, store: &Media) -> Result<Content, Refusal> {
    part.required()?;
    let source = source(kind, part, store)?;
    let caption = part.at("caption").optional_text_up_to(1024)?;
    if caption.is_some() && matches!(kind, Kind::Audio | Kind::Sticker) {
        return Err(part.at("caption").refuse("cannot accompany this type"));
    }
    let filename = part.at("filename").optional_text_up_to(240)?;
    let text = caption.or(filename).map(str::to_owned);
    Ok(Content { files: vec![source], ..Content::free_form(name, text) })
}

/// Either the id of a file that is there, or a link that Meta can fetch.
pub(super) fn source(kind: Kind, part: &Part<'_>, store: &Media) -> Result<Source, Refusal> {
    match (part.at("id").optional_scalar()?, part.at("link").optional_text()?) {
        (Some(id), _) if !id.is_empty() && store.get(&id).is_some() => Ok(Source::Uploaded { kind, id }),
        (Some(id), _) if !id.is_empty() => Err(Refusal::value(format!("there is no media with the id `{id}`"))),
        (_, Some(link)) if link.starts_with("https://") || link.starts_with("http://") => {
            Ok(Source::Linked { kind, url: link.to_owned() })
        }
        (_, Some(_)) => Err(part.at("link").refuse("must be an http or https URL")),
        _ => Err(part.refuse("needs an `id` or a `link`")),
    }
}

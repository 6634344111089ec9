//! A file in a message.

use serde_json::Value;

use crate::webhook::json;

/// A file Meta keeps for us for a week, and its address for five minutes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Media {
    /// What to ask Meta for the file by.
    pub id: Option<String>,
    /// Where to fetch it, with the token, right now.
    pub url: Option<String>,
    /// What it claims to be.
    pub mime_type: Option<String>,
    /// The hash of its bytes, as Meta wrote it (Base64 or hex).
    pub sha256: Option<String>,
    /// What the person wrote under it.
    pub caption: Option<String>,
    /// The name the person's device gave it.
    pub filename: Option<String>,
    /// A sticker that moves.
    pub animated: bool,
    /// Spoken into the phone, not a sound file.
    pub voice: bool,
}

pub(super) fn read(body: &Value) -> Result<Media, String> {
    let media = Media {
        id: json::text(body, "id"),
        url: json::first_text(body, &["url", "link"]),
        mime_type: json::text(body, "mime_type"),
        sha256: json::text(body, "sha256"),
        caption: json::text(body, "caption"),
        filename: json::text(body, "filename"),
        animated: json::flag(body, "animated"),
        voice: json::flag(body, "voice"),
    };
    if media.id.is_none() && media.url.is_none() && media.caption.is_none() {
        return Err("the file has neither `id` nor `url`".to_owned());
    }
    Ok(media)
}

pub(super) fn read_voice(body: &Value) -> Result<Media, String> {
    Ok(Media { voice: true, ..read(body)? })
}

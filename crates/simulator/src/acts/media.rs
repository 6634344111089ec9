//! Files, named by id. Without an id a small real one is made.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::message::{Draft, without_nulls};
use crate::files::{self, File};
use crate::media::is_animated;
use crate::platform::Platform;

pub(super) fn image(platform: &Platform, id: &str, caption: Option<&str>) -> Draft {
    let id = or_made(platform, id, None, || files::photo(&platform.random));
    media(platform, "image", "image/jpeg", &id, caption)
}

pub(super) fn video(platform: &Platform, id: &str, caption: Option<&str>) -> Draft {
    let id = or_made(platform, id, None, || files::film(&platform.random));
    media(platform, "video", "video/mp4", &id, caption)
}

pub(super) fn voice(platform: &Platform, id: &str) -> Draft {
    let id = or_made(platform, id, None, || files::voice_note(&platform.random));
    media(platform, "audio", "audio/ogg; codecs=opus", &id, None).inside("voice", json!(true))
}

pub(super) fn audio(platform: &Platform, id: &str) -> Draft {
    let id = or_made(platform, id, None, || files::voice_note(&platform.random));
    media(platform, "audio", "audio/ogg", &id, None).inside("voice", json!(false))
}

pub(super) fn document(platform: &Platform, id: &str, filename: &str, caption: Option<&str>) -> Draft {
    let id = or_made(platform, id, Some(filename), || files::document(filename, &platform.random));
    media(platform, "document", "application/pdf", &id, caption).inside("filename", json!(filename))
}

pub(super) fn sticker(platform: &Platform, id: &str) -> Draft {
    let id = or_made(platform, id, None, || files::sticker(&platform.random));
    let is_animated = platform.media.get(&id).is_some_and(|file| is_animated(&file.bytes));
    media(platform, "sticker", "image/webp", &id, None).inside("animated", json!(is_animated))
}

fn or_made(platform: &Platform, id: &str, filename: Option<&str>, make: impl FnOnce() -> File) -> String {
    if !id.is_empty() {
        return id.to_owned();
    }
    let File { bytes, mime_type } = make();
    platform.media.put(bytes, mime_type, filename)
}

/// A file that is here comes with its own type and hash, and the URL to fetch it from. An id that leads nowhere can be
/// sent too: the type is then the usual one, and the hash the id's.
fn media(platform: &Platform, kind: &str, usual: &str, id: &str, caption: Option<&str>) -> Draft {
    let body: Value = match platform.media.get(id) {
        Some(file) => json!({
            "id": id,
            "mime_type": file.mime_type,
            "sha256": file.sha256,
            "url": platform.media.link(id),
            "caption": caption,
        }),
        None => json!({ "id": id, "mime_type": usual, "sha256": hash(id), "caption": caption }),
    };
    Draft::new(kind, caption, without_nulls(body))
}

fn hash(id: &str) -> String {
    Sha256::digest(id).iter().map(|byte| format!("{byte:02x}")).collect()
}

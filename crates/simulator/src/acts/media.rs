//! Media, named by id. The hash is of the id: the bytes are not here.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::message::{Draft, without_nulls};

pub(super) fn image(id: &str, caption: Option<&str>) -> Draft {
    media("image", "image/jpeg", id, caption)
}

pub(super) fn video(id: &str, caption: Option<&str>) -> Draft {
    media("video", "video/mp4", id, caption)
}

pub(super) fn voice(id: &str) -> Draft {
    media("audio", "audio/ogg; codecs=opus", id, None).inside("voice", json!(true))
}

pub(super) fn document(id: &str, filename: &str, caption: Option<&str>) -> Draft {
    media("document", "application/pdf", id, caption).inside("filename", json!(filename))
}

pub(super) fn sticker(id: &str) -> Draft {
    media("sticker", "image/webp", id, None).inside("animated", json!(false))
}

fn media(kind: &str, mime_type: &str, id: &str, caption: Option<&str>) -> Draft {
    let hash: String = Sha256::digest(id).iter().map(|byte| format!("{byte:02x}")).collect();
    let body: Value = json!({ "id": id, "mime_type": mime_type, "sha256": hash, "caption": caption });
    Draft::new(kind, caption, without_nulls(body))
}

//! What WhatsApp takes as a file to send, told before it refuses.

use domain::media::MediaKind;

use crate::config::Largest;

const MB: u64 = 1024 * 1024;

/// What WhatsApp takes at most.
fn whatsapps_largest(kind: MediaKind) -> u64 {
    match kind {
        MediaKind::Image => 5 * MB,
        MediaKind::Video | MediaKind::Audio => 16 * MB,
        MediaKind::Document => 100 * MB,
        MediaKind::Sticker => 500 * 1024,
    }
}

/// The kind as which a type is sent, unless somebody wishes another; none where WhatsApp does not take the type at all.
pub(super) fn usual_kind(mime_type: &str) -> Option<MediaKind> {
    match mime_type {
        "image/jpeg" | "image/png" => Some(MediaKind::Image),
        "image/webp" => Some(MediaKind::Sticker),
        "video/mp4" | "video/3gpp" => Some(MediaKind::Video),
        "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" | "audio/ogg" => Some(MediaKind::Audio),
        "application/pdf" | "text/plain" | "application/msword" => Some(MediaKind::Document),
        other if other.starts_with("application/vnd.") => Some(MediaKind::Document),
        _ => None,
    }
}

/// The kind as which a file can be sent, or what is wrong with it.
pub(super) fn check(
    mime_type: &str,
    size: u64,
    wished: Option<MediaKind>,
    largest: &Largest,
) -> Result<MediaKind, String> {
    let usual = usual_kind(mime_type).ok_or_else(|| {
        format!(
            "by its bytes the file is {mime_type}, which WhatsApp does not take; send JPEG, PNG, WebP, MP4, 3GPP, AAC, AMR, MP3, OGG, \
             PDF, text or an Office document"
        )
    })?;
    let kind = match wished {
        // Anything can go as a document; nothing else goes as what it is not.
        Some(MediaKind::Document) => MediaKind::Document,
        Some(wished) if wished != usual => {
            return Err(format!("by its bytes the file is {mime_type}, which is sent as {usual}, not as {wished}"));
        }
        Some(_) | None => usual,
    };
    let most = whatsapps_largest(kind).min(largest.of(kind));
    if size == 0 {
        return Err("the file is empty".to_owned());
    }
    if most < size {
        return Err(format!("the file has {size} bytes; a file of the kind {kind} may have {most}"));
    }
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_whatsapp_would_refuse_is_refused_at_once() {
        let largest = Largest::default();
        assert_eq!(check("image/jpeg", 7, None, &largest), Ok(MediaKind::Image));
        assert_eq!(check("image/jpeg", 7, Some(MediaKind::Document), &largest), Ok(MediaKind::Document));
        assert!(check("image/jpeg", 7, Some(MediaKind::Sticker), &largest).unwrap_err().contains("sent as image"));
        assert!(check("image/jpeg", 6 * MB, None, &largest).unwrap_err().contains("may have 5242880"));
        assert!(check("image/webp", 600 * 1024, None, &largest).is_err());
        assert!(check("application/octet-stream", 7, None, &largest).unwrap_err().contains("send JPEG"));
        assert!(check("application/zip", 7, None, &largest).is_err());
        assert!(check("application/pdf", 0, None, &largest).is_err());
    }
}

//! Which files WhatsApp takes, and how large each may be.

const KB: usize = 1024;
const MB: usize = 1024 * KB;
const LARGEST_UPLOAD: usize = 100 * MB;

/// What a file can be sent as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Image,
    Video,
    Audio,
    Document,
    Sticker,
}

/// Why a file is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unfit {
    Type(String),
    Size { size: usize, most: usize },
}

impl Kind {
    /// What the `type` of a message says.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "image" => Self::Image,
            "video" => Self::Video,
            "audio" => Self::Audio,
            "document" => Self::Document,
            "sticker" => Self::Sticker,
            _ => return None,
        })
    }

    /// As template headers spell it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Image => "IMAGE",
            Self::Video => "VIDEO",
            Self::Audio => "AUDIO",
            Self::Document => "DOCUMENT",
            Self::Sticker => "STICKER",
        }
    }

    fn takes(self, mime_type: &str) -> bool {
        match self {
            Self::Image => ["image/jpeg", "image/png"].contains(&mime_type),
            Self::Video => ["video/mp4", "video/3gpp", "video/3gp"].contains(&mime_type),
            Self::Audio => AUDIO.contains(&mime_type),
            Self::Sticker => mime_type == "image/webp",
            // A document is whatever has a type at all.
            Self::Document => mime_type.split_once('/').is_some_and(|(a, b)| is_token(a) && is_token(b)),
        }
    }

    fn most(self, bytes: &[u8]) -> usize {
        match self {
            Self::Image => 5 * MB,
            Self::Video | Self::Audio => 16 * MB,
            Self::Document => LARGEST_UPLOAD,
            Self::Sticker if is_animated(bytes) => 500 * KB,
            Self::Sticker => 100 * KB,
        }
    }
}

const AUDIO: [&str; 6] = ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/m4a", "audio/ogg"];

/// What a new file can be sent as, or why it cannot be sent at all.
pub(crate) fn fit(mime_type: &str, bytes: &[u8]) -> Result<Kind, Unfit> {
    let plain = essence(mime_type);
    let picky = [Kind::Image, Kind::Video, Kind::Audio, Kind::Sticker];
    let kind = match picky.into_iter().find(|kind| kind.takes(&plain)) {
        Some(kind) => kind,
        // Pictures and sounds of other formats are not documents either.
        None if ["image/", "video/", "audio/"].iter().any(|family| plain.starts_with(family)) => {
            return Err(Unfit::Type(plain));
        }
        None => Kind::Document,
    };
    fits(kind, mime_type, bytes).map(|()| kind)
}

/// Whether this file can be sent as that. Any file can be sent as a document.
pub(crate) fn fits(kind: Kind, mime_type: &str, bytes: &[u8]) -> Result<(), Unfit> {
    let plain = essence(mime_type);
    if !kind.takes(&plain) {
        return Err(Unfit::Type(plain));
    }
    let most = kind.most(bytes);
    if most < bytes.len() { Err(Unfit::Size { size: bytes.len(), most }) } else { Ok(()) }
}

fn is_token(part: &str) -> bool {
    !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
}

/// The type without its parameters.
fn essence(mime_type: &str) -> String {
    mime_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// An extended WebP has its flags in byte 20; the second bit says that it moves.
pub(crate) fn is_animated(webp: &[u8]) -> bool {
    webp.get(12..16) == Some(b"VP8X") && webp.get(20).is_some_and(|flags| flags & 0b10 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_types_and_its_size() {
        assert_eq!(fit("image/png", &[0; 5 * MB]), Ok(Kind::Image));
        assert_eq!(fit("image/jpeg", &vec![0; 5 * MB + 1]), Err(Unfit::Size { size: 5 * MB + 1, most: 5 * MB }));
        assert_eq!(fit("audio/ogg; codecs=opus", b"OggS"), Ok(Kind::Audio));
        assert_eq!(fit("application/pdf", &vec![0; 17 * MB]), Ok(Kind::Document));
        assert_eq!(fit("image/gif", b"GIF89a"), Err(Unfit::Type("image/gif".into())));
        assert_eq!(fits(Kind::Image, "application/pdf", b"%PDF"), Err(Unfit::Type("application/pdf".into())));
        assert_eq!(fits(Kind::Document, "image/png", b""), Ok(()));
    }

    #[test]
    fn an_animated_sticker_may_be_larger_than_a_still_one() {
        let mut sticker = vec![0; 200 * KB];
        assert!(matches!(fit("image/webp", &sticker), Err(Unfit::Size { .. })));
        sticker[12..16].copy_from_slice(b"VP8X");
        sticker[20] = 0b10;
        assert_eq!(fit("image/webp", &sticker), Ok(Kind::Sticker));
    }
}

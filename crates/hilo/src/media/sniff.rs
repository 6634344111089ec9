//! What a file is, by its first bytes. What somebody claims only chooses among types that share a container.

/// A type that says nothing: to be downloaded, never shown.
const UNKNOWN: &str = "application/octet-stream";
/// As much of a file as is looked at.
pub(super) const HEAD: usize = 8 * 1024;

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";
/// The older formats of the same programs share one container whose first bytes do not tell them apart.
const COMPOUND: [&str; 3] = ["application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"];

/// The types that a browser may show in a page. None of them can carry a script.
const SHOWN: [&str; 11] = [
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "audio/aac",
    "audio/amr",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "video/mp4",
    "video/3gpp",
];

/// Whether a browser may show a type in a page instead of downloading it.
pub(crate) fn is_shown(mime_type: &str) -> bool {
    SHOWN.contains(&mime_type)
}

/// What a file is. Markup, scripts and programs are `application/octet-stream`, whatever is claimed.
pub(super) fn sniff(head: &[u8], claimed: Option<&str>) -> &'static str {
    let head = &head[..head.len().min(HEAD)];
    let claimed = claimed.map(|claim| claim.split(';').next().unwrap_or_default().trim().to_ascii_lowercase());
    let claimed = claimed.as_deref().unwrap_or_default();
    match head {
        [0xFF, 0xD8, 0xFF, ..] => "image/jpeg",
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => "image/png",
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => "image/gif",
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => "image/webp",
        [_, _, _, _, b'f', b't', b'y', b'p', brand @ ..] => of_brand(brand, claimed),
        [b'O', b'g', b'g', b'S', ..] => "audio/ogg",
        [b'#', b'!', b'A', b'M', b'R', ..] => "audio/amr",
        [b'I', b'D', b'3', ..] => "audio/mpeg",
        // The first bits of a frame of MPEG audio: layer III, or AAC in its own framing.
        [0xFF, second, ..] if second & 0xE6 == 0xE2 => "audio/mpeg",
        [0xFF, second, ..] if second & 0xF6 == 0xF0 => "audio/aac",
        [b'%', b'P', b'D', b'F', b'-', ..] => "application/pdf",
        [b'P', b'K', 3, 4, ..] => of_archive(head, claimed),
        [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => among(&COMPOUND, claimed).unwrap_or(UNKNOWN),
        _ if is_plain_text(head) => "text/plain",
        _ => UNKNOWN,
    }
}

fn among(known: &[&'static str], claimed: &str) -> Option<&'static str> {
    known.iter().copied().find(|known| *known == claimed)
}

/// Sound alone often comes under a brand of video.
fn of_brand(brand: &[u8], claimed: &str) -> &'static str {
    match brand {
        [b'3', b'g', ..] => among(&["audio/mp4"], claimed).unwrap_or("video/3gpp"),
        [b'M', b'4', b'A' | b'B', ..] => "audio/mp4",
        [b'i', b's', b'o', ..]
        | [b'm', b'p', b'4', ..]
        | [b'a', b'v', b'c', b'1', ..]
        | [b'M', b'4', b'V', ..]
        | [b'M', b'S', b'N', b'V', ..]
        | [b'd', b'a', b's', b'h', ..] => among(&["audio/mp4"], claimed).unwrap_or("video/mp4"),
        _ => UNKNOWN,
    }
}

fn of_archive(head: &[u8], claimed: &str) -> &'static str {
    let has = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
    if has(b"word/") {
        DOCX
    } else if has(b"xl/") {
        XLSX
    } else if has(b"ppt/") {
        PPTX
    } else {
        among(&[DOCX, XLSX, PPTX], claimed).unwrap_or("application/zip")
    }
}

/// Text that does not begin like markup or a script.
fn is_plain_text(head: &[u8]) -> bool {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A letter may be cut in two at the end.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default()
        }
        Err(_) => return false,
    };
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let is_control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}');
    !start.is_empty() && !start.starts_with('<') && !start.starts_with("#!") && !text.contains(is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_type_that_whatsapp_carries_is_known_by_its_bytes() {
        for (head, mime_type) in [
            (b"\xFF\xD8\xFF\xE0\0\x10JFIF".as_slice(), "image/jpeg"),
            (b"\x89PNG\r\n\x1A\n\0\0\0\rIHDR", "image/png"),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
            (b"\0\0\0\x18ftypmp42\0\0\0\0", "video/mp4"),
            (b"\0\0\0\x18ftypisom\0\0\x02\0", "video/mp4"),
            (b"\0\0\0\x18ftyp3gp5\0\0\0\0", "video/3gpp"),
            (b"\0\0\0\x18ftypM4A \0\0\0\0", "audio/mp4"),
            (b"OggS\0\x02", "audio/ogg"),
            (b"#!AMR\n", "audio/amr"),
            (b"ID3\x03\0", "audio/mpeg"),
            (b"\xFF\xFB\x90\x64", "audio/mpeg"),
            (b"\xFF\xF1\x50\x80", "audio/aac"),
            (b"%PDF-1.7\n", "application/pdf"),
            (b"PK\x03\x04\x14\0[Content_Types].xml PK\x03\x04 word/document.xml", DOCX),
            (b"PK\x03\x04\x14\0[Content_Types].xml PK\x03\x04 xl/workbook.xml", XLSX),
            ("Número de pedido: 7\r\n".as_bytes(), "text/plain"),
        ] {
            assert_eq!(sniff(head, None), mime_type, "{mime_type}");
        }
    }

    #[test]
    fn a_claim_chooses_within_a_container_and_nothing_else() {
        let compound = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
        assert_eq!(sniff(compound, Some("application/msword")), "application/msword");
        assert_eq!(sniff(compound, Some("text/html")), UNKNOWN);
        assert_eq!(sniff(b"PK\x03\x04", Some(XLSX)), XLSX);
        assert_eq!(sniff(b"PK\x03\x04", Some("image/png")), "application/zip");
        assert_eq!(sniff(b"\0\0\0\x18ftypisom", Some("audio/mp4; codecs=mp4a")), "audio/mp4");
        assert_eq!(sniff(b"%PDF-1.7", Some("image/jpeg")), "application/pdf");
    }

    #[test]
    fn what_a_browser_could_run_is_only_bytes() {
        for active in [
            "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>",
            "\u{feff} \n<!DOCTYPE html><script>alert(1)</script>",
            "<?xml version=\"1.0\"?>",
            "#!/bin/sh",
            "GIF89 is no picture\0",
            "MZ\u{1}",
            "",
        ] {
            let mime_type = sniff(active.as_bytes(), Some("image/svg+xml"));
            assert_eq!(mime_type, UNKNOWN, "{active}");
            assert!(!is_shown(mime_type));
        }
    }
}

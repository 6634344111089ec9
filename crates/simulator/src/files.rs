//! Small real files, made when a phone sends one that nobody has uploaded: whoever looks at the bytes finds what the
//! type says. Each is made anew, so that two photos have two hashes.

mod mp4;
mod ogg;
mod pdf;
mod png;
mod webp;

use crate::random::Random;

/// A file as a phone sends it.
pub(crate) struct File {
    pub(crate) bytes: Vec<u8>,
    pub(crate) mime_type: &'static str,
}

pub(crate) fn photo(random: &Random) -> File {
    File { bytes: png::picture(colour(random), colour(random)), mime_type: "image/png" }
}

pub(crate) fn film(random: &Random) -> File {
    File { bytes: mp4::film(random.next()), mime_type: "video/mp4" }
}

pub(crate) fn voice_note(random: &Random) -> File {
    let frames = u8::try_from(50 + random.below(150)).unwrap_or(50); // of 20 milliseconds
    let serial = u32::try_from(random.below(u64::from(u32::MAX))).unwrap_or_default();
    File { bytes: ogg::silence(serial, frames), mime_type: "audio/ogg; codecs=opus" }
}

pub(crate) fn document(title: &str, random: &Random) -> File {
    File { bytes: pdf::page(title, &random.id()), mime_type: "application/pdf" }
}

pub(crate) fn sticker(random: &Random) -> File {
    File { bytes: webp::plain(colour(random)), mime_type: "image/webp" }
}

fn colour(random: &Random) -> [u8; 3] {
    let [red, green, blue, ..] = random.next().to_le_bytes();
    [red, green, blue]
}

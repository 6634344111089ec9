//! What the desk and the page of `hilo demo` draw alike: moments, ticks, what a message brings besides its words.

pub(crate) mod attached;
pub(crate) mod icons;
mod reader;

pub(crate) use reader::Reader;

/// What a message says; of one without words, what it is.
pub(crate) fn words(reader: &Reader, text: Option<&str>, kind: &str) -> String {
    const KNOWN: [&str; 10] =
        ["image", "audio", "video", "document", "sticker", "location", "contacts", "order", "reaction", "unsupported"];
    match text {
        Some(text) => text.to_owned(),
        None if KNOWN.contains(&kind) => reader.say(&format!("kind-{kind}")),
        None => reader.say_with("kind-other", &[("kind", kind)]),
    }
}

/// Two letters for an avatar.
pub(crate) fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect()
}

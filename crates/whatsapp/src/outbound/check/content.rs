//! Files, places, cards and reactions.

use super::super::{Card, Location, Media, MediaKind, MediaSource};
use super::Problems;

const CAPTION: usize = 1024;
const FILENAME: usize = 240; // what file systems of phones take
const CARDS: usize = 257; // what WhatsApp shows in one message
const EMOJI: usize = 16; // a family of four with skin tones has eleven characters
const LATITUDE: f64 = 90.0;
const LONGITUDE: f64 = 180.0;

impl Problems {
    pub(super) fn media(&mut self, media: &Media) {
        let what = format!("the {}", media.kind.name());
        self.source(&what, &media.source);
        self.optional_words("the caption", media.caption.as_deref(), CAPTION);
        self.optional_words("the file name", media.filename.as_deref(), FILENAME);
        if media.caption.is_some() && matches!(media.kind, MediaKind::Audio | MediaKind::Sticker) {
            self.0.push(format!("{what} cannot have a caption; send the words as a text of their own"));
        }
        if media.filename.is_some() && media.kind != MediaKind::Document {
            self.0.push(format!("{what} cannot have a file name; only a document has one"));
        }
    }

    pub(super) fn source(&mut self, what: &str, source: &MediaSource) {
        match source {
            MediaSource::Id(id) if id.trim().is_empty() => self.0.push(format!("{what} has no file")),
            MediaSource::Id(_) => {}
            MediaSource::Link(link) => self.link(&format!("the link of {}", what.trim_start()), link),
        }
    }

    pub(super) fn location(&mut self, location: &Location) {
        let within = |degrees: f64, limit: f64| degrees.is_finite() && degrees.abs() <= limit;
        if !within(location.latitude, LATITUDE) {
            self.0.push("the latitude has to be a number from -90 to 90".to_owned());
        }
        if !within(location.longitude, LONGITUDE) {
            self.0.push("the longitude has to be a number from -180 to 180".to_owned());
        }
    }

    pub(super) fn cards(&mut self, cards: &[Card]) {
        self.count("cards", cards.len(), CARDS);
        for card in cards {
            if card.name.formatted_name.trim().is_empty() {
                self.0.push("a card has no name; write it in `formatted_name`".to_owned());
            }
        }
    }

    pub(super) fn reaction(&mut self, wamid: &str, emoji: &str) {
        if wamid.is_empty() {
            self.0.push("the reaction names no message".to_owned());
        }
        let is_words = emoji.chars().any(|c| c.is_alphabetic() || c.is_whitespace());
        if is_words || EMOJI < emoji.chars().count() {
            self.0.push("a reaction is one emoji, or nothing to take it away".to_owned());
        }
    }
}

//! What we said last in a thread, as far as what comes back is read by it.

use serde::{Deserialize, Serialize};

use crate::fact::ThingRef;
use crate::interaction::Author;
use crate::named::named;
use crate::spelling::plain;

named! {
    /// Something that a message of ours asks for and that says nothing by itself when it comes.
    Wanted: "thing to ask for" {
        /// A picture, or a video.
        Photo = "photo",
        /// A file.
        Document = "document",
        /// A card of a contact.
        Contact = "contact",
        /// A place.
        Location = "location",
    }
}

named! {
    /// A message that says yes or no and nothing else.
    Plain: "plain answer" {
        /// Yes.
        Yes = "yes",
        /// No.
        No = "no",
    }
}

impl Wanted {
    /// Whether a message of WhatsApp's type is that. Papers are photographed as often as they are attached.
    pub fn is_met_by(self, kind: &str) -> bool {
        match self {
            Wanted::Photo => matches!(kind, "image" | "video"),
            Wanted::Document => matches!(kind, "document" | "image"),
            Wanted::Contact => kind == "contacts",
            Wanted::Location => kind == "location",
        }
    }
}

/// A message of ours that the customer may be answering.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// Its place in the thread.
    pub seq: i64,
    /// When it was written, milliseconds since 1970.
    pub at: i64,
    /// Who wrote it.
    pub by: Author,
    /// The template that it was made of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The type that it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What it asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<Wanted>,
    /// The record that it was about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<ThingRef>,
    /// The type that a plain yes to it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yes: Option<String>,
    /// The type that a plain no to it is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub no: Option<String>,
}

/// So long after it a bare photo still is the one that was asked for: people look for the receipt at the weekend.
pub const ASKED_LASTS_MS: i64 = 7 * 24 * 3600 * 1000;
/// So long after it the next words still answer it, if nothing else was said.
pub const REPLY_LASTS_MS: i64 = 3 * 24 * 3600 * 1000;

/// A message of ours, as far as an answer to it is read by it.
#[derive(Debug, Clone, Copy)]
pub struct Spoken<'a> {
    /// Its place in the thread.
    pub seq: i64,
    /// When it was written, milliseconds since 1970.
    pub at: i64,
    /// Who wrote it.
    pub by: Author,
    /// Its type.
    pub kind: &'a str,
    /// What a person reads of it.
    pub text: &'a str,
    /// The template that it was made of.
    pub template: Option<&'a str>,
    /// The type that it was about.
    pub about: Option<&'a str>,
}

impl Prompt {
    /// What is remembered of a message of ours.
    pub fn of(spoken: &Spoken<'_>) -> Prompt {
        let asks = match spoken.kind {
            "contact_request" => vec![Wanted::Contact],
            "location_request" => vec![Wanted::Location],
            _ => asked_for(spoken.text),
        };
        Prompt {
            seq: spoken.seq,
            at: spoken.at,
            by: spoken.by,
            template: spoken.template.map(str::to_owned),
            about: spoken.about.map(str::to_owned),
            asks,
            record: None,
            yes: None,
            no: None,
        }
    }

    /// The type that a plain answer to it is of.
    pub fn type_of(&self, said: Plain) -> Option<&str> {
        match said {
            Plain::Yes => self.yes.as_deref(),
            Plain::No => self.no.as_deref(),
        }
    }

    /// What it asked for and a message of that type brings.
    pub fn is_met_by(&self, kind: &str, now: i64) -> Option<Wanted> {
        let is_recent = now < self.at + ASKED_LASTS_MS;
        self.asks.iter().copied().find(|wanted| is_recent && wanted.is_met_by(kind))
    }

    /// Whether a message that quotes nothing answers it: it was the last thing said, and not long ago.
    pub fn is_last(&self, next_seq: i64, now: i64) -> bool {
        self.seq + 1 == next_seq && now < self.at + REPLY_LASTS_MS
    }
}

/// What the words of a message of ours ask for. Somebody who thanks for a photo asks for none.
pub fn asked_for(text: &str) -> Vec<Wanted> {
    let text = plain(text);
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let begins = |starts: &[&str]| words.iter().any(|word| starts.iter().any(|start| word.starts_with(start)));
    let is_request = text.contains('?') || begins(REQUESTS);
    let named = [(Wanted::Photo, PHOTOS), (Wanted::Document, DOCUMENTS), (Wanted::Location, PLACES)];
    named.into_iter().filter(|(_, starts)| is_request && begins(starts)).map(|(wanted, _)| wanted).collect()
}

#[rustfmt::skip] // One line a language; words by how they begin.
const REQUESTS: &[&str] = &[
    "mand", "envi", "pasa", "pasen", "pase", "compart", "adjunt", "sub", "necesit",
    "mande", "anex", "compartilh", "precis",
    "send", "share", "attach", "upload", "need",
];

#[rustfmt::skip] // One line a language.
const PHOTOS: &[&str] = &[
    "foto", "imagen", "captura", "video",
    "imagem", "imagens", "print",
    "photo", "picture", "screenshot", "image",
];

#[rustfmt::skip] // One line a language.
const DOCUMENTS: &[&str] = &[
    "document", "pdf", "comprobante", "factura", "recibo", "ticket", "receta", "identificacion", "archivo",
    "comprovante", "nota", "receita", "arquivo",
    "receipt", "invoice", "prescription", "file",
];

#[rustfmt::skip] // One line a language.
const PLACES: &[&str] = &[
    "ubicacion",
    "localizacao",
    "location",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_answer_asks_for_is_read_off_its_words_in_each_language() {
        for (text, asks) in [
            ("¿Nos mandas una foto del paquete?", vec![Wanted::Photo]),
            ("Pode me enviar o comprovante, por favor?", vec![Wanted::Document]),
            ("Please send us a picture of the receipt", vec![Wanted::Photo, Wanted::Document]),
            ("Compártenos tu ubicación", vec![Wanted::Location]),
            ("Gracias por la foto", vec![]),
            ("Tu pedido llega mañana", vec![]),
        ] {
            assert_eq!(asked_for(text), asks, "{text}");
        }
    }

    #[test]
    fn a_photo_is_what_was_asked_for_while_anybody_remembers() {
        let asks = vec![Wanted::Document];
        let prompt = Prompt {
            seq: 4,
            at: 0,
            by: Author::Agent,
            template: None,
            about: None,
            asks,
            record: None,
            yes: None,
            no: None,
        };
        assert_eq!(prompt.is_met_by("image", 1), Some(Wanted::Document));
        assert_eq!(prompt.is_met_by("sticker", 1), None);
        assert_eq!(prompt.is_met_by("document", ASKED_LASTS_MS), None);
        assert!(prompt.is_last(5, 1) && !prompt.is_last(6, 1) && !prompt.is_last(5, REPLY_LASTS_MS));
    }
}

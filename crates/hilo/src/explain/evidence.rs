//! What a message was taken for and why, in plain words.

use domain::errand::{Became, Errand};
use domain::interaction::{Evidence, Guessed, Intent};

use super::Explainer;

impl Explainer<'_> {
    pub(super) fn classified(&self, intent: &Intent) -> String {
        let kind = intent.kind.as_deref();
        match &intent.evidence {
            Evidence::Payload { .. } => self.of_kind("classified-payload", kind),
            Evidence::Words { .. } => self.of_kind("classified-words", kind),
            Evidence::Plain { said, .. } => self.of_kind(&format!("classified-plain-{said}"), kind),
            Evidence::Rule { rule } => self.say(&format!("classified-{}", rule.replace('_', "-")), &[]),
            Evidence::Asked { what, .. } => {
                let asked = self.say(&format!("classified-asked-{what}"), &[]);
                kind.map_or(asked.clone(), |kind| {
                    self.say("classified-asked", &[("what", &asked), ("type", &self.kind(kind))])
                })
            }
            Evidence::Reply { template: Some(template), .. } => {
                self.say("classified-reply-template", &[("template", template)])
            }
            Evidence::Reply { quoted: true, .. } => self.say("classified-reply-quoted", &[]),
            Evidence::Reply { .. } => self.say("classified-reply", &[]),
            Evidence::Model(guess) => self.guessed(intent, guess),
            Evidence::Transcript { heard_by, guess } => {
                let guessed = self.guessed(intent, guess);
                self.say("classified-transcript", &[("model", heard_by), ("guess", &guessed)])
            }
            Evidence::SecondOpinion { model, .. } => {
                let name = kind.map(|kind| self.kind(kind)).unwrap_or_default();
                self.say("classified-second-opinion", &[("type", &name), ("model", model)])
            }
            Evidence::NoText { what } => self.say(no_text(what), &[]),
        }
    }

    fn of_kind(&self, key: &str, kind: Option<&str>) -> String {
        kind.map_or_else(|| self.say("classified-no-text", &[]), |kind| self.say(key, &[("type", &self.kind(kind))]))
    }

    fn guessed(&self, intent: &Intent, guess: &Guessed) -> String {
        let percent = format!("{:.0}", intent.confidence * 100.0);
        let key = match &intent.kind {
            Some(_) => "classified",
            None if guess.is_strange() => "classified-strange",
            None => "classified-unsure",
        };
        let mut said = self.say(key, &[("type", &self.kind(&guess.best)), ("percent", &percent)]);
        if let Some(phrase) = guess.nearest.first() {
            said += &self.say("classified-like", &[("phrase", phrase)]);
        }
        if let Some(next) = &guess.runner_up {
            let margin = format!("{:.0}", guess.margin * 100.0);
            said += &self.say("classified-next", &[("type", &self.kind(next)), ("margin", &margin)]);
        }
        said
    }

    pub(super) fn reclassified(&self, from: Option<&str>, to: &str, cancelled: u32, stays: u32) -> String {
        let to = self.kind(to);
        let mut said = match from {
            Some(from) => self.say("reclassified", &[("from", &self.kind(from)), ("type", &to)]),
            None => self.say("reclassified-unknown", &[("type", &to)]),
        };
        for (key, many) in [("reclassified-cancelled", cancelled), ("reclassified-stays", stays)] {
            if 0 < many {
                said += &self.say(key, &[("many", &many.to_string())]);
            }
        }
        said
    }

    pub(super) fn asked_outside(&self, what: Errand, became: Became, model: &str, said: &str, ms: i64) -> String {
        let said = match (what, became) {
            (Errand::SecondOpinion, Became::Applied | Became::Overtaken) => self.kind(said),
            _ => said.to_owned(),
        };
        let seconds = format!("{:.1}", ms as f64 / 1000.0);
        let key = format!("asked-{}-{}", what.name().replace('_', "-"), became.name().replace('_', "-"));
        self.say(&key, &[("model", model), ("said", &said), ("seconds", &seconds)])
    }
}

/// A person looks at it, and knows from this what they will find.
fn no_text(what: &str) -> &'static str {
    match what {
        "audio" => "classified-no-text-audio",
        "image" | "video" => "classified-no-text-image",
        "sticker" => "classified-no-text-sticker",
        "document" => "classified-no-text-document",
        "contacts" => "classified-no-text-contacts",
        "location" => "classified-no-text-location",
        _ => "classified-no-text",
    }
}

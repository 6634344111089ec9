//! What a message was taken for, and why.

use serde::{Deserialize, Serialize};

use crate::prompt::{Plain, Wanted};
use crate::{Category, Language};

/// What a message was taken for, and on what evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// The interaction type; `None` when nothing was sure enough.
    pub kind: Option<String>,
    /// The broad category, where a type is known, or where it answers a message of ours.
    pub category: Option<Category>,
    /// Calibrated, 0 to 1.
    pub confidence: f32,
    /// Why.
    pub evidence: Evidence,
    /// The language of the message.
    pub language: Language,
}

/// What somebody wants of messages that they did not ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptWish {
    /// None of them.
    Out,
    /// Them again.
    In,
}

impl OptWish {
    /// The wish that a recogniser of that name stands for.
    pub fn of_rule(rule: &str) -> Option<OptWish> {
        match rule {
            "opt_out" => Some(OptWish::Out),
            "opt_in" => Some(OptWish::In),
            _ => None,
        }
    }
}

/// Why a message was taken for what it was taken for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Evidence {
    /// The payload of a button or a list row that we sent.
    Payload {
        /// The payload.
        payload: String,
    },
    /// It brings what a message of ours asked for.
    Asked {
        /// The place of that message in the thread.
        seq: i64,
        /// What it asked for.
        what: Wanted,
    },
    /// It says yes or no to a message of ours that asked.
    Plain {
        /// The place of that message in the thread.
        seq: i64,
        /// Which.
        said: Plain,
    },
    /// It answers a message of ours, and its words match no type surely.
    Reply {
        /// The place of that message in the thread.
        seq: i64,
        /// Whether the customer quoted it; otherwise it was the last thing said.
        quoted: bool,
        /// The template that it was made of.
        template: Option<String>,
        /// The type that it was about.
        about: Option<String>,
    },
    /// The type's own words.
    Words {
        /// The words that matched.
        words: String,
    },
    /// A recogniser of ours: thanks, a greeting, a wish to be left alone.
    Rule {
        /// Its name.
        rule: String,
    },
    /// The text model.
    Model(Guessed),
    /// The text model, of what a machine outside heard in a voice message.
    Transcript {
        /// The machine, by the name of its model.
        heard_by: String,
        /// What the text model says.
        guess: Guessed,
    },
    /// A machine outside was asked, since the text model was not sure enough.
    SecondOpinion {
        /// Its answer: the id of a type.
        said: String,
        /// The name of its model.
        model: String,
        /// How long it took, in milliseconds.
        ms: i64,
    },
    /// Nothing to read.
    NoText {
        /// WhatsApp's name for what it is: `audio`, `image`, `sticker` …
        what: String,
    },
}

/// What the text model says of a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Guessed {
    /// The type that came first, also when it was not sure enough.
    pub best: String,
    /// The type that came next.
    pub runner_up: Option<String>,
    /// The confidence less that of the runner-up.
    pub margin: f32,
    /// The example phrases closest to the message.
    pub nearest: Vec<String>,
    /// How strange the message is: 0 as an unseen message of the catalogue usually is, one unit a standard deviation.
    pub novelty: f32,
}

impl Guessed {
    /// Whether the message is stranger than what is decided without a person.
    pub fn is_strange(&self) -> bool {
        STRANGEST < self.novelty
    }
}

/// A message stranger than this, in standard deviations from what the catalogue usually gets, is decided by nobody but a person, however
/// confident the model is: confidence is only divided among the known types. With the bank alone, one in a hundred WhatsApp messages
/// that it was sure of is as strange, and one in ten of those that are of no type.
pub const STRANGEST: f32 = 0.75;

/// Whether the text model decides: sure enough for the type, and of something that it knows.
pub fn is_decided(guess: &Guessed, confidence: f32, threshold: f32) -> bool {
    threshold <= confidence && !guess.is_strange()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stranger_message_is_decided_by_nobody_however_confident_the_model_is() {
        let guess = |novelty| Guessed {
            best: "order_status".to_owned(),
            runner_up: None,
            margin: 0.9,
            nearest: Vec::new(),
            novelty,
        };
        assert!(is_decided(&guess(0.3), 0.5, 0.5));
        assert!(!is_decided(&guess(0.3), 0.49, 0.5));
        assert!(is_decided(&guess(STRANGEST), 0.99, 0.5));
        assert!(!is_decided(&guess(STRANGEST + 0.01), 0.99, 0.5));
    }

    #[test]
    fn what_is_kept_is_read_again() {
        let guess = Guessed {
            best: "complaint".to_owned(),
            runner_up: Some("order_status".to_owned()),
            margin: 0.25,
            nearest: vec!["pésimo servicio".to_owned()],
            novelty: -0.5,
        };
        for (evidence, by) in [
            (Evidence::Model(guess.clone()), "model"),
            (Evidence::Transcript { heard_by: "whisper".to_owned(), guess }, "transcript"),
            (Evidence::Asked { seq: 3, what: Wanted::Photo }, "asked"),
            (Evidence::Plain { seq: 3, said: Plain::Yes }, "plain"),
            (Evidence::NoText { what: "sticker".to_owned() }, "no_text"),
        ] {
            let kept = serde_json::to_value(&evidence).unwrap();
            assert_eq!(kept["by"], by);
            assert_eq!(serde_json::from_value::<Evidence>(kept).unwrap(), evidence);
        }
    }
}

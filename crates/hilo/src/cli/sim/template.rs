//! `hilo sim template`: what Meta decides about message templates.

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use serde_json::Value;
use simulator::control::Client;
use simulator::{Category, Decision, Lot, Quality};

use super::{Shape, print_json};

#[derive(Debug, Args)]
pub(super) struct Review {
    /// The templates as JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// The templates that exist, with their states.
    List,
    /// It can be sent.
    Approve {
        /// Its name or id.
        template: String,
    },
    /// It breaks a rule.
    Reject {
        /// Its name or id.
        template: String,
        /// Meta's word for the rule.
        #[arg(long, default_value = "INVALID_FORMAT")]
        reason: String,
    },
    /// Too many people complained.
    Pause {
        /// Its name or id.
        template: String,
    },
    /// It was paused too often.
    Disable {
        /// Its name or id.
        template: String,
    },
    /// Its messages wait for what people think of the first ones.
    Hold {
        /// Its name or id.
        template: String,
    },
    /// People like it: what waits is sent.
    Release {
        /// Its name or id.
        template: String,
    },
    /// Anything else that can become of it.
    Move {
        /// Its name or id.
        template: String,
        /// Where to.
        to: To,
    },
    /// It is charged as another category from now on.
    Recategorise {
        /// Its name or id.
        template: String,
        /// The category.
        category: Charged,
    },
    /// People like it more, or less, than before.
    Quality {
        /// Its name or id.
        template: String,
        /// The new score.
        score: Score,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Charged {
    Marketing,
    Utility,
    Authentication,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum To {
    Flagged,
    Reinstated,
    InAppeal,
    LimitExceeded,
    Locked,
    Archived,
    PendingDeletion,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Score {
    Green,
    Yellow,
    Red,
}

impl Review {
    pub(super) async fn run(self, client: &Client) -> Result<()> {
        let templates = match self.verb.decision() {
            None => client.templates().await?,
            Some((which, decision)) => client.decide_template(&which, &decision).await?,
        };
        if self.json {
            return print_json(&templates, Shape::Pretty);
        }
        templates.iter().for_each(|template| println!("{}", line(template)));
        Ok(())
    }
}

impl Verb {
    fn decision(self) -> Option<(String, Decision)> {
        Some(match self {
            Self::List => return None,
            Self::Approve { template } => (template, Decision::Approve),
            Self::Reject { template, reason } => (template, Decision::Reject { reason }),
            Self::Pause { template } => (template, Decision::Pause),
            Self::Disable { template } => (template, Decision::Disable),
            Self::Hold { template } => (template, Decision::Hold),
            Self::Release { template } => (template, Decision::Release),
            Self::Move { template, to } => {
                let to = match to {
                    To::Flagged => Lot::Flagged,
                    To::Reinstated => Lot::Reinstated,
                    To::InAppeal => Lot::InAppeal,
                    To::LimitExceeded => Lot::LimitExceeded,
                    To::Locked => Lot::Locked,
                    To::Archived => Lot::Archived,
                    To::PendingDeletion => Lot::PendingDeletion,
                };
                (template, Decision::Move { to })
            }
            Self::Recategorise { template, category } => {
                let category = match category {
                    Charged::Marketing => Category::Marketing,
                    Charged::Utility => Category::Utility,
                    Charged::Authentication => Category::Authentication,
                };
                (template, Decision::Recategorise { category })
            }
            Self::Quality { template, score } => {
                let score = match score {
                    Score::Green => Quality::Green,
                    Score::Yellow => Quality::Yellow,
                    Score::Red => Quality::Red,
                };
                (template, Decision::Quality { score })
            }
        })
    }
}

fn line(template: &Value) -> String {
    let text = |field: &str| template[field].as_str().unwrap_or_default().to_owned();
    format!("{:<32} {:<8} {:<16} {}", text("name"), text("language"), text("category"), text("status"))
}

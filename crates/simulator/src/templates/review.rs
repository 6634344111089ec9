//! The states of a template, and who moves it between them: the review, the platform's quality watch, or a test.

use serde::{Deserialize, Serialize};

use super::event::{self, Event};
use super::{Entry, Status};
use crate::settings::Category;

const MARKER: &str = "reject_me"; // in a name or a text: the review turns the template down

/// What is decided about a template: `{"decision":"reject","reason":"INVALID_FORMAT"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Decision {
    /// It can be sent, for the first time or again.
    Approve,
    /// It breaks a rule.
    Reject {
        /// Meta's word for the rule.
        #[serde(default = "invalid_format")]
        reason: String,
    },
    /// From now on its messages wait for what people think of the first ones: template pacing.
    Hold,
    /// People like it: what waits is sent. A pause drops it instead.
    Release,
    /// Too many people complained; sends get 132015.
    Pause,
    /// It was paused too often; sends get 132016.
    Disable,
    /// Anything else that can become of a template.
    Move {
        /// Meta's word for it.
        to: Lot,
    },
    /// It is charged as another category from now on.
    Recategorise {
        /// The category.
        category: Category,
    },
    /// People like it more, or less, than before.
    Quality {
        /// The new score.
        score: Quality,
    },
}

/// What becomes of a template besides its review and its pauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Lot {
    /// About to be disabled; can still be sent.
    Flagged,
    /// Approved again.
    Reinstated,
    /// Its rejection is looked at again.
    InAppeal,
    /// The account has too many.
    LimitExceeded,
    /// Cannot be changed or sent.
    Locked,
    /// Not sent for long.
    Archived,
    /// About to be gone.
    PendingDeletion,
}

impl Lot {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Flagged => "FLAGGED",
            Self::Reinstated => "REINSTATED",
            Self::InAppeal => "IN_APPEAL",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::Locked => "LOCKED",
            Self::Archived => "ARCHIVED",
            Self::PendingDeletion => "PENDING_DELETION",
        }
    }
}

/// What people think of a template.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Quality {
    /// High.
    Green,
    /// Medium.
    Yellow,
    /// Low: about to be paused.
    Red,
    /// Not sent often enough to say.
    #[default]
    Unknown,
}

impl Quality {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Green => "GREEN",
            Self::Yellow => "YELLOW",
            Self::Red => "RED",
            Self::Unknown => "UNKNOWN",
        }
    }
}

fn invalid_format() -> String {
    "INVALID_FORMAT".into()
}

/// What the review comes to.
pub(super) fn of(entry: &Entry) -> Decision {
    let is_marked = entry.name.contains(MARKER) || entry.components.to_string().contains(MARKER);
    if is_marked { Decision::Reject { reason: invalid_format() } } else { Decision::Approve }
}

/// Changes the template; nothing happens when it is so already.
pub(super) fn apply(entry: &mut Entry, decision: &Decision, now: i64) -> Option<Event> {
    let status = match decision {
        Decision::Recategorise { category } => return recategorise(entry, *category),
        Decision::Quality { score } => return rate(entry, *score, now),
        Decision::Hold | Decision::Release => {
            entry.is_paced = *decision == Decision::Hold && entry.category != Category::Authentication;
            return None;
        }
        Decision::Approve => Status::Approved,
        Decision::Reject { reason } => Status::Rejected { reason: reason.clone() },
        Decision::Pause => Status::Paused,
        Decision::Disable => Status::Disabled,
        Decision::Move { to: Lot::Reinstated } => Status::Approved,
        Decision::Move { to } => Status::Moved(*to),
    };
    entry.is_paced = false;
    if entry.status == status {
        return None;
    }
    (entry.status, entry.changed_at) = (status, now);
    let mut event = event::status(entry, now);
    if let Decision::Move { to } = decision {
        event.rename(to.word());
    }
    Some(event)
}

fn recategorise(entry: &mut Entry, category: Category) -> Option<Event> {
    let previous = std::mem::replace(&mut entry.category, category);
    (previous != category).then(|| event::category(entry, previous))
}

fn rate(entry: &mut Entry, score: Quality, now: i64) -> Option<Event> {
    let previous = std::mem::replace(&mut entry.quality, score);
    entry.changed_at = now;
    entry.is_paced &= score != Quality::Green;
    (previous != score).then(|| event::quality(entry, previous))
}

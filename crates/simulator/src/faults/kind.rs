//! Every fault there is, with a sentence of what it does.

use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum FaultKind {
    /// The message is accepted, and the connection is dropped instead of answered.
    LoseResponse,
    /// The connection is reset before the request is looked at: nothing is accepted.
    ResetConnection,
    /// The request is refused with HTTP 500 and a body that is not JSON.
    #[serde(rename = "error_500")]
    Error500,
    /// The request is refused with this Graph error.
    ErrorCode {
        /// Meta's code.
        code: i64,
    },
    /// The message is accepted, and fails a moment later with this code.
    FailLater {
        /// Meta's code.
        code: i64,
    },
    /// The message is accepted, and nothing is ever heard of it.
    BlackHole,
    /// The message reaches the phone, and no status of it is posted.
    MissingStatuses,
    /// The `sent` status arrives before the response does.
    StatusBeforeResponse,
    /// Every status of the message comes this much later.
    LateStatuses {
        /// Milliseconds.
        ms: u64,
    },
    /// The request takes this much longer.
    Slow {
        /// Milliseconds.
        ms: u64,
    },
    /// The access token is no longer valid.
    RevokedToken,
    /// A webhook is posted twice, the second time concurrently with what follows.
    DuplicateWebhooks,
    /// A webhook is held back a moment while later ones overtake it.
    DisorderWebhooks,
    /// A webhook comes this much later, and what follows it overtakes it.
    DelayWebhooks {
        /// Milliseconds.
        ms: u64,
    },
    /// A webhook waits this long for others, and is posted with them in one body.
    BatchWebhooks {
        /// Milliseconds.
        ms: u64,
    },
    /// Before a webhook, half of it is posted, signed as it should be.
    MalformedWebhooks,
    /// Before a webhook, a copy of it is posted, signed with another secret.
    ForgedWebhooks,
}

/// A fault as it is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultInfo {
    /// The fault, with a usual number of milliseconds or a usual code.
    #[serde(flatten)]
    pub kind: FaultKind,
    /// What it does, in a sentence.
    pub does: String,
}

impl FaultKind {
    /// Every kind, those of a send first, then those of webhooks.
    pub fn all() -> Vec<Self> {
        vec![
            Self::LoseResponse,
            Self::ResetConnection,
            Self::Error500,
            Self::ErrorCode { code: 131_000 },
            Self::FailLater { code: 131_026 },
            Self::BlackHole,
            Self::MissingStatuses,
            Self::StatusBeforeResponse,
            Self::LateStatuses { ms: 60_000 },
            Self::Slow { ms: 5_000 },
            Self::RevokedToken,
            Self::DuplicateWebhooks,
            Self::DisorderWebhooks,
            Self::DelayWebhooks { ms: 10_000 },
            Self::BatchWebhooks { ms: 500 },
            Self::MalformedWebhooks,
            Self::ForgedWebhooks,
        ]
    }

    /// Every kind with its sentence, as `GET /sim/fault/kinds` answers it.
    pub fn catalogue() -> Vec<FaultInfo> {
        Self::all().into_iter().map(|kind| FaultInfo { does: kind.does().to_owned(), kind }).collect()
    }

    /// How it is spelled on the wire: `lose_response`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::LoseResponse => "lose_response",
            Self::ResetConnection => "reset_connection",
            Self::Error500 => "error_500",
            Self::ErrorCode { .. } => "error_code",
            Self::FailLater { .. } => "fail_later",
            Self::BlackHole => "black_hole",
            Self::MissingStatuses => "missing_statuses",
            Self::StatusBeforeResponse => "status_before_response",
            Self::LateStatuses { .. } => "late_statuses",
            Self::Slow { .. } => "slow",
            Self::RevokedToken => "revoked_token",
            Self::DuplicateWebhooks => "duplicate_webhooks",
            Self::DisorderWebhooks => "disorder_webhooks",
            Self::DelayWebhooks { .. } => "delay_webhooks",
            Self::BatchWebhooks { .. } => "batch_webhooks",
            Self::MalformedWebhooks => "malformed_webhooks",
            Self::ForgedWebhooks => "forged_webhooks",
        }
    }

    /// What it does, in a sentence for whoever is choosing one.
    pub fn does(&self) -> &'static str {
        match self {
            Self::LoseResponse => "The message is accepted and arrives, and the answer to the request is lost.",
            Self::ResetConnection => "The connection is reset before the request is looked at; nothing is accepted.",
            Self::Error500 => "The request is refused with HTTP 500 and a page of HTML.",
            Self::ErrorCode { .. } => "The request is refused with this error code of Meta's.",
            Self::FailLater { .. } => "The message is accepted, and a failed status with this code follows.",
            Self::BlackHole => "The message is accepted, does not arrive, and nothing is ever heard of it.",
            Self::MissingStatuses => "The message arrives, and none of its statuses is posted.",
            Self::StatusBeforeResponse => "The sent status is posted before the request is answered.",
            Self::LateStatuses { .. } => "Each status of the message comes this much later.",
            Self::Slow { .. } => "The request is answered this much later; the message is accepted at once.",
            Self::RevokedToken => "The access token is no longer valid: every request is refused with code 190.",
            Self::DuplicateWebhooks => "A webhook is posted twice.",
            Self::DisorderWebhooks => "A webhook is held back a moment, and later ones overtake it.",
            Self::DelayWebhooks { .. } => "A webhook comes this much later, and later ones overtake it.",
            Self::BatchWebhooks { .. } => "A webhook waits this long for others and is posted with them in one body.",
            Self::MalformedWebhooks => "Before a webhook, half of it is posted with a right signature.",
            Self::ForgedWebhooks => "Before a webhook, a copy of it is posted with a wrong signature.",
        }
    }

    /// The same fault with another number of milliseconds; nothing when time is no part of it.
    pub fn lasting(self, ms: u64) -> Option<Self> {
        match self {
            Self::LateStatuses { .. } => Some(Self::LateStatuses { ms }),
            Self::Slow { .. } => Some(Self::Slow { ms }),
            Self::DelayWebhooks { .. } => Some(Self::DelayWebhooks { ms }),
            Self::BatchWebhooks { .. } => Some(Self::BatchWebhooks { ms }),
            Self::LoseResponse
            | Self::ResetConnection
            | Self::Error500
            | Self::ErrorCode { .. }
            | Self::FailLater { .. }
            | Self::BlackHole
            | Self::MissingStatuses
            | Self::StatusBeforeResponse
            | Self::RevokedToken
            | Self::DuplicateWebhooks
            | Self::DisorderWebhooks
            | Self::MalformedWebhooks
            | Self::ForgedWebhooks => None,
        }
    }

    /// The same fault with another error code; nothing when a code is no part of it.
    pub fn with_code(self, code: i64) -> Option<Self> {
        match self {
            Self::ErrorCode { .. } => Some(Self::ErrorCode { code }),
            Self::FailLater { .. } => Some(Self::FailLater { code }),
            Self::LoseResponse
            | Self::ResetConnection
            | Self::Error500
            | Self::BlackHole
            | Self::MissingStatuses
            | Self::StatusBeforeResponse
            | Self::LateStatuses { .. }
            | Self::Slow { .. }
            | Self::RevokedToken
            | Self::DuplicateWebhooks
            | Self::DisorderWebhooks
            | Self::DelayWebhooks { .. }
            | Self::BatchWebhooks { .. }
            | Self::MalformedWebhooks
            | Self::ForgedWebhooks => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_has_the_name_that_the_wire_spells() {
        for kind in FaultKind::all() {
            assert_eq!(serde_json::to_value(&kind).unwrap()["fault"], kind.name());
        }
    }
}

//! How far automation goes with an interaction type.

use serde::{Deserialize, Serialize};

/// What the workflow does with an interaction type, before any guard speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Answered end to end, with the CRM write in the same transaction.
    Automate,
    /// Acknowledged, turned into a ticket and handed to a queue.
    Intake,
    /// Recorded, and left alone.
    StayOut,
}

//! How long things take between acceptance and the blue ticks.

use std::time::Duration;

/// Moments in the life of a message, counted from its acceptance.
#[derive(Debug, Clone, Copy)]
pub struct Delays {
    /// Meta's servers have it.
    pub sent: Duration,
    /// The phone has it.
    pub delivered: Duration,
    /// The person has seen it.
    pub read: Duration,
}

impl Default for Delays {
    fn default() -> Self {
        Self { sent: Duration::from_millis(20), delivered: Duration::from_millis(60), read: Duration::from_millis(150) }
    }
}

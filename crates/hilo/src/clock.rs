//! The two clocks. Business time is what the product reasons with and can be moved; machine time is for waits and leases.

#[cfg(test)]
pub(crate) mod held;

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use jiff::{SignedDuration, Timestamp};

/// Business time: the wall clock, moved by whatever a demo or a test has asked for. Clones move together.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    ahead_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The present moment of the business.
    pub fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.ahead_ms.load(Ordering::Relaxed));
        wall().checked_add(ahead).unwrap_or(Timestamp::MAX)
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: SignedDuration) {
        self.ahead_ms.fetch_add(by.as_millis() as i64, Ordering::Relaxed);
    }

    /// How far business time is ahead of the machine's, in milliseconds.
    pub fn ahead_ms(&self) -> i64 {
        self.ahead_ms.load(Ordering::Relaxed)
    }

    /// Puts business time so far ahead of the machine's. It never goes back: a smaller distance changes nothing.
    pub fn put_ahead(&self, ahead_ms: i64) {
        self.ahead_ms.fetch_max(ahead_ms, Ordering::Relaxed);
    }
}

/// Machine time in milliseconds since 1970: for waits, leases and log-keeping, never moved.
pub fn machine_now() -> i64 {
    wall().as_millisecond()
}

/// A moment of the steady clock: for waits within this process, whatever becomes of the wall clock.
pub(crate) fn steady_now() -> Instant {
    #[cfg(test)]
    if let Some(now) = held::steady() {
        return now;
    }
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
fn wall() -> Timestamp {
    #[cfg(test)]
    if let Some(now) = held::wall() {
        return now;
    }
    Timestamp::now()
}
